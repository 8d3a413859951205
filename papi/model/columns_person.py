"""Columns of the PPKS pre-list (one line per person). See `papi.model.columns`."""

from __future__ import annotations

from collections.abc import Iterator

from papi.model.codebook import Codebook
from papi.model.columns import Column, ColumnKind, Scope, region_columns

TEXT, DIGITS, INTEGER, DATE, CODE = ColumnKind
_SIXTEEN = r"\d{16}"


def person_columns(codebook: Codebook) -> Iterator[Column]:
    """Yield the columns in the order of the form."""
    del codebook  # every list is named below
    yield _column("id_ppks", TEXT, "ID PPKS", "Id of the person", required=True, max=40)
    yield _column("sumber", TEXT, "Sumber data (DTKS/LKS/jangkauan)", "Source of the row", max=40)
    yield _column(
        "nourut_rt", DIGITS, "Nomor urut prelist", "Number in the list", pattern=r"\d{1,6}",
        aliases=("no_urut", "nourut"),
    )  # fmt: skip
    yield from region_columns(Scope.PERSON)
    yield from _person()
    yield from _place()
    yield from _codes()


def _column(name: str, kind: ColumnKind, meaning: str, meaning_en: str, **more: object) -> Column:
    return Column(name, kind, meaning, meaning_en, Scope.PERSON, **more)  # type: ignore[arg-type]


def _person() -> Iterator[Column]:
    yield _column("nama", TEXT, "Nama lengkap", "Full name", required=True, max=60, personal=True)
    yield _column("alias", TEXT, "Nama panggilan", "Also known as", max=40, personal=True)
    yield _column("nik", DIGITS, "NIK", "NIK", pattern=_SIXTEEN, personal=True)
    yield _column(
        "no_kk", DIGITS, "Nomor KK", "Family card number", pattern=_SIXTEEN, personal=True,
        aliases=("nokk",),
    )  # fmt: skip
    yield _column("tempat_lahir", TEXT, "Tempat lahir", "Place of birth", max=40, personal=True)
    yield _column(
        "tgl_lahir", DATE, "Tanggal lahir", "Date of birth", personal=True, aliases=("tgllahir",)
    )


def _place() -> Iterator[Column]:
    yield _column(
        "nama_sls", TEXT, "SLS atau lokasi", "Hamlet or location", max=60, aliases=("lokasi",)
    )
    yield _column("alamat", TEXT, "Alamat domisili", "Address", max=200, personal=True)
    yield _column("rt", DIGITS, "RT", "RT", pattern=r"\d{1,3}")
    yield _column("rw", DIGITS, "RW", "RW", pattern=r"\d{1,3}")
    yield _column("hp", DIGITS, "Nomor HP", "Mobile number", pattern=r"0\d{8,12}", personal=True)
    yield _column("id_lks", TEXT, "ID LKS", "Id of the institution", max=9)
    yield _column("no_bpjs", DIGITS, "Nomor BPJS", "Insurance number", pattern=r"\d{13}",
                  personal=True)  # fmt: skip


def _codes() -> Iterator[Column]:
    yield _column("jenis_kelamin", CODE, "Jenis kelamin", "Sex", code_list="jenis_kelamin",
                  aliases=("jnskel",))  # fmt: skip
    yield _column("status_kawin", CODE, "Status kawin", "Marital status", code_list="status_kawin",
                  aliases=("sta_kawin",))  # fmt: skip
    for number in (1, 2, 3):
        yield _column(
            f"ppks_{number}", CODE, f"Kategori PPKS ke-{number}", f"PPKS category {number}",
            code_list="ppks", personal=True,
        )  # fmt: skip
