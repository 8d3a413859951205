"""`papi demo [DIR]`."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from papi.cli.common import Progress, progress_bar, warn

if TYPE_CHECKING:
    from papi.office.demo import DemoReport

_TITLES = {
    "init": "Membuat ruang kerja | Creating the workspace",
    "import": "Mengimpor pre-list contoh | Importing the sample pre-lists",
    "print": "Mencetak formulir | Printing forms",
    "scan": "Mengisi dan memindai beberapa formulir | Filling and scanning some forms",
    "ingest": "Membaca pindaian | Reading the scans",
    "status": "Menghitung halaman dan formulir | Accounting for pages and forms",
    "export": "Mengekspor lima tabel | Exporting five tables",
}

_COMMANDS = (
    ("status", "halaman dan formulir per desa | pages and forms by village"),
    ("queue", "isian yang harus dilihat petugas | fields a person must look at"),
    ("export readings --out readings.xlsx", "satu baris per isian | one row per field"),
)
_KEYING_ROOM = (
    (
        "user add citra --role supervisor",
        "menanyakan kata sandi; pengawas boleh mengentri dan menyetujui"
        " | asks for a password; a supervisor may key and approve",
    ),
    (
        "serve",
        "lalu buka http://127.0.0.1:8000/ dan masuk"
        " | then open http://127.0.0.1:8000/ and log in; Ctrl-C ends it",
    ),
)


@click.command("demo")
@click.argument(
    "folder",
    metavar="[DIR]",
    default="papi-demo",
    type=click.Path(path_type=Path, file_okay=False),
)
@click.option("--jobs", type=click.IntRange(1), metavar="N", help="Workers (default: one a core).")
def command(folder: Path, jobs: int | None) -> None:
    """Show the whole job on samples in DIR (default: papi-demo): pre-list, print, scan, read.

    No questions asked; everything stays below DIR. Running it again goes on where it stopped.
    """
    from papi.office.workspace import init_workspace  # noqa: PLC0415
    from papi.synth.samples import SAMPLE_SEASON  # noqa: PLC0415

    with _steps() as progress:
        progress("init", 0, None)
        workspace, _ = init_workspace(folder / "workspace", SAMPLE_SEASON.end)
        from papi.office.demo import run_demo  # noqa: PLC0415  needs the open store

        report = run_demo(workspace, progress, jobs)
    _show_counts(report)
    _show_next(report)


@contextmanager
def _steps() -> Iterator[Callable[[str, int, int | None], None]]:
    """Announce each step on stderr, with a bar below it where stderr is a terminal."""
    with ExitStack() as stack:
        bars: dict[str, Progress] = {}

        def move(step: str, done: int, total: int | None) -> None:
            if step not in bars:
                stack.pop_all().close()
                warn(f"[{list(_TITLES).index(step) + 1}/{len(_TITLES)}] {_TITLES[step]}")
                bars[step] = stack.enter_context(progress_bar("   "))
            bars[step](done, total)

        yield move


def _show_counts(report: DemoReport) -> None:
    pages, forms, queue = (report.status[name] for name in ("pages", "forms", "queue"))
    click.echo(f"\nSelesai | Done: {report.seconds:.0f} s")
    click.echo(
        f"  {pages['total']} halaman masuk, semua tercatat: {_yes(pages['accounted'])}"
        " | pages in, all accounted for"
    )
    click.echo(
        f"  {forms['issued']} formulir dicetak = {forms['returned']} kembali + {forms['missing']} "
        "belum | forms issued = returned + missing"
    )
    click.echo(
        f"  {report.right} isian diterima dan benar, {report.wrong} diterima tetapi salah, "
        f"{queue['items']} untuk dilihat petugas | accepted and right, accepted but wrong, "
        "to review"
    )


def _yes(value: bool) -> str:
    return "ya | yes" if value else "tidak | no"


def _show_next(report: DemoReport) -> None:
    places = report.folder
    click.echo("\nLihat selanjutnya | Where to look next")
    rows = [
        (places.root / "print", "formulir siap cetak | forms ready to print"),
        (places.scans, "pindaian formulir yang diisi | scans of the filled forms"),
        (places.tables, "lima tabel dan kamus datanya | five tables with their dictionaries"),
        (places.truth, "yang sebenarnya ditulis | what was really written"),
        (places.workspace / "papi.toml", "pengaturan | settings"),
    ]
    for path, meaning in rows:
        click.echo(f"  {path}\n      {meaning}")
    for words, meaning in _COMMANDS:
        click.echo(f"  papi -w {places.workspace} {words}\n      {meaning}")
    click.echo("\nRuang entri di peramban | The keying room in the browser")
    for words, meaning in _KEYING_ROOM:
        click.echo(f"  papi -w {places.workspace} {words}\n      {meaning}")
