"""Forms that break no rule, to be broken one value at a time."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from papi.checking.rules.names import HOUSING, LIVESTOCK, MEMBER_CODES, ROWS_12, ROWS_34
from papi.geometry import Box
from papi.model.facts import Campaign, FormFacts
from papi.model.layout import FieldKind, Layout, LayoutField, LayoutPage
from papi.model.prelist import PrelistRow
from papi.model.reading import RecordValue, Source

CAMPAIGN = Campaign(dt.date(2026, 3, 1), dt.date(2026, 5, 31), dt.date(2026, 6, 10))
FORM_ID = "4F2K9QW3X"
REGION = "3201022001"
BLOCK_1_2 = [
    "rt",
    "rw",
    "alamat",
    "alamat_cek",
    "kode_pos",
    "nama_krt",
    "jumlah_art",
    "jumlah_keluarga",
    "nokk_1",
    "nokk_2",
    "hp",
    "hasil_verivali",
    "data_idbdt_double_dengan",
    "alasan_tidak_ditemukan",
    "apakah_mampu",
    "tanggal_verivali",
    "kode_petugas",
    "tanggal_pemeriksaan",
    "kode_pemeriksa",
    "ttd_responden",
    "ttd_petugas",
    "ttd_pemeriksa",
]
BLOCK_3_5 = (*HOUSING, *(f"{n}_cek" for n in HOUSING), *ROWS_12, *ROWS_34, *LIVESTOCK, "luas_atb")
STRIP = [
    "nama",
    "nama_cek",
    "nik",
    "nik_cek",
    "sta_keberadaan_art",
    "tgllahir",
    "tgllahir_cek",
    "jnskel",
    "art_cek",
    "ada_kks",
    "ada_pbi",
    "ada_kip",
    "ada_pkh",
    "ada_rastra",
    "nopesertapbi",
]
PERSON_FIELDS = {
    1: "nama nama_cek alias nik nik_cek nik_tidak_ada no_kk tempat_lahir tgl_lahir umur_taksiran "
    "jenis_kelamin status_kawin alamat alamat_cek rt rw alamat_ktp_sama hp tempat_ditemui id_lks "
    "ppks_1 ppks_2 ppks_3",
    2: "ragam_disabilitas adl partisipasi_sekolah ijazah bekerja status_pekerjaan no_bpjs "
    "layanan_dibutuhkan nama_wali hub_wali hp_wali hasil_ppks id_ganda persetujuan "
    "tanggal_verivali kode_petugas tanggal_pemeriksaan kode_pemeriksa ttd_responden ttd_petugas "
    "ttd_pemeriksa",
}


def _layout(form: str, pages: Mapping[int, list[str]]) -> Layout:
    fields = [
        LayoutField(name=name, page=page, kind=FieldKind.DIGITS, cells=(Box(20, 50, 4.6, 6),))
        for page, names in pages.items()
        for name in names
    ]
    sides = [
        LayoutPage(page=p, width_mm=210, height_mm=297, role="base" if p < 5 else "continuation")
        for p in pages
    ]
    return Layout(
        form=form, version="000001", codebook="x", pages=tuple(sides), fields=tuple(fields)
    )


def _strips(*numbers: int) -> list[str]:
    return [f"art.{n}.{column}" for n in numbers for column in (*STRIP, *MEMBER_CODES)]


HOUSEHOLD_LAYOUT = _layout(
    "verivali-rt",
    {
        1: list(BLOCK_1_2),
        2: list(BLOCK_3_5),
        3: _strips(1, 2, 3),
        4: _strips(4, 5),
        5: [*_strips(6, 7, 8), "nokk_3", "nokk_4"],
    },
)
PERSON_LAYOUT = _layout("verivali-ppks", {p: names.split() for p, names in PERSON_FIELDS.items()})

HOUSEHOLD = {
    "rt": "002", "rw": "005", "nama_krt": "SUPARMAN", "jumlah_art": "3", "jumlah_keluarga": "1",
    "nokk_1": "3201011203110004", "hasil_verivali": "1", "apakah_mampu": "2", "hp": "081234567890",
    "kode_pos": "16911", "tanggal_verivali": "2026-04-02", "tanggal_pemeriksaan": "2026-04-05",
    "kode_petugas": "320101", "kode_pemeriksa": "320102",
    "ttd_responden": "ink", "ttd_petugas": "ink", "ttd_pemeriksa": "ink",
    "sta_bangunan": "1", "sta_lahan": "1", "luas_lantai": "36", "lantai": "06", "dinding": "1",
    "kondisi_dinding": "1", "atap": "04", "kondisi_atap": "1", "jumlah_kamar": "02",
    "sumber_airminum": "03", "nomor_meter_air": "12345678901", "cara_peroleh_airminum": "2",
    "sumber_penerangan": "1", "daya": "1", "nomor_pln": "531234567890", "bb_masak": "3",
    "fasbab": "1", "kloset": "1", "buang_tinja": "1", "status_pkh": "1", "status_kis": "1",
    **{name: "2" for name in ROWS_12 if name not in {"status_pkh", "status_kis"}},
    **{name: "4" for name in ROWS_34},
}  # fmt: skip
_CHILD = {
    "sta_keberadaan_art": "1", "hub_krt": "3", "nuk": "1", "hubkel": "3", "sta_kawin": "1",
    "ada_kartu_identitas": "01", "partisipasi_sekolah": "1", "pendidikan_tertinggi": "01",
    "kelas_tertinggi": "4", "ijazah_tertinggi": "0", "sta_bekerja": "2", "ada_dikk": "1",
    "ada_kks": "2", "ada_pbi": "2", "ada_kip": "2", "ada_pkh": "2", "ada_rastra": "2",
}  # fmt: skip
MEMBERS = (
    _CHILD | {
        "nama": "SUPARMAN", "nik": "3201011503800001", "tgllahir": "1980-03-15", "jnskel": "1",
        "hub_krt": "1", "hubkel": "1", "sta_kawin": "2", "ada_kartu_identitas": "05",
        "partisipasi_sekolah": "2", "pendidikan_tertinggi": "04", "kelas_tertinggi": "8",
        "ijazah_tertinggi": "2", "sta_bekerja": "1", "jumlah_jamkerja": "40",
        "lapangan_usaha": "01", "status_pekerjaan": "1", "ada_pbi": "1",
        "nopesertapbi": "0001234567890",
    },
    _CHILD | {
        "nama": "SITI AMINAH", "nik": "3201015507840002", "tgllahir": "1984-07-15", "jnskel": "2",
        "hub_krt": "2", "hubkel": "2", "sta_kawin": "2", "ada_kartu_identitas": "05",
        "partisipasi_sekolah": "0", "pendidikan_tertinggi": "", "kelas_tertinggi": "",
        "sta_hamil": "2", "ada_pkh": "1",
    },
    _CHILD | {
        "nama": "BUDI", "nik": "3201010108160003", "tgllahir": "2016-08-01", "jnskel": "1",
    },
)  # fmt: skip
PERSON = {
    "nama": "NURHAYATI", "nik": "3201015507840002", "no_kk": "3201011203110004",
    "tgl_lahir": "1984-07-15", "jenis_kelamin": "2", "status_kawin": "2", "rt": "001", "rw": "002",
    "ppks_1": "09", "ragam_disabilitas": "1 4", "adl": "1", "bekerja": "2", "hasil_ppks": "1",
    "persetujuan": "1", "layanan_dibutuhkan": "1", "tanggal_verivali": "2026-04-02",
    "tanggal_pemeriksaan": "2026-04-05", "kode_petugas": "320101", "kode_pemeriksa": "320102",
    "ttd_responden": "ink", "ttd_petugas": "ink", "ttd_pemeriksa": "ink",
}  # fmt: skip
_NOT_LISTED = ("sta_keberadaan_art", "ada_kks", "ada_pbi", "ada_kip", "ada_pkh", "ada_rastra")


def household(
    changes: Mapping[str, str] | None = None,
    *,
    listed: Mapping[str, str] | None = None,
    blank_form: bool = False,
    unread: frozenset[int] = frozenset(),
    continuation: bool = False,
    extra: Mapping[str, str] | None = None,
    officers: frozenset[str] = frozenset(),
) -> FormFacts:
    """A household of three; `changes` are written, `listed` alters the pre-list."""
    written = dict(HOUSEHOLD)
    for number, member in enumerate(MEMBERS, 1):
        written |= {f"art.{number}.{column}": text for column, text in member.items()}
    values = {k: HOUSEHOLD[k] for k in ("rt", "rw", "nama_krt", "jumlah_art", "nokk_1")}
    members = [{k: v for k, v in m.items() if k not in _NOT_LISTED} for m in MEMBERS]
    for name, text in (listed or {}).items():
        if name.startswith("art."):
            _, number, column = name.split(".")
            members[int(number) - 1][column] = text
        else:
            values[name] = text
    row = PrelistRow("verivali-rt", "3201022001000001", REGION, values, tuple(members))
    pages = {1, 2, 3, 4} | ({5} if continuation else set())
    return _facts(
        HOUSEHOLD_LAYOUT,
        written | dict(changes or {}),
        None if blank_form else row,
        pages=pages,
        unread=unread,
        extra=extra,
        officers=officers,
    )


def person(
    changes: Mapping[str, str] | None = None,
    *,
    listed: Mapping[str, str] | None = None,
    unread: frozenset[int] = frozenset(),
) -> FormFacts:
    """A PPKS person with a disability."""
    values = {k: PERSON[k] for k in ("nama", "nik", "no_kk", "tgl_lahir", "ppks_1")}
    row = PrelistRow("verivali-ppks", "P1", REGION, values | dict(listed or {}))
    written = PERSON | dict(changes or {})
    return _facts(PERSON_LAYOUT, written, row, pages={1, 2}, unread=unread)


def _facts(
    layout: Layout,
    values: Mapping[str, str],
    row: PrelistRow | None,
    *,
    pages: set[int],
    unread: frozenset[int],
    extra: Mapping[str, str] | None = None,
    officers: frozenset[str] = frozenset(),
) -> FormFacts:
    read = frozenset(pages) - unread
    written = {f.name: values.get(f.name, "") for f in layout.fields if f.page in read}
    merged = {name: RecordValue(text, Source.MACHINE) for name, text in written.items()}
    for name in set(values) - {field.name for field in layout.fields}:
        raise KeyError(name)
    campaign = Campaign(CAMPAIGN.start, CAMPAIGN.end, CAMPAIGN.today, officers)
    return FormFacts(
        FORM_ID, layout, row, read, frozenset(pages), written, merged, campaign, extra or {}
    )
