"""Scan files: every page is in one of them, in order, with its resolution."""

import cv2
import numpy as np
import pypdfium2
import pytest
from PIL import Image

from papi.geometry import Affine
from papi.synth.batch import describe
from papi.synth.degrade import Scan
from papi.synth.hands import Hand
from papi.synth.ink import Pen
from papi.synth.scan_files import PAGES_PER_FILE, ScanFiles, encode_page, plan_files
from papi.synth.scan_settings import ScanSettings
from papi.synth.sources import DataWriter, Glyph, SkeletonWriter

PEN = Pen("felt", 0.6, 40.0, 0.1, 0.0, 0.05, 0.1)
RAMP = np.tile(np.linspace(20, 240, 400).astype(np.uint8), (560, 1))


def stored(number, *, bilevel):
    settings = ScanSettings(200, 0, 1, 0, 0.1, 9, 0, 0 if bilevel else 85, 140.0 * bilevel)
    gray = np.where(RAMP < 130, 0, 255).astype(np.uint8) if bilevel else RAMP
    return encode_page(Scan(gray, Affine(8, 0, 0, 0, 8, 0), settings), "4F2K9QW3X", number)


@pytest.mark.parametrize("pages", [1, 2, 7, 60, 500])
def test_a_plan_holds_every_page(pages):
    plan = plan_files(pages, ("pdf", "tiff", "jpeg", "png"), np.random.default_rng(1))
    assert sum(count for _, count in plan) == pages
    assert all(1 <= count <= PAGES_PER_FILE[kind] for kind, count in plan)
    assert plan[0][0] == "pdf"
    if pages == 500:
        assert {kind for kind, _ in plan} == set(PAGES_PER_FILE)


def pages_of(path):
    """Return each page of a file as gray, and the resolution."""
    if path.suffix == ".pdf":
        document = pypdfium2.PdfDocument(path)
        pages = [document[i].render(scale=200 / 72).to_pil().convert("L") for i in range(2)]
        document.close()
        return [np.array(page) for page in pages], 200
    image = Image.open(path)
    pages = []
    for index in range(getattr(image, "n_frames", 1)):
        image.seek(index)
        pages.append(np.array(image.convert("L")))
    return pages, round(float(image.info["dpi"][0]))


@pytest.mark.parametrize("bilevel", [False, True])
@pytest.mark.parametrize(("kind", "count"), [("pdf", 2), ("tiff", 2), ("jpeg", 1), ("png", 1)])
def test_files_give_their_pages_back(tmp_path, kind, count, bilevel):
    files = ScanFiles(tmp_path, [(kind, count)])
    for number in range(1, count + 1):
        files.add(stored(number, bilevel=bilevel))
    (path,) = files.files
    pages, dpi = pages_of(path)
    assert (len(pages), dpi) == (count, 200)
    want = cv2.imdecode(np.frombuffer(stored(1, bilevel=bilevel).data, np.uint8), 0)
    for page in pages:
        whole = page[: want.shape[0], : want.shape[1]]  # a renderer rounds sizes up
        assert whole.shape == want.shape
        assert np.abs(whole.astype(int) - want).mean() < 3
    assert [place["page"] for place in files.places] == list(range(1, count + 1))
    assert {place["file"] for place in files.places} == {path.name}


def test_hands_say_what_digits_were_kept_as():
    skeletons = SkeletonWriter(np.random.default_rng(1))
    raster, path = Glyph(raster=RAMP), Glyph(strokes=(np.zeros((2, 2)),))
    writers = [
        DataWriter({"0": [raster]}, skeletons),
        DataWriter({"0": [path]}, skeletons),
        DataWriter({}, skeletons),
        skeletons,
    ]
    origins = [describe(Hand(w, PEN, 0.8, 0, 0.1, 0, "check", 0.2, "lines")) for w in writers]
    assert [o["digits"] for o in origins] == ["scanned", "pen paths", "skeleton", "skeleton"]
    assert origins[0]["pen"]["kind"] == "felt"
