"""What is wrong with a scanner, said while the paper is still in the room.

Knows what to tell the operator, in Indonesian and English; limits are in `scanner_limits`. Must not
know how pages are measured. Reading goes on whatever is said here.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from papi.office.scanner_limits import (
    DIRT_SHARE,
    LEAST_PAGES,
    LEAST_REFUSED,
    LIMITS,
    MOSTLY,
    REFUSED_SHARE,
    SCALE_OFF,
    TAG_OFF,
    WarningKind,
)
from papi.office.scanner_quality import DirtLine, ScannerQuality

__all__ = ["ScanWarning", "WarningKind", "find_warnings"]


@dataclass(frozen=True, slots=True)
class ScanWarning:
    """One thing to tell the operator.

    Attributes:
        kind: what is wrong.
        key: the same for the same trouble, so that it is told once.
        message, message_en: what was seen and what to do.
        note: nothing is lost and nothing must be done at once.
    """

    kind: WarningKind
    key: str
    message: str
    message_en: str
    note: bool = False

    def to_json(self) -> dict[str, Any]:
        """Return plain data."""
        return {
            "kind": self.kind.value,
            "note": self.note,
            "message": self.message,
            "message_en": self.message_en,
        }


def find_warnings(seen: ScannerQuality) -> list[ScanWarning]:
    """Say what is wrong with the machine that these pages came through."""
    found = [*_refused(seen)]
    if seen.measured >= LEAST_PAGES:
        found += [*_dirt(seen), *_limits(seen), *_positions(seen)]
    return found


def _refused(seen: ScannerQuality) -> Iterator[ScanWarning]:
    if seen.refused >= max(LEAST_REFUSED, REFUSED_SHARE * seen.pages):
        count = f"{seen.refused}/{seen.pages}"
        yield _warning(
            WarningKind.REFUSED,
            f"{count} halaman tidak dapat dibaca. Hentikan dan periksa pemindai serta tumpukan.",
            f"Stop and look at scanner and stack: {count} pages could not be read.",
        )


def _dirt(seen: ScannerQuality) -> Iterator[ScanWarning]:
    for line in seen.dirt:
        if line.pages >= max(LEAST_PAGES, DIRT_SHARE * seen.measured):
            yield _dirt_warning(line, seen.measured)


def _dirt_warning(line: DirtLine, pages: int) -> ScanWarning:
    at, count = f"{line.at_mm:.0f} mm", f"{line.pages}/{pages}"
    side, side_en = ("atas", "top") if line.across else ("kiri", "left")
    return ScanWarning(
        WarningKind.DIRT,
        f"dirt {'across' if line.across else 'down'} {round(line.at_mm / 4)}",
        f"Bersihkan kaca pemindai: ada garis {at} dari tepi {side} pada {count} halaman terakhir.",
        f"Clean the glass: a line at {at} from the {side_en} on {line.pages} of the last "
        f"{pages} pages.",
    )


def _limits(seen: ScannerQuality) -> Iterator[ScanWarning]:
    for limit in LIMITS:
        spread = seen.measures.get(limit.measure)
        if spread is not None and spread.pages >= LEAST_PAGES and limit.wrong(spread):
            figure = limit.figure(spread)
            yield _warning(
                limit.kind, limit.message.format(figure), limit.message_en.format(figure)
            )
    yield from _scale(seen)


def _scale(seen: ScannerQuality) -> Iterator[ScanWarning]:
    """Paper printed or copied at another size; told only where the dpi tag can be believed."""
    tag, scales = (
        seen.measures.get("tag_ratio"),
        [seen.measures[name].median for name in ("scale_x", "scale_y") if name in seen.measures],
    )
    if tag is None or not scales or abs(tag.median - 1) > TAG_OFF:
        return
    worst = max(scales, key=lambda scale: abs(scale - 1))
    if abs(worst - 1) > SCALE_OFF:
        figure = f"{worst * 100:.0f} %"
        yield _warning(
            WarningKind.SCALE,
            f"Formulir berukuran {figure} dari aslinya. Cetak pada ukuran sebenarnya (100 %), "
            "bukan 'sesuaikan ke halaman'.",
            f"Print at actual size, not 'fit to page': forms are {figure} of their size.",
            note=True,
        )


def _positions(seen: ScannerQuality) -> Iterator[ScanWarning]:
    if seen.one_bit >= MOSTLY * seen.measured:
        yield _warning(
            WarningKind.ONE_BIT,
            "Pindaian hitam-putih. Atur ke abu-abu (grayscale): lebih sedikit yang harus diketik.",
            "Set the scanner to grey: of black and white pages more must be keyed.",
        )
    if seen.upside_down >= MOSTLY * seen.measured:
        yield _warning(
            WarningKind.UPSIDE_DOWN,
            "Tumpukan terbalik (atas di bawah). PAPI tetap membacanya.",
            "The stack lies upside down. PAPI reads it all the same.",
            note=True,
        )
    if seen.sideways >= MOSTLY * seen.measured:
        yield _warning(
            WarningKind.SIDEWAYS,
            "Halaman masuk menyamping. PAPI tetap membacanya.",
            "The pages lie on their side. PAPI reads them all the same.",
            note=True,
        )


def _warning(
    kind: WarningKind, message: str, message_en: str, *, note: bool = False
) -> ScanWarning:
    return ScanWarning(kind, kind.value, message, message_en, note)
