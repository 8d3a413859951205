"""Rules of the PPKS person form: B01-B10.

Knows PPKS categories, their ages and their special protection. Must not know households.
"""

from __future__ import annotations

from collections.abc import Iterator

from papi.checking.rules.case import Case, Person, codes_of
from papi.checking.rules.registry import ERROR, INFO, PPKS, WARNING, Say, Verdict, rule

CATEGORIES = ("ppks_1", "ppks_2", "ppks_3")
SENSITIVE = frozenset({"10", "14", "15", "16", "17", "18", "19"})
"""Categories stored restricted and never pre-printed."""
_KNOWN = frozenset(f"{code:02d}" for code in range(1, 27))
_NIK_MAY_LACK = frozenset({"11", "12", "20", "21", "22", "26"})
_AGES = {
    "01": (0, 4),
    "02": (6, 18),
    "03": (12, 18),
    "04": (5, 18),
    "05": (0, 17),
    "06": (0, 17),
    "07": (0, 17),
    "08": (60, 999),
    "23": (18, 59),
}
"""Category -> least and greatest completed years of age (B04)."""
_ESTIMATE_YEARS = 1
_WOMEN_ONLY = "23"
_DISABLED = frozenset({"05", "09"})
_NO_GUARDIAN = frozenset({"02", "04", "20"})
_ADULT = 18
_MOVED = "4"


def categories(case: Case) -> dict[str, str]:
    """Return the category fields that are filled, with their code."""
    values = {name: case.value(name) for name in CATEGORIES}
    return {name: code for name, code in values.items() if code}


def _codes(case: Case) -> frozenset[str]:
    return frozenset(categories(case).values())


@rule(
    "B01",
    PPKS,
    Say(
        ERROR,
        "Pilih tepat satu hasil verifikasi.",
        "Exactly one verification result must be marked.",
    ),
    needs=("hasil_ppks",),
)
def one_result(case: Case) -> Iterator[Verdict]:
    """Exactly one result; with 3-8 the fields B.16-B.25 may be blank."""
    if case.result not in set("12345678"):
        yield Verdict(("hasil_ppks",))


@rule(
    "B02",
    PPKS,
    Say(
        ERROR,
        "NIK kosong: pilih alasan tidak ada NIK.",
        "The NIK is blank: mark the reason.",
    ),
    unusual=Say(
        WARNING,
        "NIK kosong pada kategori yang biasanya memiliki NIK.",
        "The NIK is blank in a category that usually has one.",
    ),
    needs=("nik", "nik_tidak_ada", *CATEGORIES),
    visited=True,
)
def nik_or_reason(case: Case) -> Iterator[Verdict]:
    """A blank NIK needs a reason; W unless category 11, 12, 20, 21, 22 or 26."""
    if case.value("nik") or case.released:
        return
    if len(codes_of(case.value("nik_tidak_ada"))) != 1:
        yield Verdict(("nik", "nik_tidak_ada"))
    elif not _codes(case) & _NIK_MAY_LACK:
        yield Verdict(("nik",), "unusual")


@rule(
    "B03",
    PPKS,
    Say(
        ERROR,
        "Kode kategori PPKS harus 01 sampai 26.",
        "A PPKS category is from 01 to 26.",
    ),
    twice=Say(
        ERROR,
        "Kategori PPKS yang sama tertulis dua kali.",
        "The same PPKS category is written twice.",
    ),
    none=Say(
        ERROR,
        "Isi paling sedikit satu kategori PPKS.",
        "Fill in at least one PPKS category.",
    ),
    needs=("hasil_ppks", *CATEGORIES),
)
def category_codes(case: Case) -> Iterator[Verdict]:
    """Category codes exist, do not repeat, and there is at least one if the result is 1-2."""
    seen: dict[str, str] = {}
    for name, code in categories(case).items():
        if code not in _KNOWN:
            yield Verdict((name,))
        elif code in seen:
            yield Verdict((seen[code], name), "twice")
        seen.setdefault(code, name)
    if case.completed and not seen:
        yield Verdict(("ppks_1",), "none")


@rule(
    "B04",
    PPKS,
    Say(
        ERROR,
        "Umur tidak cocok dengan kategori PPKS.",
        "The age does not fit the PPKS category.",
    ),
    estimated=Say(
        WARNING,
        "Umur taksiran sedikit di luar batas kategori PPKS.",
        "The estimated age is slightly outside the range of the PPKS category.",
    ),
    sex=Say(
        ERROR,
        "Kategori 23 hanya untuk perempuan.",
        "Category 23 is for women only.",
    ),
    needs=("tgl_lahir", "umur_taksiran", "jenis_kelamin", *CATEGORIES),
    visited=True,
)
def category_age(case: Case) -> Iterator[Verdict]:
    """Age fits the category (an estimated age may be one year off: W); 23 is for women."""
    if case.released:
        return
    person = case.people[0]
    estimated = person.born is None
    field = "umur_taksiran" if estimated else "tgl_lahir"
    for name, code in categories(case).items():
        off = _years_off(code, person)
        if off:
            slight = estimated and off <= _ESTIMATE_YEARS
            yield Verdict((name, field), "estimated" if slight else "")
        if code == _WOMEN_ONLY and person.sex == "1":
            yield Verdict((name, "jenis_kelamin"), "sex")


def _years_off(code: str, person: Person) -> int:
    """Return by how many years the age lies outside the category's range."""
    if code not in _AGES or person.age is None:
        return 0
    least, most = _AGES[code]
    return max(least - person.age, person.age - most, 0)


@rule(
    "B05",
    PPKS,
    Say(
        WARNING,
        "Kategori 05 dan 09 tidak bersama: pilih menurut umur (05 di bawah 18 tahun).",
        "Categories 05 and 09 do not go together: keep one by age (05 below 18).",
    ),
    needs=CATEGORIES,
    visited=True,
)
def child_or_adult_disability(case: Case) -> Iterator[Verdict]:
    """Categories 05 (child) and 09 (general disability) are not given together."""
    both = [name for name, code in categories(case).items() if code in _DISABLED]
    if _codes(case) >= _DISABLED:
        yield Verdict(tuple(both))


@rule(
    "B06",
    PPKS,
    Say(
        ERROR,
        "Kategori 05/09 memerlukan paling sedikit satu ragam disabilitas.",
        "Categories 05/09 need at least one kind of disability.",
    ),
    extra=Say(
        WARNING,
        "Ragam disabilitas ditandai tanpa kategori 05/09.",
        "A kind of disability is marked without category 05/09.",
    ),
    needs=("ragam_disabilitas", *CATEGORIES),
    visited=True,
)
def disability_kinds(case: Case) -> Iterator[Verdict]:
    """Categories 05/09 need a disability bit; bits without them are questioned (W)."""
    if case.released:
        return
    kinds = codes_of(case.value("ragam_disabilitas"))
    disabled = [name for name, code in categories(case).items() if code in _DISABLED]
    if disabled and not kinds:
        yield Verdict(("ragam_disabilitas", *disabled))
    elif kinds and not disabled:
        yield Verdict(("ragam_disabilitas", "ppks_1"), "extra")


@rule(
    "B07",
    PPKS,
    Say(
        ERROR,
        "Anak di bawah 18 tahun memerlukan nama wali dan hubungannya.",
        "A child under 18 needs a guardian's name and relation.",
    ),
    needs=("tgl_lahir", "umur_taksiran", "nama_wali", "hub_wali", "hasil_ppks", *CATEGORIES),
)
def guardian(case: Case) -> Iterator[Verdict]:
    """A child has a guardian unless category 02, 04 or 20."""
    age = case.people[0].age
    if not case.completed or age is None or age >= _ADULT or _codes(case) & _NO_GUARDIAN:
        return
    blank = tuple(name for name in ("nama_wali", "hub_wali") if not case.value(name))
    if blank:
        yield Verdict(blank)


@rule(
    "B08",
    PPKS,
    Say(
        ERROR,
        "Kategori peka tanpa persetujuan: simpan terbatas dan jangan cetak dalam daftar.",
        "Sensitive category without consent: store restricted and never print in lists.",
    ),
    needs=("persetujuan", *CATEGORIES),
    visited=True,
)
def consent(case: Case) -> Iterator[Verdict]:
    """Sensitive categories (10, 14-19) need consent or a legal basis."""
    if _codes(case) & SENSITIVE and case.value("persetujuan") != "1":
        yield Verdict(("persetujuan",))


@rule(
    "B09",
    PPKS,
    Say(
        WARNING,
        "NIK tidak berubah karena pindah; periksa koreksi pada kode wilayah NIK.",
        "A NIK does not change when somebody moves; check the corrected region part.",
    ),
    needs=("nik", "hasil_ppks", "alamat_cek"),
)
def nik_keeps_region(case: Case) -> Iterator[Verdict]:
    """Having moved is no reason to change the region part of a NIK."""
    written, printed = case.ink("nik"), case.printed("nik")
    if len(written) != len(printed) or written[:6] == printed[:6]:
        return
    moved = case.result == _MOVED
    only_region = written[6:] == printed[6:] and case.ink("alamat_cek") == "2"
    if moved or only_region:
        yield Verdict(("nik",))


@rule(
    "B10",
    PPKS,
    Say(
        INFO,
        "Kategori PPKS dari prelist dihapus; untuk contoh pemeriksaan pengawas.",
        "A PPKS category of the pre-list was removed; for the supervisor's sample.",
    ),
    needs=CATEGORIES,
    visited=True,
)
def category_removed(case: Case) -> Iterator[Verdict]:
    """Categories of the pre-list that were removed go to the supervisor's sample."""
    before = {case.printed(name): name for name in CATEGORIES if case.printed(name)}
    removed = tuple(name for code, name in before.items() if code not in _codes(case))
    if removed:
        yield Verdict(removed)
