"""Warnings of the scanner on stderr, while the paper is still in the room."""

from __future__ import annotations

from typing import TYPE_CHECKING

from papi.cli.common import warn

if TYPE_CHECKING:
    from papi.office.scanner_warnings import ScanWarning


def tell_warning(warning: ScanWarning) -> None:
    """Write one warning: in Indonesian, and below it in English."""
    head = "Note" if warning.note else "WARNING"
    warn(f"{head}: {warning.message}\n{' ' * len(head)}  {warning.message_en}")
