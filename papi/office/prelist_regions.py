"""The region of a pre-list line: four Kemendagri code columns, or one with the whole code.

Knows how offices write the parts (2-2-2-4 digits, each alone or with what stands before it).
Must not know which codes exist (rule A01 does).
"""

from __future__ import annotations

from typing import Final

from papi.office.prelist_values import Refused

PARTS: Final = ("kdprop", "kdkab", "kdkec", "kddesa")
WHOLE: Final = "kode_wilayah"
_ENDS: Final = (2, 4, 6, 10)
"""Digits of the whole code up to the end of each part."""


def complete_region(values: dict[str, str]) -> None:
    """Set the four parts to 2, 2, 2 and 4 digits, from the parts or the whole code.

    Raises:
        Refused: a part is missing, or parts contradict each other or the whole code.
    """
    whole = values.get(WHOLE, "")
    if whole and any(values.get(part) for part in PARTS):
        if _joined(values) != whole:
            raise Refused(f"differs from {', '.join(PARTS)}")
    elif not whole:
        whole = _joined(values)
    start = 0
    for part, end in zip(PARTS, _ENDS, strict=True):
        values[part], start = whole[start:end], end


def _joined(values: dict[str, str]) -> str:
    code = ""
    for part, end in zip(PARTS, _ENDS, strict=True):
        value = values.get(part, "")
        if not value:
            raise Refused(f"needs {part} as well")
        if len(value) == end and not value.startswith(code):
            raise Refused(f"needs a {part} that begins with {code}")
        code = value if len(value) == end else code + value
    if len(code) != _ENDS[-1]:
        raise Refused("needs parts of 2, 2, 2 and 4 digits")
    return code
