"""Rules on place, officer, respondent and result: A01-A04, A06-A09 (blocks I and II).

Knows blocks I and II of the household form and their counterparts on the person form.
Must not know other forms; what A07 says across forms stands in cross.py.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from papi.checking.calendar import prelist_date
from papi.checking.rules.case import HOUSEHOLD, PRESENCE, STRIP, Case, number
from papi.checking.rules.names import ASSETS, HOUSING
from papi.checking.rules.registry import BOTH, ERROR, RT, WARNING, Say, Verdict, rule
from papi.model.sheet import normalise_form_id

_PART_OF_OTHER = frozenset({"4", "6"})
"""Results that point at another household: part of it, duplicate."""
_MAY_LACK_RESPONDENT = {HOUSEHOLD: frozenset("2356")}
_MAY_LACK_RESPONDENT_PPKS = frozenset("34568")
"""Died, moved, not found, duplicate, refused: the same cases on the person form."""
_FEW = 4
"""More filled fields than these are not listed one by one."""


@rule(
    "A01",
    BOTH,
    Say(
        ERROR,
        "Kode wilayah formulir ini tidak ada dalam tabel wilayah.",
        "The region code of this form is not in the region table.",
    ),
    batch=Say(
        ERROR,
        "Wilayah formulir ini berbeda dengan lembar sampul bundel.",
        "The region of this form differs from the batch header.",
    ),
)
def region_exists(case: Case) -> Iterator[Verdict]:
    """Region codes exist in the region table and equal the batch header, if one was scanned."""
    row = case.facts.prelist
    region = row.region if row else case.facts.extra.get("region", "")
    if region and not case.regions.exists(region):
        yield Verdict(())
    batch = case.facts.extra.get("batch_region", "")
    if region and batch and not region.startswith(batch):
        yield Verdict((), "batch")


@rule(
    "A02",
    RT,
    Say(
        WARNING,
        "RT/RW harus angka 0 sampai 999.",
        "RT/RW must be a number from 0 to 999.",
    ),
    moved=Say(
        WARNING,
        "RT/RW berbeda dengan pra-cetak; periksa juga alamatnya.",
        "RT/RW differs from the pre-printed value; check the address too.",
    ),
    needs=("rt", "rw"),
)
def neighbourhood(case: Case) -> Iterator[Verdict]:
    """RT and RW are 0-999; if they differ from the pre-list the address is checked too."""
    for name in ("rt", "rw"):
        text, printed = case.ink(name), number(case.printed(name))
        if not text:
            continue
        found = number(text)
        if found is None or found > 999:
            yield Verdict((name,))
        elif printed is not None and found != printed:
            yield Verdict((name, "alamat"), "moved")


@rule(
    "A03",
    RT,
    Say(
        ERROR,
        "Jumlah ART tidak sama dengan banyaknya anggota berkode keberadaan 1 atau 4.",
        "The number of members differs from the count of members with presence 1 or 4.",
    ),
    needs=("jumlah_art",),
    strips=True,
    visited=True,
)
def members_counted(case: Case) -> Iterator[Verdict]:
    """Jumlah_ART equals the count of members with presence 1 or 4."""
    if number(case.value("jumlah_art")) != len(case.present):
        yield Verdict(("jumlah_art", *(person.name(PRESENCE) for person in case.people)))


@rule(
    "A04",
    RT,
    Say(
        ERROR,
        "Jumlah keluarga, nomor urut keluarga anggota (NUK) dan banyaknya nomor KK tidak cocok.",
        "Number of families, the members' family numbers (NUK) and the KK numbers do not agree.",
    ),
    nuk=Say(
        ERROR,
        "Nomor urut keluarga (NUK) harus 1 sampai jumlah keluarga.",
        "The family number (NUK) must be from 1 to the number of families.",
    ),
    needs=("jumlah_keluarga", "nokk_1", "nokk_2"),
    strips=True,
    visited=True,
)
def families_counted(case: Case) -> Iterator[Verdict]:
    """Jumlah_Keluarga equals the distinct NUK and the KK numbers given; NUK is in 1..that."""
    families = number(case.value("jumlah_keluarga"))
    numbers = {person.name("nuk"): number(person.value("nuk")) for person in case.present}
    cards = [name for name in case.family_card_fields() if case.value(name)]
    inside = range(1, (families or 0) + 1)
    if families:
        outside = [name for name, nuk in numbers.items() if nuk not in inside]
        yield from (Verdict((name,), "nuk", name.rsplit(".", 1)[0]) for name in outside)
    distinct = {nuk for nuk in numbers.values() if nuk is not None}
    nuk_wrong, cards_wrong = len(distinct) != families, len(cards) != families
    if nuk_wrong or cards_wrong:
        look = tuple(numbers) if nuk_wrong else ()
        look += tuple(cards or ["nokk_1"]) if cards_wrong else ()
        yield Verdict(("jumlah_keluarga", *look))


@rule(
    "A06",
    RT,
    Say(
        ERROR,
        "Pilih tepat satu hasil verivali.",
        "Exactly one verification result must be marked.",
    ),
    filled=Say(
        WARNING,
        "Hasil verivali bukan 1 (selesai), tetapi Blok III-V terisi.",
        "The result is not 1 (completed), yet blocks III-V are filled in.",
    ),
    needs=("hasil_verivali",),
    everything=lambda case: not case.visited,
)
def one_result(case: Case) -> Iterator[Verdict]:
    """Exactly one result; if it is not 1, blocks III-V are empty."""
    if case.result not in set("123456"):
        yield Verdict(("hasil_verivali",))
    if case.visited:
        return
    filled = [name for name, text in case.facts.written.items() if text and _asked_inside(name)]
    if filled:
        yield Verdict(
            ("hasil_verivali", *(filled if len(filled) <= _FEW else ())),
            "filled",
        )


def _asked_inside(name: str) -> bool:
    base = name.removesuffix("_cek")
    return name.startswith(STRIP) or base in HOUSING or base in ASSETS


@rule(
    "A07",
    RT,
    Say(
        ERROR,
        "Tulis nomor formulir atau id rumah tangga yang menjadi rujukan.",
        "Write the form number or household id that this household belongs to.",
    ),
    itself=Say(
        ERROR,
        "Formulir ini merujuk dirinya sendiri.",
        "This form refers to itself.",
    ),
    unknown=Say(
        ERROR,
        "Formulir atau id rumah tangga yang dirujuk tidak ditemukan.",
        "The form or household id referred to does not exist.",
    ),
    mutual=Say(
        ERROR,
        "Formulir saling merujuk sebagai data ganda; salah satu harus tetap.",
        "These forms refer to each other as duplicates; one of them must stay.",
    ),
    needs=("hasil_verivali", "data_idbdt_double_dengan"),
)
def other_household(case: Case) -> Iterator[Verdict]:
    """Result 4 or 6 refers to another existing form, not itself, and not mutually."""
    if case.result not in _PART_OF_OTHER:
        return
    name, row = "data_idbdt_double_dengan", case.facts.prelist
    text = case.value(name).upper()
    own = {case.facts.form_id}
    if row:
        own |= {row.prelist_id.upper(), row.value("ruta6").upper()}
    if not text:
        yield Verdict((name,))
    elif text in own or normalise_form_id(text) == case.facts.form_id:
        yield Verdict((name,), "itself")


@rule(
    "A08",
    BOTH,
    Say(
        ERROR,
        "Tanggal verivali kosong atau bukan tanggal yang benar.",
        "The date of the visit is missing or is no real date.",
    ),
    window=Say(
        ERROR,
        "Tanggal verivali di luar masa pelaksanaan.",
        "The date of the visit is outside the campaign.",
    ),
    future=Say(
        ERROR,
        "Tanggal melewati hari pemindaian.",
        "The date is later than the day of scanning.",
    ),
    checked=Say(
        ERROR,
        "Tanggal pemeriksaan bukan tanggal yang benar.",
        "The date of checking is no real date.",
    ),
    order=Say(
        ERROR,
        "Tanggal pemeriksaan mendahului tanggal verivali.",
        "The date of checking is earlier than the date of the visit.",
    ),
    needs=("tanggal_verivali", "tanggal_pemeriksaan"),
)
def dates_of_visit(case: Case) -> Iterator[Verdict]:
    """Dates are valid, in the campaign and not after today; checking is not before the visit."""
    campaign = case.facts.campaign
    visit, checked = (
        prelist_date(case.value(name)) for name in ("tanggal_verivali", "tanggal_pemeriksaan")
    )
    if visit is None:
        yield Verdict(("tanggal_verivali",))
    elif not campaign.start <= visit <= campaign.end:
        yield Verdict(("tanggal_verivali",), "window")
    elif visit > campaign.today:
        yield Verdict(("tanggal_verivali",), "future")
    if case.value("tanggal_pemeriksaan"):
        yield from _checking_day(checked, visit, campaign.today)


def _checking_day(
    checked: dt.date | None, visit: dt.date | None, today: dt.date
) -> Iterator[Verdict]:
    if checked is None:
        yield Verdict(("tanggal_pemeriksaan",), "checked")
    elif checked > today:
        yield Verdict(("tanggal_pemeriksaan",), "future")
    elif visit and checked < visit:
        yield Verdict(("tanggal_pemeriksaan", "tanggal_verivali"), "order")


@rule(
    "A09",
    BOTH,
    Say(WARNING, "Tanda tangan belum lengkap.", "A signature is missing."),
    needs=("ttd_responden", "ttd_petugas", "ttd_pemeriksa", "hasil_verivali", "hasil_ppks"),
)
def signed(case: Case) -> Iterator[Verdict]:
    """All three signed; the respondent may be missing if nobody was found or willing."""
    optional = _MAY_LACK_RESPONDENT.get(case.form, _MAY_LACK_RESPONDENT_PPKS)
    missing = [
        name
        for name in ("ttd_responden", "ttd_petugas", "ttd_pemeriksa")
        if not case.ink(name) and not (name == "ttd_responden" and case.result in optional)
    ]
    if missing:
        yield Verdict(tuple(missing))
