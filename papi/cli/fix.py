"""`papi fix list` and `papi fix PAGE ...`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from papi.cli.common import echo_json, echo_table, json_option, pass_settings, warn
from papi.cli.settings import CliSettings
from papi.errors import EXIT_ATTENTION, EXIT_DONE, UsageError

if TYPE_CHECKING:
    from papi.office.fixing import WaitingPage

COLUMNS = ("page", "batch", "file", "place", "state", "form id", "form page", "what to do")


def _points(
    context: click.Context, option: click.Parameter, values: tuple[str, ...] | None
) -> tuple[tuple[float, float], ...]:
    """Read points: `x,y` in pixels of the picture."""
    points = []
    for value in values or ():
        try:
            x, y = (float(part) for part in value.split(","))
        except ValueError:
            raise click.BadParameter(f"{value} is no point: write x,y", context, option) from None
        points.append((x, y))
    return tuple(points)


@click.command("fix")
@click.argument("page", metavar="list|PAGE")
@click.option("--id", "--form-id", "form_id", metavar="XXXX-XXXX-X", help="Its form id, keyed.")
@click.option("--page", "number", type=click.IntRange(1), metavar="N", help="Its page, with --id.")
@click.option("--force", is_flag=True, help="The keyed id counts all the same.")
@click.option(
    "--corners",
    nargs=4,
    callback=_points,
    metavar="X,Y X,Y X,Y X,Y",
    help="Outer corners of the four corner marks, or of the paper, clockwise from the top left.",
)
@click.option("--turn", type=click.Choice(["0", "90", "180", "270"]), help="Turn it clockwise.")
@click.option("--blank", is_flag=True, help="It is a blank side.")
@click.option("--foreign", is_flag=True, help="It is no form of ours.")
@click.option("--choose", is_flag=True, help="Of several scans of the page this one counts.")
@click.option("--again", is_flag=True, help="Forget what was said of it and read it anew.")
@click.option(
    "--picture",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Only write the page as it is stored, as PNG (it shows personal data).",
)
@json_option
@pass_settings
def command(settings: CliSettings, /, **said: Any) -> int:
    """List the pages that wait for a person, or mend one of them.

    PAGE is a number of `papi fix list`, or FILE#N. It is read again at once. Exit code 1 if pages
    wait, or this one still waits.
    """
    page, picture, as_json = said.pop("page"), said.pop("picture"), said.pop("as_json")
    workspace = settings.open()
    from papi.office import fixing  # noqa: PLC0415  keeps `papi --help` quick

    if page == "list":
        waiting = list(fixing.waiting_pages())
        _show_json(waiting) if as_json else _show(waiting)
        return EXIT_ATTENTION if waiting else EXIT_DONE
    number = fixing.find_page(page)
    if picture is not None:
        from papi.office.auditing import note_scan  # noqa: PLC0415
        from papi.office.page_pictures import write_page  # noqa: PLC0415

        note_scan(number)
        write_page(workspace, number, picture)
        click.echo(str(picture))
        return EXIT_DONE
    fixed = fixing.fix_page(workspace, number, _fix(said))
    fixing.look_across(workspace)
    _show_json([fixed]) if as_json else _tell(fixed)
    return EXIT_ATTENTION if fixed.waits else EXIT_DONE


def _fix(said: dict[str, Any]) -> Any:
    from papi.office.fixing import Fix  # noqa: PLC0415

    turn = said["turn"]
    if not any(value for name, value in said.items() if name != "force"):
        raise UsageError("Nothing is said of the page.", "See `papi fix --help`.")
    return Fix(
        form_id=said["form_id"] or "",
        page=said["number"],
        corners=said["corners"],
        quarter_turns=None if turn is None else int(turn) // 90,
        force=said["force"],
        blank=said["blank"],
        foreign=said["foreign"],
        choose=said["choose"],
        again=said["again"],
    )


def _show_json(pages: list[WaitingPage]) -> None:
    from dataclasses import asdict  # noqa: PLC0415

    echo_json([asdict(page) for page in pages])


def _show(pages: list[WaitingPage]) -> None:
    rows = [
        (
            page.number,
            page.batch,
            page.source,
            page.index + 1,
            page.status,
            page.form_id,
            page.page or "",
            _what(page),
        )
        for page in pages
    ]
    echo_table(COLUMNS, rows, "Pages that wait")
    if pages:
        warn("What stands in capitals is read from the paper: docs/fixing.md.")


def _what(page: WaitingPage) -> str:
    others = f" [{', '.join(map(str, page.others))}]" if page.others else ""
    detail = f" ({page.detail})" if page.detail else ""
    steps = f" Type: {'; '.join(page.commands)}" if page.commands else ""
    return f"{page.message}{detail}{others}{steps}"


def _tell(page: WaitingPage) -> None:
    place = f"{page.source} #{page.index + 1}"
    known = f": form {page.form_id} page {page.page}" if page.form_id and page.page else ""
    click.echo(f"{place}\t{page.status}{known}")
    if page.message:
        warn(_what(page))
    warn("It still waits: `papi fix list`." if page.waits else "Done. Next: `papi queue`.")
