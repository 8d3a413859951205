"""Real paper for tests: a workspace with printed forms, their sides as images, and the command."""

from __future__ import annotations

import csv
import io
import json
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from click.testing import CliRunner, Result
from PIL import Image

from papi.cli import cli
from papi.model.issue import ManifestRow
from papi.model.layout import Layout
from papi.model.page import Gray
from papi.office.workspace import init_workspace
from papi.store.boot import close_store
from papi.synth.batch import read_manifest, render_side
from papi.synth.population import prelist_rows, write_prelist
from papi.synth.visits import Season, Visit

DPI = 200
TABLES = ("pages", "readings", "records", "members", "queue")
_RENDERED_DPI = 12.0 * 25.4


def papi(workspace: Path, *words: object) -> Result:
    """Run a command in this process, as a person would type it."""
    return CliRunner().invoke(cli, ["-w", str(workspace), *map(str, words)])


@dataclass(frozen=True)
class Paper:
    """A workspace whose forms lie printed beside it."""

    workspace: Path
    out: Path
    forms: tuple[str, ...]

    def papi(self, *words: object) -> Result:
        """Run a command on the workspace."""
        return papi(self.workspace, *words)

    def ingest(self, *paths: object, engine: str = "serial") -> Result:
        """Ingest files; in this process unless told otherwise."""
        return self.papi("ingest", *paths, "--engine", engine)

    def status(self) -> dict[str, Any]:
        """The reconciliation."""
        report: dict[str, Any] = json.loads(self.papi("status", "--json").stdout)
        return report

    def table(self, name: str) -> list[dict[str, str]]:
        """An exported table."""
        path = self.workspace / f"{name}.csv"
        result = self.papi("export", name, "--out", path)
        assert result.exit_code == 0, result.stderr
        with path.open(encoding="utf-8", newline="") as file:
            return list(csv.DictReader(file))

    def tables(self) -> dict[str, list[dict[str, str]]]:
        """All exported tables; pages by file name, since files may come in any order."""
        found = {name: self.table(name) for name in TABLES}
        found["pages"].sort(key=lambda row: (row["source"], int(row["index"])))
        return found

    def layout(self, form: str) -> Layout:
        """What a stranger's script would ask for."""
        return Layout.model_validate_json(self.papi("layout", form).stdout)

    @cached_property
    def manifest(self) -> list[ManifestRow]:
        """Every printed side."""
        return [
            row for form in self.forms for row in read_manifest(self.out / form / "manifest.csv")
        ]

    def sides(self, form: str, number: int = 0) -> list[ManifestRow]:
        """Sides of the `number`-th printed form of a kind, by page."""
        ids = list(dict.fromkeys(row.form_id for row in self.manifest if row.form == form))
        return sorted(
            (row for row in self.manifest if row.form_id == ids[number]), key=lambda row: row.page
        )

    def image(self, side: ManifestRow, dpi: int = DPI) -> Gray:
        """A printed side as a flat scanner without noise sees it, uint8 (H, W)."""
        gray = render_side(self.out / side.form / side.pdf_file, side.pdf_page)
        scale = dpi / _RENDERED_DPI
        small = cv2.resize(gray, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
        return np.asarray(small, np.uint8)

    def images(self, form: str, number: int = 0) -> list[Gray]:
        """All sides of a printed form as images."""
        return [self.image(side) for side in self.sides(form, number)]

    def copy(self, folder: Path) -> Paper:
        """The same workspace again in another folder (the paper is shared)."""
        shutil.copytree(self.workspace, folder)
        return Paper(folder, self.out, self.forms)


def print_paper(folder: Path, visits: Sequence[Visit]) -> Paper:
    """Create a workspace below `folder`, import the visits' pre-lists and print their forms."""
    workspace, forms = folder / "workspace", tuple(sorted({visit.form for visit in visits}))
    init_workspace(workspace, Season().end)
    for form in forms:
        table = folder / f"{form}.csv"
        write_prelist(prelist_rows(visits, form), form, table)
        for words in (
            ("prelist", "import", table, "--form", form),
            ("print", "--form", form, "--out", folder / form),
        ):
            result = papi(workspace, *words)
            assert result.exit_code == 0, result.stderr
    close_store()
    return Paper(workspace, folder, forms)


def png(gray: Gray, dpi: int = DPI) -> bytes:
    """Return an image as a PNG file."""
    stream = io.BytesIO()
    Image.fromarray(gray).save(stream, "PNG", dpi=(dpi, dpi), compress_level=1)
    return stream.getvalue()


def tiff(pages: Sequence[Gray], dpi: int = DPI, *, bilevel: bool = False) -> bytes:
    """Return images as a TIFF of many pages: LZW, or G4 of one bit."""
    images = [Image.fromarray(page) for page in pages]
    if bilevel:
        images = [image.point(lambda v: 255 * (v > 150)).convert("1") for image in images]
    stream = io.BytesIO()
    images[0].save(
        stream,
        "TIFF",
        save_all=True,
        append_images=images[1:],
        compression="group4" if bilevel else "tiff_lzw",
        dpi=(dpi, dpi),
    )
    return stream.getvalue()


def pdf(pages: Sequence[Gray], dpi: int = DPI) -> bytes:
    """Return images as a PDF of many pages, JPEG inside, as scanners write it."""
    images = [Image.fromarray(page) for page in pages]
    stream = io.BytesIO()
    images[0].save(stream, "PDF", save_all=True, append_images=images[1:], resolution=dpi)
    return stream.getvalue()
