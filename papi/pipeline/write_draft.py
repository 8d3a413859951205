"""Draft a foreign form into a folder its author edits.

Knows file names and the order of the draft. Must not know how anything is found, nor databases.
"""

from __future__ import annotations

from pathlib import Path

import cv2

from papi.errors import InputUnreadable, UsageError
from papi.forms.draft_file import FILE_NAME, write_form
from papi.model.foreign import ForeignForm
from papi.pipeline.draft_form import draft_form
from papi.pipeline.draft_picture import draw_draft


def write_draft(blank: Path, out: Path | None) -> tuple[ForeignForm, Path]:
    """Draft a form and write form.yaml, blank-N.png and draft-N.png.

    Args:
        blank: the blank form, PDF or picture.
        out: the folder; None for one named like the file, in the current folder.

    Raises:
        InputUnreadable: the blank cannot be opened.
        UsageError: the folder holds a form.yaml already, or cannot be written.
    """
    if not blank.is_file():
        raise InputUnreadable(f"There is no file {blank}.")
    folder = out or Path(blank.stem)
    if (folder / FILE_NAME).exists():
        raise UsageError(
            f"{folder / FILE_NAME} exists.", "It may hold your corrections: name another --out."
        )
    draft = draft_form(blank, blank.stem)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for side in draft.pages:
            scale = side.blank.shape[1] / side.page.width_mm
            fields = draft.form.by_page[side.page.page]
            picture = draw_draft(side.blank, scale, fields, side.page.marks)
            cv2.imwrite(str(folder / side.page.blank), side.blank)
            cv2.imwrite(str(folder / f"draft-{side.page.page}.png"), picture)
        write_form(folder / FILE_NAME, draft.form)
    except OSError as error:
        raise UsageError(f"Cannot write into {folder}.", "Name a folder you own.") from error
    return draft.form, folder
