"""One round of work done twice: in an office on SQLite, and in one on PostgreSQL.

Both give out the same form ids, so that every table of the two can be compared byte for byte.
"""

from __future__ import annotations

import json
import os
import random
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from unittest.mock import patch

from click.testing import CliRunner, Result
from paper import TABLES, Paper

from papi.cli import cli
from papi.model import sheet
from papi.office.workspace import init_workspace
from papi.store.boot import close_store
from papi.store.databases import SECRET_FILE
from papi.synth.batch import Batch, form_jobs, make_batch
from papi.synth.population import invent_round, prelist_rows, write_prelist
from papi.synth.visits import Season, Visit

_SEED = 47
_TIMES = {"started", "finished", "withdrawn", "number", "others"}
_NUMBER = re.compile(r"(?<=papi fix )\d+|(?<=halaman-)\d+")


@dataclass(frozen=True)
class Office(Paper):
    """A workspace and where its database is: "" for the SQLite file in it."""

    url: str = ""

    def papi(self, *words: object, **options: Any) -> Result:
        """Run a command on the workspace, as on a machine with PAPI_DATABASE_URL set."""
        environment = {"PAPI_DATABASE_URL": self.url or None, "PAPI_WORKSPACE": None}
        arguments = ["-w", str(self.workspace), *map(str, words)]
        return CliRunner().invoke(cli, arguments, env=environment, **options)

    def must(self, *words: object, codes: tuple[int, ...] = (0,), **options: Any) -> str:
        """Run a command that must end well; return what it says."""
        result = self.papi(*words, **options)
        assert result.exit_code in codes, (words, result.exit_code, result.stderr)
        return result.stdout

    def exports(self) -> dict[str, bytes]:
        """Every table as it lies on the disk."""
        found = {}
        for name in TABLES:
            path = self.out / f"{self.workspace.name}-{name}.csv"
            self.must("export", name, "--out", path)
            found[name] = path.read_bytes()
        return found

    def reports(self) -> dict[str, Any]:
        """What commands say of the whole, without the moments at which things happened."""
        missing = self.out / f"{self.workspace.name}-missing.csv"
        self.must("status", "--missing", missing)
        return {
            "status": self._json("status", "--json"),
            "todo": self._json("status", "--todo", "--json"),
            "queue": self._json("queue", "--json"),
            "fix list": self._json("fix", "list", "--json"),
            "batches": self._json("batch", "list", "--json"),
            "missing": missing.read_text("utf-8"),
        }

    def _json(self, *words: str) -> Any:
        return _timeless(json.loads(self.must(*words, codes=(0, 1))))


def _timeless(found: Any) -> Any:
    """Replace moments, and numbers given out as pages came from the workers."""
    if isinstance(found, dict):
        return {k: bool(v) if k in _TIMES else _timeless(v) for k, v in found.items()}
    if isinstance(found, list):
        return [_timeless(v) for v in found]
    return _NUMBER.sub("N", found) if isinstance(found, str) else found


@contextmanager
def same_ids() -> Iterator[None]:
    """Draw form ids that are the same in every run."""
    chance = random.Random(_SEED)  # noqa: S311  test data
    with patch.object(sheet.secrets, "choice", chance.choice):
        yield


def open_office(folder: Path, url: str = "", *, households: int = 1, persons: int = 2) -> Office:
    """Set an office up and print the forms of its pre-lists."""
    visits = invent_round(_SEED, households=households, persons=persons)
    forms = tuple(sorted({visit.form for visit in visits}))
    (folder / "workspace").mkdir(parents=True)
    (folder / "workspace" / SECRET_FILE).write_text("the same samples\n", "ascii")
    office = Office(folder / "workspace", folder, forms, url)
    with patch.dict(os.environ, {"PAPI_DATABASE_URL": url}):
        init_workspace(office.workspace, Season().end)
    with same_ids():
        for form in forms:
            _print(office, visits, form)
    close_store()
    return office


def _print(office: Office, visits: list[Visit], form: str) -> None:
    table = office.out / f"{form}.csv"
    write_prelist(prelist_rows(visits, form), form, table)
    office.must("prelist", "import", table, "--form", form)
    office.must("print", "--form", form, "--out", office.out / form)
    region = prelist_rows(visits, form)[0].region
    words = ("--form", form, "--region", region, "--blank", 1, "--out", office.out / form)
    office.must("print", *words)


def moved(office: Office, workspace: Path, url: str) -> Office:
    """The same paper with another workspace."""
    return replace(office, workspace=workspace, url=url)


def scan_office(office: Office, folder: Path, *, households: int = 1, persons: int = 2) -> Batch:
    """Fill the printed forms of an office by hand and scan them."""
    visits = invent_round(_SEED, households=households, persons=persons)
    jobs = [
        job
        for form in office.forms
        for job in form_jobs(office.manifest, office.out / form, visits)
        if job.sides[0].form == form
    ]
    layouts = {form: office.layout(form) for form in office.forms}
    return make_batch(jobs, layouts, folder, level="L1", seed=_SEED, kinds=("pdf", "jpeg"))
