"""Read the line for human eyes, "4F2K-9QW3-X hal. 2/5", where both barcodes are lost.

Knows where the line stands, in which type, and the form id's check character. Must not know
layouts or who a form belongs to.

This is no OCR: the typeface, its size and the line's place are known, so every possible line is
compared with the paper and the best must stand clear of the next one that is valid. The line stands
twice on a page; both are added up.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

import cv2
import numpy as np
from numpy.typing import NDArray

from papi.geometry import Affine, Box
from papi.imaging.frame_fit import tag_corners_mm
from papi.imaging.glyphs import (
    ABOVE_MM,
    BELOW_MM,
    HEIGHT_PX,
    PX_PER_MM,
    SOFT_MM,
    Picture,
    Weight,
    darkest,
    picture,
    width_px,
)
from papi.model.page import Gray
from papi.model.sheet import (
    A4,
    CROCKFORD,
    FORM_ID_LENGTH,
    ID_FOOT_MM,
    ID_GAP_MM,
    Frame,
    check_character,
    normalise_form_id,
    readable_form_id,
)

_SLACK_MM = 0.5
"""How far the map may be off where the line stands."""
_BEAM = 60
"""Beginnings of an id that are kept while the rest is compared."""
_FREE = 3
"""Best beginnings that are compared with any last character: a line whose check character is wrong
must look best as it stands, and so name nothing."""
_MOST_PAGES = 9
"""Captions are told apart from those of longer forms too, so that "1/3" is not read as "1/2"."""
_STARTS = 5
"""Places of the line's begin from which ids are tried."""
_STRAYED = 40.0
"""Cost of 1 mm beside the place that the map gives."""
_PAPER_AND_INK = (85.0, 0.8)
"""Percentiles of the strip's grey that are bare paper and full ink."""
_PALEST = 20.0
"""Grey levels between paper and ink below which noise would be taken for print."""
_HYPHENS = frozenset({4, 8})
"""An id is written in groups: a hyphen stands before these characters."""
_SAME_PX = 32.0
"""Twice the pixels of this raster that go up and down together: a blurred scan has about 16."""
_LEAST_UNEXPLAINED = 0.005
"""Mean squared difference of ink that even a clean line leaves (edges, raster)."""
_LIKE, _LIKE_CAPTION = 0.86, 0.75
"""Least correlation of the paper with the best id and the best caption. Of scans at 120 to 300 dpi,
1-bit, faxed, copied twice or photographed, right ids had 0.87 to 0.99, wrong ones at most 0.83."""
CLEAR, CLEAR_PAGE = 60.0, 15.0
"""Log-likelihood by which the best must exceed the next valid one: id, caption. Of the same scans,
right ids had 79 and more, right captions 18 and more."""

_FLAT = 1e-6
"""Standard deviation of a picture that shows nothing."""

LEAST_LIKE = 0.6
"""Least correlation of each single character with the paper, in the line that shows it better: a
page's digit of which an arc was left passed for another one. Of 272 right lines with strokes and
blots on them 99 % had 0.7 and more."""

ToPx = Callable[[NDArray[np.float64]], NDArray[np.float64]]


@dataclass(frozen=True, slots=True)
class HumanId:
    """What the line says, and by how much it stands clear of the next best (log-likelihood).

    Attributes:
        form_id: check character holds.
        page, pages: "hal. 2/5".
        clear, clear_page: of the id; of page and pages.
        weakest: correlation of the character that the paper resembles least.
    """

    form_id: str
    page: int
    pages: int
    clear: float
    clear_page: float
    weakest: float

    @property
    def sure(self) -> bool:
        """Tell whether the line may name the page."""
        seen = self.weakest >= LEAST_LIKE
        return seen and self.clear >= CLEAR and self.clear_page >= CLEAR_PAGE


def read_human_id(gray: Gray, to_px: ToPx, most_pages: int, frame: Frame = A4) -> HumanId | None:
    """Read the line for human eyes at its two places.

    Args:
        gray: uint8 (H, W).
        to_px: page mm (N, 2) -> px, within 0.5 mm.
        most_pages: largest number of pages a form can have.
        frame: where the line stands.

    Returns:
        The best valid line, sure or not; None if there is none. Cost: about 40 ms.
    """
    lines = [_sharpest(_strip(gray, to_px, box)) for box in frame.id_texts]
    texts = sorted({text for line in lines for text in line.texts})
    costs = np.sum([line.id_costs(texts) for line in lines], axis=0)
    if normalise_form_id(texts[int(costs.argmin())]) is None:
        return None
    valid = [place for place, text in enumerate(texts) if normalise_form_id(text) == text]
    form_id, clear = _rank([texts[place] for place in valid], costs[valid])
    last = max(most_pages, _MOST_PAGES)
    pages = [(page, of) for of in range(1, last + 1) for page in range(1, of + 1)]
    captions = [f"hal. {page}/{of}" for page, of in pages]
    caption_costs = np.sum([line.caption_costs(form_id, captions) for line in lines], axis=0)
    caption, clear_page = _rank(captions, caption_costs)
    page, of = pages[captions.index(caption)]
    likeness = np.max([line.characters_like(form_id, caption) for line in lines], axis=0)
    return HumanId(form_id, page, of, clear, clear_page, float(likeness.min()))


def _rank(texts: Sequence[str], costs: NDArray[np.float64]) -> tuple[str, float]:
    """Return the text of least cost, and by how much the next exceeds it (0 without one)."""
    order = np.argsort(costs)
    clear = float(costs[order[1]] - costs[order[0]]) if len(order) > 1 else 0.0
    return texts[int(order[0])], clear


def _strip(gray: Gray, to_px: ToPx, box: Box) -> NDArray[np.float32]:
    """Cut the paper around one line as ink, float32: 1 = print, 0 = paper."""
    baseline = box.bottom - ID_FOOT_MM
    area = Box(
        box.x - _SLACK_MM,
        baseline - ABOVE_MM - _SLACK_MM,
        box.w + 2 * _SLACK_MM,
        ABOVE_MM + BELOW_MM + 2 * _SLACK_MM,
    )
    nearby = Affine.fit(tag_corners_mm(area), to_px(tag_corners_mm(area)))
    step = 1 / PX_PER_MM
    # A pixel's middle is its coordinate.
    to_mm = np.array([[step, 0, area.x + step / 2], [0, step, area.y + step / 2], [0, 0, 1]])
    size = (round(area.w * PX_PER_MM), round(area.h * PX_PER_MM))
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    cut = cv2.warpAffine(
        gray, nearby.matrix() @ to_mm, size, flags=flags, borderMode=cv2.BORDER_REPLICATE
    ).astype(np.float32)
    paper, ink = np.percentile(cut, _PAPER_AND_INK)
    return np.asarray(np.clip((paper - cut) / max(paper - ink, _PALEST), 0, 1), dtype=np.float32)


def _sharpest(strip: NDArray[np.float32]) -> _Line:
    """Return the line with pictures as soft as its print is: those its best id resembles most."""
    return max((_Line(strip, soft) for soft in SOFT_MM), key=lambda line: line.likeness)


class _Line:
    """One line on paper: what each text costs, against paper that shows nothing.

    A cost is the squared difference of ink with the text there, less that without it, in units of
    what the line's best text leaves unexplained: differences are log-likelihoods.
    """

    def __init__(self, strip: NDArray[np.float32], soft_mm: float) -> None:
        self._strip = strip * np.float32(darkest(soft_mm))
        self._soft = soft_mm
        self._costs: dict[tuple[str, Weight], NDArray[np.float32]] = {}
        self._all = self._stack()
        self._starts = self._align()
        self.texts = sorted({text for start in self._starts for text in self._texts_from(*start)})
        self.likeness = self._like_best()

    def _cost(self, character: str, weight: Weight) -> NDArray[np.float32]:
        """Return the raw cost of a character at each (y, x) of its top left."""
        key = (character, weight)
        if key not in self._costs:
            shown = picture(character, weight, self._soft)
            alike = cv2.matchTemplate(self._strip, shown, cv2.TM_CCORR)
            self._costs[key] = np.asarray((shown**2).sum() - 2 * alike, dtype=np.float32)
        return self._costs[key]

    def _stack(self) -> NDArray[np.float32]:
        """Return the costs of all characters of ids, (32, y, x)."""
        costs = [self._cost(character, "semibold") for character in CROCKFORD]
        widest = max(cost.shape[1] for cost in costs)
        return np.stack(
            [np.pad(cost, ((0, 0), (0, widest - cost.shape[1])), mode="edge") for cost in costs]
        )

    def _align(self) -> list[tuple[int, float]]:
        """Return likely places (y, x) of the line's begin.

        Its characters are taken one by one, each the best, at every place at once.
        """
        slack = round(2 * _SLACK_MM * PX_PER_MM) + 1
        rows = np.arange(self._strip.shape[0] - HEIGHT_PX + 1)[:, None]
        first = np.tile(np.arange(slack, dtype=np.float64)[None], (len(rows), 1))
        off = np.hypot(rows - _SLACK_MM * PX_PER_MM, first - _SLACK_MM * PX_PER_MM)
        total = _STRAYED * (off / PX_PER_MM) ** 2
        x = first
        widths = _widths()
        for place in range(FORM_ID_LENGTH):
            if place in _HYPHENS:
                total += self._at("-", rows, x)
                x = x + width_px("-", "semibold")
            columns = np.clip(np.rint(x).astype(int), 0, self._all.shape[2] - 1)
            costs = self._all[:, np.broadcast_to(rows, x.shape), columns].astype(np.float64)
            # Of long and short beginnings the one that explains more per width goes on.
            best = (costs / widths[:, None, None]).argmin(axis=0)
            total += np.take_along_axis(costs, best[None], axis=0)[0]
            x = x + widths[best]
        return _lowest(total, _STARTS)

    def _at(
        self, character: str, rows: NDArray[np.int64], x: NDArray[np.float64]
    ) -> NDArray[np.float64]:
        cost = self._cost(character, "semibold")
        columns = np.clip(np.rint(x).astype(int), 0, cost.shape[1] - 1)
        return np.asarray(cost[np.broadcast_to(rows, x.shape), columns], dtype=np.float64)

    def _one(self, character: str, weight: Weight, row: int, x: float) -> float:
        cost = self._cost(character, weight)
        return float(cost[row, min(max(round(x), 0), cost.shape[1] - 1)])

    def _texts_from(self, row: int, start: float) -> list[str]:
        """Return what costs least, with the check character it must have and with any other."""
        widths, hyphen = _widths(), width_px("-", "semibold")
        costs, x, texts = np.zeros(1), np.full(1, start), [""]
        rate = self._explained(row, start)
        for place in range(FORM_ID_LENGTH - 1):
            if place in _HYPHENS:
                costs = costs + [self._one("-", "semibold", row, begin) for begin in x]
                x = x + hyphen
            columns = np.clip(np.rint(x).astype(int), 0, self._all.shape[2] - 1)
            step = costs[:, None] + self._all[:, row, columns].T
            # A narrow beginning has explained less as yet: what is beside it is still to come.
            kept = np.argsort((step + rate * (x[:, None] + widths)).ravel())[:_BEAM]
            before, new = np.divmod(kept, len(CROCKFORD))
            costs, x = step.ravel()[kept], x[before] + widths[new]
            texts = [texts[b] + CROCKFORD[n] for b, n in zip(before, new, strict=True)]
        whole = [text + check_character(text) for text in texts]
        free = [text + last for text in texts[:_FREE] for last in CROCKFORD]
        return [text for text in whole if text[-1] in CROCKFORD] + free

    def _explained(self, row: int, start: float) -> float:
        """Return what one px of the line explains, taking its characters one by one."""
        widths, x, total = _widths(), start, 0.0
        for place in range(FORM_ID_LENGTH):
            if place in _HYPHENS:
                total += self._one("-", "semibold", row, x)
                x += width_px("-", "semibold")
            costs = self._all[:, row, min(max(round(x), 0), self._all.shape[2] - 1)]
            best = int((costs / widths).argmin())
            total, x = total + float(costs[best]), x + float(widths[best])
        return max(-total, 0.0) / (x - start)

    def _like_best(self) -> float:
        """Return the correlation of the paper with the best id."""
        likeness = [0.0]
        for y, x in self._starts:
            text = min(
                self.texts,
                key=lambda text: self._run(readable_form_id(text), "semibold", y, x),
                default="",
            )
            shown = picture(readable_form_id(text), "semibold", self._soft) if text else None
            if shown is not None:
                likeness.append(_correlate(*self._pair(shown, y, round(x))))
        return max(likeness)

    def id_costs(self, ids: Sequence[str]) -> NDArray[np.float64]:
        """Return the cost of each id; zeros if the line shows none."""
        texts = [readable_form_id(text) for text in ids]
        return self._costs_of(texts, "semibold", 0.0, _LIKE)

    def caption_costs(self, form_id: str, captions: Sequence[str]) -> NDArray[np.float64]:
        """Return the cost of each caption that can follow the id."""
        before = width_px(readable_form_id(form_id), "semibold") + ID_GAP_MM * PX_PER_MM
        return self._costs_of(captions, "regular", before, _LIKE_CAPTION)

    def characters_like(self, form_id: str, caption: str) -> NDArray[np.float64]:
        """Return how each character that tells something resembles the paper where it stands.

        Correlations, at the best of the line's places: of the id's characters, then the caption's
        digits.
        """
        shown = readable_form_id(form_id)
        before = width_px(shown, "semibold") + ID_GAP_MM * PX_PER_MM
        runs: tuple[tuple[str, Weight, float], ...] = (
            (shown, "semibold", 0.0),
            (caption, "regular", before),
        )
        place = min(self._starts, key=lambda start: self._run(shown, "semibold", *start))
        return np.array([like for run in runs for like in self._likenesses(*run, place)])

    def _likenesses(
        self, text: str, weight: Weight, before: float, place: tuple[int, float]
    ) -> Iterator[float]:
        row, x = place[0], place[1] + before
        for character in text:
            if character in CROCKFORD:
                paper, shown = self._pair(picture(character, weight, self._soft), row, round(x))
                yield _correlate(paper, shown)
            x += width_px(character, weight)

    def _costs_of(
        self, texts: Sequence[str], weight: Weight, before: float, like: float
    ) -> NDArray[np.float64]:
        raw = np.array(
            [[self._run(text, weight, y, x + before) for y, x in self._starts] for text in texts]
        )
        best, place = np.unravel_index(int(raw.argmin()), raw.shape)
        y, x = self._starts[int(place)]
        shown = picture(texts[int(best)], weight, self._soft)
        paper, shown = self._pair(shown, y, round(x + before))
        if _correlate(paper, shown) < like:
            return np.zeros(len(texts))
        unexplained = max(float(((paper - shown) ** 2).mean()), _LEAST_UNEXPLAINED)
        return np.asarray(raw.min(axis=1) / (unexplained * _SAME_PX), dtype=np.float64)

    def _run(self, text: str, weight: Weight, row: int, x: float) -> float:
        total = 0.0
        for character in text:
            total += self._one(character, weight, row, x)
            x += width_px(character, weight)
        return total

    def _pair(self, shown: Picture, row: int, left: int) -> tuple[Picture, Picture]:
        """Return the paper where a text would stand, and the text, equal in size."""
        paper = self._strip[row : row + HEIGHT_PX, left : left + shown.shape[1]]
        return paper, shown[:, : paper.shape[1]]


def _correlate(paper: Picture, shown: Picture) -> float:
    if paper.shape != shown.shape or paper.size == 0 or min(paper.std(), shown.std()) < _FLAT:
        return 0.0
    return float(np.corrcoef(paper.ravel(), shown.ravel())[0, 1])


@lru_cache(maxsize=1)
def _widths() -> NDArray[np.float64]:
    return np.array([width_px(character, "semibold") for character in CROCKFORD])


def _lowest(costs: NDArray[np.float64], count: int) -> list[tuple[int, float]]:
    """Return places (y, x) of the lowest costs that are no neighbours of one another."""
    costs, places = costs.copy(), []
    for _ in range(count):
        y, x = (int(v) for v in np.unravel_index(int(costs.argmin()), costs.shape))
        places.append((y, float(x)))
        costs[max(0, y - 1) : y + 2, max(0, x - 1) : x + 2] = np.inf
    return places
