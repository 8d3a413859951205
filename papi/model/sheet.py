"""Page identity and the frame every printed side shares: fiducials, barcodes, readable id.

Knows form ids, the barcode payload and where the frame's marks stand.
Must not know templates, people or images. No NIK, KK number or name ever enters a payload.
"""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass

from papi.geometry import Box

CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_CHECK_ALPHABET = CROCKFORD + "*~$=U"  # Crockford's 37 check symbols
# The five extra symbols are not letters an officer can write, so an id whose check symbol is one of
# them is never issued (5 of 37 draws are thrown away).
_ALIASES = str.maketrans({"I": "1", "L": "1", "O": "0", "-": None, " ": None})
FORM_ID_LENGTH = 9
PAYLOAD_PREFIX = "PAPI1"
_PAYLOAD = re.compile(r"PAPI1-([0-9A-Z]{9})-(\d{2})-([0-9A-Z]{6})")


def check_character(body: str) -> str:
    """Return Crockford's mod-37 check symbol of `body` (base32 characters)."""
    value = 0
    for character in body:
        value = value * 32 + CROCKFORD.index(character)
    return _CHECK_ALPHABET[value % 37]


def new_form_id() -> str:
    """Draw an opaque form id: 8 random Crockford base32 characters and a check character."""
    while True:
        body = "".join(secrets.choice(CROCKFORD) for _ in range(FORM_ID_LENGTH - 1))
        check = check_character(body)
        if check in CROCKFORD:
            return body + check


def normalise_form_id(text: str) -> str | None:
    """Return the form id that `text` spells (case, hyphens, I/L/O forgiven), None if it is none."""
    candidate = text.strip().upper().translate(_ALIASES)
    if len(candidate) != FORM_ID_LENGTH or any(c not in CROCKFORD for c in candidate):
        return None
    return candidate if check_character(candidate[:-1]) == candidate[-1] else None


def readable_form_id(form_id: str) -> str:
    """Return the id as people read it: 4F2K-9QW3-X."""
    return f"{form_id[:4]}-{form_id[4:8]}-{form_id[8:]}"


@dataclass(frozen=True, slots=True)
class SheetId:
    """Identity of one printed side: which form, which page (from 1), which layout version."""

    form_id: str
    page: int
    version: str

    def payload(self) -> str:
        """Return the barcode text (25 characters of QR's alphanumeric set)."""
        return f"{PAYLOAD_PREFIX}-{self.form_id}-{self.page:02d}-{self.version}"

    @staticmethod
    def parse(payload: str) -> SheetId | None:
        """Read a barcode text; None if it is not PAPI's or its check character is wrong."""
        match = _PAYLOAD.fullmatch(payload)
        if match is None or normalise_form_id(match[1]) != match[1] or match[2] == "00":
            return None
        return SheetId(match[1], int(match[2]), match[3])


@dataclass(frozen=True, slots=True)
class Frame:
    """Marks that stand at the same place on every side of one paper size, in mm.

    Six ArUco tags (dictionary 4x4_50, id = index here), 8 mm with their black border, outer edge
    13 mm from the paper's: any two may be lost and four remain. Around each tag 1.5 mm stay white.
    """

    width_mm: float
    height_mm: float
    fiducials: tuple[Box, ...]
    qr: Box
    data_matrix: Box
    id_texts: tuple[Box, ...]
    body: Box


A4 = Frame(
    width_mm=210.0,
    height_mm=297.0,
    fiducials=(
        Box(13, 13, 8, 8),
        Box(101, 13, 8, 8),
        Box(189, 13, 8, 8),
        Box(13, 276, 8, 8),
        Box(101, 276, 8, 8),
        Box(189, 276, 8, 8),
    ),
    qr=Box(25, 13, 14, 14),
    data_matrix=Box(25, 272, 12, 12),
    id_texts=(Box(23, 27.4, 32, 3.4), Box(40, 279.5, 32, 4)),
    body=Box(13, 31.5, 184, 237),
)
FIDUCIAL_QUIET_MM = 1.5

SECRECY_MARK = Box(112.0, 13.3, 19.0, 4.6)
"""The mark "RAHASIA" in its frame of 0.3 mm, at the head of every side."""

ID_SIZE_PT = 8.0
"""Type size of the readable id, points: a scan at 200 dpi shows capitals of 15 px."""
ID_FOOT_MM = 0.6
"""Distance of the id's baseline from the foot of its box."""
ID_GAP_MM = 1.4
"""Between id and page: wide enough that people and copied text keep them apart."""

HEADER_PREFIX = "PAPIH"
_HEADER = re.compile(r"PAPIH-(\d{2,13})-([0-9A-Z]{6})-(\d{2})")


@dataclass(frozen=True, slots=True)
class HeaderId:
    """Identity of a batch-header page (cover, ruler): region digits, print run, page of it.

    A scanned header is counted as such and never taken for a foreign page.
    """

    region: str
    run: str
    page: int

    def payload(self) -> str:
        """Return the barcode text (QR's alphanumeric set, at most 29 characters)."""
        return f"{HEADER_PREFIX}-{self.region}-{self.run}-{self.page:02d}"

    @staticmethod
    def parse(payload: str) -> HeaderId | None:
        """Read a barcode text; None if it is not that of a header page."""
        match = _HEADER.fullmatch(payload)
        return HeaderId(match[1], match[2], int(match[3])) if match else None
