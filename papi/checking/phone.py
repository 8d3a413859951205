"""Phone numbers as people write them.

Knows +62, 62 and 0. Must not know fields.
"""

from __future__ import annotations

import re

_MOBILE = re.compile(r"08[0-9]{8,11}")


def normalise_phone(text: str) -> str:
    """Return the number with a leading 0: separators dropped, +62 and 62 replaced."""
    digits = "".join(character for character in text if character.isdigit())
    return "0" + digits[2:] if digits.startswith("62") else digits


def is_mobile(text: str) -> bool:
    """Tell whether `text` is a mobile number (08 and 8 to 11 more digits, after normalising)."""
    return _MOBILE.fullmatch(normalise_phone(text)) is not None
