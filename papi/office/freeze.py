"""Layouts frozen at print time: a form printed last month is drawn and read with its own layout.

Knows where a layout comes from: the template of today, or the workspace that printed it.
Must not know PDF or tables.
"""

from __future__ import annotations

from papi.errors import UnknownForm
from papi.forms.fonts import font_name
from papi.forms.layout import BuiltForm, build_form
from papi.model.drawing import FontFace, PageDrawing
from papi.model.layout import Layout
from papi.office.workspace import Workspace
from papi.store.layouts import keep_layout, kept_layout, kept_versions


def freeze_form(form: str) -> BuiltForm:
    """Lay out a form with today's template and keep that version in the open workspace.

    Raises:
        UnknownForm, TemplateInvalid: as `build_form` says.
    """
    built = build_form(form)
    fonts = {font_name(face) for page in built.drawing.pages for face in _faces(page)}
    keep_layout(built.layout, built.drawing, sorted(fonts))
    return built


def frozen_form(form: str, version: str) -> BuiltForm:
    """Return a version that the open workspace printed.

    Raises:
        UnknownForm: it never did.
    """
    kept = kept_layout(form, version)
    if kept is None:
        known = ", ".join(kept_versions(form)) or "none"
        raise UnknownForm(
            f"Version {version} of {form} was never printed in this workspace.",
            f"Versions printed here: {known}.",
        )
    return BuiltForm(*kept)


def frozen_layout(workspace: Workspace, form: str, version: str) -> Layout:
    """Return the layout of a version that `workspace` (open) printed.

    Raises:
        UnknownForm: it never did.
    """
    del workspace  # it is open: the store of this process is its store
    return frozen_form(form, version).layout


def _faces(page: PageDrawing) -> set[FontFace]:
    items: set[FontFace] = {item.face for item in page.items if item.type == "label"}
    return items | {slot.face for slot in page.slots}
