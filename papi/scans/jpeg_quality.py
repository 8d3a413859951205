"""How strongly a JPEG was compressed, by its own quantisation table.

Knows JPEG markers. Must not know pages or what quality is good enough.
"""

from __future__ import annotations

_STANDARD_SUM = 3688
"""Sum of the standard's luminance table (ITU T.81, annex K), which quality 50 uses as it is."""
_TABLES, _START_OF_SCAN = 0xDB, 0xDA
_ENTRIES = 64


def jpeg_quality(data: bytes) -> int | None:
    """Return the quality (1-100) on libjpeg's scale, None if the table is not there.

    Programs with tables of their own (Photoshop, some scanners) are placed where their table's sum
    would be. Cost: 5 us.

    Args:
        data: a JPEG file.
    """
    position = 2
    while position + 4 < len(data) and data[position] == 0xFF:
        marker = data[position + 1]
        length = int.from_bytes(data[position + 2 : position + 4], "big")
        if marker == _START_OF_SCAN or length < 2:
            return None
        if marker == _TABLES:
            return _quality_of(data[position + 4 : position + 2 + length])
        position += 2 + length
    return None


def _quality_of(tables: bytes) -> int | None:
    """Judge the first table of a segment; luminance comes first."""
    if not tables:
        return None
    wide = 2 if tables[0] >> 4 else 1
    entries = tables[1 : 1 + _ENTRIES * wide]
    if len(entries) < _ENTRIES * wide:
        return None
    total = sum(entries) if wide == 1 else sum(entries[::2]) * 256 + sum(entries[1::2])
    percent = 100 * total / _STANDARD_SUM
    quality = 5000 / percent if percent > 100 else (200 - percent) / 2
    return max(1, min(100, round(quality)))
