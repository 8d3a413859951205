"""Columns of the household pre-list (one line per member, household columns repeated).

Names: SIKS staging tables and the 101-column BDT export. See `papi.model.columns`.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from papi.model.codebook import Codebook
from papi.model.columns import Column, ColumnKind, Scope, region_columns

TEXT, DIGITS, INTEGER, DATE, CODE = ColumnKind
_HOUSEHOLD, _MEMBER = Scope.HOUSEHOLD, Scope.MEMBER
_SIXTEEN: Final = r"\d{16}"
_FAMILIES: Final = 7
"""Family cards a household row can carry (nokk_1..7)."""

_DWELLING: Final = (
    ("sta_bangunan", "status_bangunan", "Status penguasaan bangunan", "Tenure of the building"),
    ("sta_lahan", "status_lahan", "Status lahan", "Tenure of the land"),
    ("lantai", "lantai", "Jenis lantai terluas", "Floor material"),
    ("dinding", "dinding", "Jenis dinding terluas", "Wall material"),
    ("kondisi_dinding", "kondisi", "Kondisi dinding", "Condition of the walls"),
    ("atap", "atap", "Jenis atap terluas", "Roof material"),
    ("kondisi_atap", "kondisi", "Kondisi atap", "Condition of the roof"),
    ("sumber_airminum", "air_minum", "Sumber air minum", "Source of drinking water"),
    ("cara_peroleh_airminum", "cara_air", "Cara memperoleh air minum", "How water is obtained"),
    ("sumber_penerangan", "penerangan", "Sumber penerangan utama", "Source of light"),
    ("daya", "daya", "Daya listrik terpasang", "Electric power"),
    ("bb_masak", "bb_masak", "Bahan bakar memasak", "Cooking fuel"),
    ("fasbab", "fasbab", "Fasilitas buang air besar", "Toilet facility"),
    ("kloset", "kloset", "Jenis kloset", "Kind of toilet"),
    ("buang_tinja", "tpa_tinja", "Tempat pembuangan akhir tinja", "Sewage disposal"),
)
_METERS: Final = (
    ("nomor_meter_air", r"\d{1,12}", "Nomor meter air", "Water meter number"),
    ("nomor_pln", r"\d{11,12}", "ID pelanggan PLN", "Electricity customer number"),
    ("nomor_gas", r"\d{1,12}", "Nomor pelanggan gas", "Gas customer number"),
)
_MEMBER_CODES: Final = (
    ("jnskel", "jenis_kelamin", "Jenis kelamin", "Sex"),
    ("hub_krt", "hub_krt", "Hubungan dengan kepala rumah tangga", "Relation to household head"),
    ("hubkel", "hub_kk", "Hubungan dengan kepala keluarga", "Relation to family head"),
    ("sta_kawin", "status_kawin", "Status perkawinan", "Marital status"),
    ("ada_akta_nikah", "akta_nikah", "Kepemilikan akta nikah/cerai", "Marriage certificate"),
    ("ada_dikk", "ada_di_kk", "Tercantum dalam KK", "Listed on the family card"),
    ("ada_kartu_identitas", "kartu_identitas", "Kartu identitas (jumlah kode)", "Identity cards"),
    ("sta_hamil", "hamil", "Status kehamilan", "Pregnant"),
    ("jenis_cacat", "disabilitas", "Jenis disabilitas", "Disability"),
    ("penyakit_kronis", "penyakit_kronis", "Penyakit kronis", "Chronic illness"),
    ("partisipasi_sekolah", "partisipasi_sekolah", "Partisipasi sekolah", "School attendance"),
    ("pendidikan_tertinggi", "jenjang", "Jenjang pendidikan tertinggi", "Highest level of school"),
    ("kelas_tertinggi", "kelas", "Kelas tertinggi", "Highest grade"),
    ("ijazah_tertinggi", "ijazah", "Ijazah tertinggi", "Highest diploma"),
    ("sta_bekerja", "bekerja", "Bekerja seminggu terakhir", "Worked in the last week"),
    ("lapangan_usaha", "lapangan_usaha", "Lapangan usaha", "Industry"),
    ("status_pekerjaan", "status_pekerjaan", "Status dalam pekerjaan", "Employment status"),
)


def household_columns(codebook: Codebook) -> Iterator[Column]:
    """Yield the columns in the order of the form."""
    yield from _identity()
    yield from region_columns(_HOUSEHOLD)
    yield from _place()
    yield from _dwelling()
    yield from _assets(codebook)
    yield from _member_identity()
    yield from _member_codes(codebook)


def _column(name: str, kind: ColumnKind, meaning: str, meaning_en: str, **more: object) -> Column:
    scope = more.pop("scope", _HOUSEHOLD)
    return Column(name, kind, meaning, meaning_en, scope, **more)  # type: ignore[arg-type]


def _identity() -> Iterator[Column]:
    yield _column("idbdt", TEXT, "ID rumah tangga (IDBDT)", "Household id", required=True, max=23)
    yield _column("ruta6", TEXT, "Kode rumah tangga 6 karakter", "Six-character code", max=6)
    yield _column(
        "nourut_rt",
        DIGITS,
        "Nomor urut prelist",
        "Number in the list",
        pattern=r"\d{1,6}",
        aliases=("no_urut_rt", "nourut"),
    )


def _place() -> Iterator[Column]:
    yield _column("nama_sls", TEXT, "Nama SLS/dusun", "Hamlet", max=60)
    yield _column("kode_sls", DIGITS, "Kode SLS", "Hamlet code", pattern=r"\d{4,16}")
    yield _column("rt", DIGITS, "RT", "RT", pattern=r"\d{1,3}")
    yield _column("rw", DIGITS, "RW", "RW", pattern=r"\d{1,3}")
    yield _column("alamat", TEXT, "Alamat", "Address", max=200, personal=True)
    yield _column("kode_pos", DIGITS, "Kode pos", "Postal code", pattern=r"[1-9]\d{4}")
    yield _column(
        "nama_krt", TEXT, "Nama kepala rumah tangga", "Name of the head", max=60, personal=True
    )
    yield _column("jumlah_art", INTEGER, "Jumlah anggota", "Number of members", min=0, max=99)
    yield _column("jumlah_keluarga", INTEGER, "Jumlah keluarga", "Families", min=0, max=9)
    for number in range(1, _FAMILIES + 1):
        yield _column(
            f"nokk_{number}",
            DIGITS,
            f"Nomor KK keluarga ke-{number}",
            f"Family card number of family {number}",
            pattern=_SIXTEEN,
            personal=True,
        )
    yield _column("hp", DIGITS, "Nomor HP", "Mobile number", pattern=r"0\d{8,12}", personal=True)


def _dwelling() -> Iterator[Column]:
    for name, code_list, meaning, meaning_en in _DWELLING:
        yield _column(name, CODE, meaning, meaning_en, code_list=code_list)
    for name, pattern, meaning, meaning_en in _METERS:
        yield _column(name, DIGITS, meaning, meaning_en, pattern=pattern, personal=True)
    yield _column("luas_lantai", INTEGER, "Luas lantai (m2)", "Floor area, m2", min=0, max=999)
    yield _column("jumlah_kamar", INTEGER, "Jumlah kamar", "Rooms", min=0, max=99)


def _assets(codebook: Codebook) -> Iterator[Column]:
    for name in ("aset_bergerak", "aset_tak_bergerak", "usaha_art", "program_ruta"):
        for item in codebook.item_lists[name]:
            yield _column(
                item.field, CODE, item.label_id, item.label_en, code_list=item.codes,
                aliases=_sta_alias(item.field),
            )  # fmt: skip
    yield _column("luas_atb", INTEGER, "Luas lahan lain (m2)", "Other land, m2", min=0, max=99999)
    for item in codebook.item_lists["ternak"]:
        yield _column(
            item.field,
            INTEGER,
            f"Jumlah ternak: {item.label_id}",
            f"Number of livestock: {item.label_en}",
            min=0,
            max=99,
        )


def _sta_alias(name: str) -> tuple[str, ...]:
    """Exports write both sta_kks and status_kks."""
    if name.startswith("status_"):
        return ("sta_" + name.removeprefix("status_"),)
    return ("status_" + name.removeprefix("sta_"),) if name.startswith("sta_") else ()


def _member_identity() -> Iterator[Column]:
    def member(
        name: str, kind: ColumnKind, meaning: str, meaning_en: str, **more: object
    ) -> Column:
        return _column(name, kind, meaning, meaning_en, scope=_MEMBER, **more)

    yield member("idartbdt", TEXT, "ID anggota (IDARTBDT)", "Member id", max=25)
    yield member(
        "nama", TEXT, "Nama anggota", "Name", required=True, max=60, personal=True,
        aliases=("nama_art",),
    )  # fmt: skip
    yield member("nik", DIGITS, "NIK", "NIK", pattern=_SIXTEEN, personal=True)
    yield member(
        "tgllahir", DATE, "Tanggal lahir", "Date of birth", personal=True, aliases=("tgl_lahir",)
    )
    yield member("nuk", INTEGER, "Nomor urut keluarga", "Number of the family", min=1, max=9)
    yield member(
        "jumlah_jamkerja", INTEGER, "Jam kerja seminggu", "Hours worked a week", min=0, max=98
    )
    yield member(
        "nopesertapbi", DIGITS, "Nomor peserta PBI", "Insurance number", pattern=r"\d{13}",
        personal=True,
    )  # fmt: skip


def _member_codes(codebook: Codebook) -> Iterator[Column]:
    for name, code_list, meaning, meaning_en in _MEMBER_CODES:
        yield _column(name, CODE, meaning, meaning_en, scope=_MEMBER, code_list=code_list)
    for item in codebook.item_lists["program_art"]:
        yield _column(
            item.field, CODE, item.label_id, item.label_en, scope=_MEMBER, code_list=item.codes
        )
