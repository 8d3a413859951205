"""Files are opened and pages loaded in a child: whatever they do, the answer is a value."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from odd_pdfs import one_page, pdf_file, stream
from paper import png

from papi.model.page import PageFailure, PageImage, PageSource, PageStatus, Reason
from papi.model.recipe import PageLimits, parse_recipe
from papi.pipeline import opening, own_child
from papi.pipeline.children import Job
from papi.pipeline.engines import Engine, read_all
from papi.pipeline.opening import count_pages, load_page
from papi.pipeline.tasks import PageTask, limits_of
from papi.scans.files import Limits

LIMITS = Limits(seconds=3.0, memory_bytes=500_000_000)
BOMB = pdf_file(one_page(content=stream(b"/P Do " * 3_000_000, deflated=2)))


@pytest.fixture
def scan(tmp_path: Path) -> Path:
    """A whole PDF."""
    path = tmp_path / "scan.pdf"
    path.write_bytes(pdf_file(one_page()))
    return path


def test_pages_are_counted_and_loaded(scan: Path, tmp_path: Path) -> None:
    assert count_pages(scan, LIMITS) == 1
    picture = np.arange(30_000, dtype=np.uint8).reshape(150, 200)
    path = tmp_path / "page.png"
    path.write_bytes(png(picture))
    page = load_page(path, 0, LIMITS, sha256="known")
    assert isinstance(page, PageImage)
    assert np.array_equal(page.gray, picture)
    assert page.source.sha256 == "known"


def test_what_is_no_scan_is_named(tmp_path: Path) -> None:
    path = tmp_path / "letter.txt"
    path.write_text("Dear all, this is no scan at all")
    found = count_pages(path, LIMITS)
    assert isinstance(found, PageFailure)
    assert found.reason is Reason.NOT_AN_IMAGE
    assert load_page(path, 0, LIMITS) == found


def test_a_page_that_takes_for_ever_is_given_up(tmp_path: Path) -> None:
    """By its time, or by its memory where the machine gets that far first."""
    path = tmp_path / "bomb.pdf"
    path.write_bytes(BOMB)
    page = load_page(path, 0, replace(LIMITS, seconds=0.5))
    assert isinstance(page, PageFailure)
    assert page.status is PageStatus.UNREADABLE
    assert page.reason in {Reason.TOO_SLOW, Reason.TOO_LARGE}
    assert page.source.name == "bomb.pdf"
    assert count_pages(path, LIMITS) == 1  # the child was replaced


def _crash(_: object) -> int:
    os.kill(os.getpid(), signal.SIGSEGV)
    return 1


def _burst(_: object) -> int:
    return len(bytearray(1 << 30))


@pytest.mark.parametrize(
    ("deed", "reason"), [(_crash, Reason.WORKER_DIED), (_burst, Reason.TOO_LARGE)]
)
def test_a_file_whose_opening_ends_the_child_is_quarantined(
    scan: Path, monkeypatch: pytest.MonkeyPatch, deed: object, reason: Reason
) -> None:
    monkeypatch.setattr(opening, "_count", deed)
    found = count_pages(scan, LIMITS, "f" * 64)
    assert isinstance(found, PageFailure)
    assert (found.status, found.reason) == (PageStatus.QUARANTINED, reason)
    assert (found.source.name, found.source.sha256, found.source.index) == (scan.name, "f" * 64, 0)


def test_an_interrupted_answer_is_given_to_nobody_else(
    scan: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(own_child, "_done", interrupted)
        with pytest.raises(KeyboardInterrupt):
            count_pages(scan, LIMITS)
    assert count_pages(scan, LIMITS) == 1


def _pid(_: object) -> int:
    return os.getpid()


def test_the_child_is_kept_and_replaced_when_it_was_killed_at_rest() -> None:
    job = Job(_pid, None, 5.0, LIMITS.memory_bytes)
    first = own_child.ask(job).result
    assert own_child.ask(job).result == first
    os.kill(first, signal.SIGKILL)
    other = own_child.ask(job)
    assert other.death is None
    assert other.result not in {None, first, os.getpid()}


def test_a_child_at_rest_holds_no_file(scan: Path, tmp_path: Path) -> None:
    assert count_pages(scan, LIMITS) == 1
    assert isinstance(load_page(scan, 0, LIMITS), PageImage)
    task = PageTask(scan, PageSource(scan.name, "", 0), tmp_path / "no-book", LIMITS)
    assert len(list(read_all([task], Engine.SERIAL, 1))) == 1
    (child,) = own_child._resting[0].process_ids
    held = [os.path.realpath(place) for place in Path(f"/proc/{child}/fd").iterdir()]
    assert str(scan) not in held


def test_children_end_with_the_program(scan: Path) -> None:
    program = (
        "import sys; from pathlib import Path; from papi.pipeline import own_child\n"
        "from papi.pipeline.opening import count_pages; from papi.scans.files import Limits\n"
        "assert count_pages(Path(sys.argv[1]), Limits()) == 1\n"
        "print(*own_child._resting[0].process_ids)"
    )
    run = subprocess.run(  # noqa: S603  our own code
        [sys.executable, "-c", program, str(scan)], capture_output=True, text=True, check=True
    )
    assert run.stderr == ""
    assert not Path(f"/proc/{int(run.stdout)}").exists()


def test_the_recipe_sets_the_limits() -> None:
    assert limits_of(PageLimits()) == Limits()
    recipe = parse_recipe({"limits": {"page_megapixels": 60, "seconds": 20}}, "small")
    limits = limits_of(recipe.limits)
    assert (limits.page_pixels, limits.seconds) == (60_000_000, 20.0)
    assert limits.file_bytes == Limits().file_bytes


def test_the_limits_are_documented() -> None:
    text = (Path(__file__).parents[3] / "docs" / "limits.md").read_text("utf-8")
    for name, setting in PageLimits.model_fields.items():
        assert f"| `limits.{name}` | {setting.default:g} |" in text
