"""What people keyed goes out as labelled boxes: right ones, and nobody's name."""

from __future__ import annotations

import json
import stat
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from random import Random

import numpy as np
import pytest
from paper import Paper
from paper_round import Round, make_round

from papi.errors import UsageError
from papi.model.evidence import BLANK, FILLER
from papi.model.layout import CELL_KINDS
from papi.office.resolved_snips import SnipReport, export_snips, label_page
from papi.office.workspace import Workspace, open_workspace
from papi.reading.fields import Reader
from papi.store.boot import close_store
from papi.store.keyed_fields import keyed_pages
from papi.store.models import Entry, Item, Resolution, ScanPage, User
from papi.synth.answers import FILLERS, fill_form
from papi.synth.batch import form_jobs
from papi.synth.population import invent_round
from papi.training.resolved import read_resolved
from papi.training.resolved_pool import resolved_pool

SEED = 67
Boxes = dict[tuple[str, str], tuple[str, ...]]


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Round:
    """Two households and five persons, scanned and read."""
    made = make_round(tmp_path_factory.mktemp("keyed"), seed=SEED, households=2, persons=5)
    assert made.paper.ingest(*made.scans).exit_code in {0, 1}
    close_store()
    return made


@pytest.fixture(scope="module")
def written(filled: Round) -> Boxes:
    """What was written in each box, by (form id, field)."""
    visits = invent_round(SEED, households=2, persons=5)
    paper, boxes = filled.paper, {}
    for form in paper.forms:
        layout = paper.layout(form)
        for job in form_jobs(paper.manifest, paper.out / form, visits):
            if job.sides[0].form != form:
                continue
            side = job.sides[0]
            rng = np.random.default_rng([SEED, zlib.crc32(side.prelist_id.encode())])
            chance = Random(int(rng.integers(1 << 62)))  # noqa: S311  invented people
            pages = {side.page for side in job.sides}
            inks = fill_form(job.visit, layout, chance, pages=pages, twin=job.twin)
            assert {n: i.value for n, i in inks.items()} == {
                n: v for (f, n), v in filled.written().items() if f == side.form_id
            }
            boxes |= {(side.form_id, n): tuple(map(_symbol, i.cells)) for n, i in inks.items()}
    return boxes


def _symbol(cell: str) -> str:
    return FILLER if cell in FILLERS else cell or BLANK


@pytest.fixture
def office(filled: Round, tmp_path: Path) -> Iterator[Workspace]:
    """The round, with all that was written keyed."""
    desk: Paper = filled.paper.copy(tmp_path / "office")
    yield open_workspace(desk.workspace)
    close_store()


def key_everything(filled: Round, blanks: int = 60) -> None:
    """Key every written field of boxes, and some blank ones."""
    left = blanks
    for form in filled.paper.forms:
        layout = filled.paper.layout(form)
        for scan in ScanPage.objects.filter(active=True, version=layout.version):
            for field in layout.by_page[scan.page]:
                value = filled.written()[scan.form_id, field.name]
                left -= not value
                if field.kind in CELL_KINDS and (value or left > 0):
                    kind = "double" if field.critical else "keyed"
                    Resolution.objects.create(
                        form_id=scan.form_id, page=scan.page, field=field.name, value=value,
                        kind=kind, only_content=scan.content,
                    )  # fmt: skip


def test_boxes_come_out_with_what_was_written_in_them(
    office: Workspace, filled: Round, written: Boxes
) -> None:
    key_everything(filled)
    report, reader, right, total = SnipReport(), Reader.load(), Counter[str](), Counter[str]()
    by_place = {
        (scan.source.sha256, scan.index): scan.form_id
        for scan in ScanPage.objects.select_related("source")
    }
    for page in keyed_pages():
        form_id = by_place[page.source.sha256, page.source.index]
        for box in label_page(office, page, reader, report):
            truth = written[form_id, box.field][box.number]
            what = "character" if truth not in {BLANK, FILLER} else truth
            total[what] += 1
            right[what] += box.label == truth
    assert total["character"] >= 500
    assert sum(right.values()) >= 0.99 * sum(total.values())
    assert right["character"] >= 0.99 * total["character"]
    assert report.fields >= 0.9 * Resolution.objects.count(), report
    assert set(report.left_out) <= {"unsure"}


def test_the_file_is_its_owners_and_is_read_by_the_training(
    office: Workspace, filled: Round, tmp_path: Path
) -> None:
    key_everything(filled, blanks=0)
    path = tmp_path / "snips.npz"
    report = export_snips(office, path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    snips = read_resolved(path)
    assert len(snips) == report.boxes
    assert set(np.unique(snips.agreed)) == {1, 2}
    assert len(set(snips.writer)) >= 2
    pool = resolved_pool([path])
    assert len(pool.writer) > 200
    assert not list(tmp_path.glob(".*partial"))


def test_nothing_in_the_file_tells_whose_it_is(
    office: Workspace, filled: Round, tmp_path: Path
) -> None:
    key_everything(filled, blanks=0)
    export_snips(office, tmp_path / "snips.npz")
    with zipfile.ZipFile(tmp_path / "snips.npz") as archive:
        names = [name for name in archive.namelist() if name != "snip.npy"]
        texts = [archive.read(name) for name in names]
    found = b"".join(texts) + b"".join(text.replace(b"\0", b"") for text in texts)
    personal = {v for v in filled.written().values() if len(v) >= 6} | set(filled.truth)
    assert len(personal) > 10
    assert not [value for value in personal if value.encode() in found]


def test_a_sample_that_two_people_keyed_alike_counts_twice(
    office: Workspace, filled: Round
) -> None:
    scan = ScanPage.objects.filter(active=True, page=1).order_by("pk")[0]
    value = "1234567890123456"
    item = Item.objects.create(
        form_id=scan.form_id, page=1, field="nik", purpose="sample", field_class="nik",
        base="nik", region="3201", content=scan.content, state="done", entries_needed=2,
    )  # fmt: skip
    for name in ("ani", "budi"):
        user = User.objects.create(username=name, role="clerk")
        Entry.objects.create(
            item=item, round=1, user=user, kind="keyed", value=value, client_key=name
        )
    (page,) = keyed_pages()
    (field,) = page.fields
    assert (field.name, field.value, field.agreed, field.chosen) == ("nik", value, 2, "sample")
    Item.objects.filter(pk=item.pk).update(content="another scan")
    assert list(keyed_pages()) == []


def test_values_of_scans_that_count_no_longer_and_unread_ones_stay_here(
    office: Workspace, filled: Round, tmp_path: Path
) -> None:
    scan = ScanPage.objects.filter(active=True, page=1).order_by("pk")[0]
    place = {"form_id": scan.form_id, "page": 1}
    Resolution.objects.create(**place, field="nik", value="1", only_content="other", kind="keyed")
    Resolution.objects.create(**place, field="no_kk", value="", kind="unreadable")
    with pytest.raises(UsageError, match="Nothing was keyed"):
        export_snips(office, tmp_path / "snips.npz")
    assert not (tmp_path / "snips.npz").exists()


@pytest.mark.parametrize("name", ["snips.csv", "3201120101010001.npz"])
def test_names_it_cannot_have_are_refused(name: str, office: Workspace, tmp_path: Path) -> None:
    with pytest.raises(UsageError) as refused:
        export_snips(office, tmp_path / name)
    assert "3201120101010001" not in refused.value.message


def test_the_command_says_what_was_handed_on(filled: Round, tmp_path: Path) -> None:
    desk = filled.paper.copy(tmp_path / "desk")
    open_workspace(desk.workspace)
    key_everything(filled, blanks=0)
    close_store()
    result = desk.papi("export", "snips", "--out", tmp_path / "snips.npz")
    assert result.exit_code == 0, result.stderr
    assert "boxes of" in result.stderr
    assert json.dumps(len(read_resolved(tmp_path / "snips.npz"))) in result.stderr
