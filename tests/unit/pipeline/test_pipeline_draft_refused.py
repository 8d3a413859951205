"""A blank that cannot be opened: the error says what kind of file to name instead."""

from __future__ import annotations

from pathlib import Path

import pytest
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.pdfgen.canvas import Canvas

from papi.errors import InputUnreadable
from papi.pipeline.draft_form import draft_form


def test_a_blank_with_a_password_or_too_large_is_refused_with_what_to_do(tmp_path: Path) -> None:
    locked, huge = tmp_path / "locked.pdf", tmp_path / "huge.pdf"
    for canvas in (
        Canvas(str(locked), encrypt=StandardEncryption("secret")),
        Canvas(str(huge), pagesize=(14400, 14400)),
    ):
        canvas.drawString(100, 100, "1. Nama")
        canvas.save()
    for path, reason in ((locked, "encrypted"), (huge, "too_large")):
        with pytest.raises(InputUnreadable, match=reason) as refused:
            draft_form(path, "form")
        assert "without a password" in refused.value.next_step
