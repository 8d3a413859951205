"""Field names that several rules share, as domain form A gives them.

Knows names and which pair of codes a yes/no row uses. Must not know rules.
"""

from __future__ import annotations

HOUSING = (
    "sta_bangunan",
    "sta_lahan",
    "luas_lantai",
    "lantai",
    "dinding",
    "kondisi_dinding",
    "atap",
    "kondisi_atap",
    "jumlah_kamar",
    "sumber_airminum",
    "nomor_meter_air",
    "cara_peroleh_airminum",
    "sumber_penerangan",
    "daya",
    "nomor_pln",
    "bb_masak",
    "nomor_gas",
    "fasbab",
    "kloset",
    "buang_tinja",
)
"""Block III, in order."""

ROWS_12 = (
    "ada_tabung_gas",
    "ada_ac",
    "ada_telepon",
    "ada_emas",
    "ada_sepeda",
    "ada_mobil",
    "ada_motor_tempel",
    "ada_kapal",
    "aset_tak_bergerak",
    "sta_art_usaha",
    "status_kks",
    "status_kis",
    "status_jamsostek",
    "status_pkh",
    "status_kur",
)
"""Yes/no rows of block V that are coded 1 and 2."""

ROWS_34 = (
    "ada_lemari_es",
    "ada_pemanas",
    "ada_tv",
    "ada_laptop",
    "ada_motor",
    "ada_perahu",
    "ada_perahu_motor",
    "rumah_lain",
    "status_kip",
    "status_bpjs_mandiri",
    "status_asuransi",
    "status_rastra",
)
"""Yes/no rows of block V that are coded 3 and 4."""

LIVESTOCK = ("jumlah_sapi", "jumlah_kerbau", "jumlah_kuda", "jumlah_babi", "jumlah_kambing")
ASSETS = frozenset({*ROWS_12, *ROWS_34, *LIVESTOCK, "luas_atb"})
"""Block V."""

MEMBER_CODES = (
    "hub_krt",
    "nuk",
    "hubkel",
    "sta_kawin",
    "ada_akta_nikah",
    "ada_dikk",
    "ada_kartu_identitas",
    "sta_hamil",
    "jenis_cacat",
    "penyakit_kronis",
    "partisipasi_sekolah",
    "pendidikan_tertinggi",
    "kelas_tertinggi",
    "ijazah_tertinggi",
    "sta_bekerja",
    "jumlah_jamkerja",
    "lapangan_usaha",
    "status_pekerjaan",
)
"""Codes of a strip that "all right / some changed" (art_cek) speaks for."""

PROGRAMMES = {
    "ada_pkh": ("status_pkh", "1"),
    "ada_kks": ("status_kks", "1"),
    "ada_kip": ("status_kip", "3"),
    "ada_pbi": ("status_kis", "1"),
    "ada_rastra": ("status_rastra", "3"),
}
"""Member programme -> household row (V.5) and its code for yes."""
