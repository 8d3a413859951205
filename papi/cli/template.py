"""`papi template list|check|preview|schema|draft`: the author's commands.

Knows arguments and stdout. Must not know how a template is read or laid out.
"""

from __future__ import annotations

from pathlib import Path

import click

from papi.cli.common import echo_json, echo_table, json_option, warn
from papi.errors import EXIT_DONE, TemplateInvalid
from papi.model.codebook import Codebook


@click.group("template")
def template() -> None:
    """List, check and preview form templates."""


@template.command("list")
@json_option
def list_forms(as_json: bool) -> None:
    """List the forms, with the version and number of sides of each."""
    from papi.forms.layout import build_form  # noqa: PLC0415
    from papi.forms.template_file import form_names  # noqa: PLC0415

    layouts = [build_form(name).layout for name in form_names()]
    rows = [(i.form, i.version, len(i.base_pages), len(i.fields), i.title) for i in layouts]
    names = ("form", "version", "sides", "fields", "title")
    if as_json:
        echo_json([dict(zip(names, row, strict=True)) for row in rows])
    else:
        echo_table(names, rows)


@template.command("check")
@click.argument("form")
@json_option
def check(form: str, as_json: bool) -> int:
    """Check the template FORM (a name, a folder or a file); name the lines that are wrong."""
    from papi.forms.layout_check import check_file  # noqa: PLC0415
    from papi.forms.template_file import template_path  # noqa: PLC0415

    path = template_path(form)
    shown = "/".join(part for part in (path.parent.name, path.name) if part)
    problems = check_file(path, Codebook.load())
    if as_json:
        echo_json([{"line": p.line, "kind": p.kind, "message": p.message} for p in problems])
    else:
        for problem in problems:
            click.echo(f"{shown}:{problem.line}: {problem.message}")
    if problems:
        warn(f"{len(problems)} problem(s)")
        return TemplateInvalid.exit_code
    if not as_json:
        click.echo(f"{shown}: no problems")
    return EXIT_DONE


@template.command("preview")
@click.argument("form")
@click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path(),
    show_default="current folder",
    metavar="DIR",
    help="Where to write FORM.pdf and FORM-PAGE.png.",
)
def preview(form: str, out: Path) -> None:
    """Draw FORM with its zones in and named: a PDF, and a PNG of every side."""
    from papi.forms.layout import build_template  # noqa: PLC0415
    from papi.forms.layout_preview import write_preview  # noqa: PLC0415
    from papi.forms.template_file import load_template  # noqa: PLC0415

    for path in write_preview(build_template(load_template(form), Codebook.load()), out):
        click.echo(path)


@template.command("schema")
def schema() -> None:
    """Write the JSON Schema of template files, for editors."""
    from papi.model.template import Template  # noqa: PLC0415

    echo_json(Template.model_json_schema())


@template.command("draft")
@click.argument("blank", metavar="BLANK", type=click.Path(path_type=Path))
@click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    metavar="DIR",
    help="Where to write form.yaml and the pictures.  [default: the file's name]",
)
@json_option
def draft(blank: Path, out: Path | None, as_json: bool) -> None:
    """Draft a form PAPI did not print from BLANK: a PDF, or a scan of the empty pages.

    Writes DIR/form.yaml to be corrected by hand, DIR/blank-N.png (the empty page, by which scans
    are placed) and DIR/draft-N.png (what was found, drawn over it), and lists the fields. Read
    scans of the form with `papi read-form DIR SCAN...`.
    """
    from papi.pipeline.write_draft import write_draft  # noqa: PLC0415

    form, folder = write_draft(blank, out)
    rows = [
        (f.page, f.name, f.kind.value, len(f.cells or f.choices or (f.box,)), f.label)
        for f in form.fields
    ]
    names = ("page", "field", "kind", "boxes", "label")
    if as_json:
        echo_json([dict(zip(names, row, strict=True)) for row in rows])
    else:
        echo_table(names, rows)
    warn(f"{len(form.pages)} page(s), {len(form.fields)} field(s): {folder / 'form.yaml'}")


command = template
