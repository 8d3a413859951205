"""`papi template check` names what is wrong, and the line."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from click.testing import CliRunner

from papi.cli.layout import command as layout_command
from papi.cli.settings import CliSettings
from papi.cli.template import command as template_command
from papi.errors import TemplateInvalid, UnknownForm
from papi.forms.layout import build_form, build_template
from papi.forms.layout_check import check_file
from papi.forms.template_file import Problem, load_template, parse_template, template_path
from papi.model.codebook import Codebook

GOOD = """\
form: trial
code: TRIAL
title: Trial form
prelist_key: id
sides:
  - blocks:
      - block: table
        number: I
        title: Things
        grid: {number: 8, label: 30, prelist: 20, cek: 22, boxes: 12}
        rows:
          - cells:
              - {name: rt, kind: digits, boxes: 3, label: RT, prelist: true, cek: 2}
          - cells:
              - {name: floor, kind: digits, boxes: 2, label: Floor, codes: lantai, show: beside}
          - cells:
              - {name: sex, kind: choice, label: Sex, codes: jenis_kelamin}
"""


def write(folder: Path, text: str) -> Path:
    path = folder / "form.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def problems(folder: Path, text: str) -> list[Problem]:
    return check_file(write(folder, text), Codebook.load())


def test_a_good_template_has_no_problems(tmp_path: Path) -> None:
    assert problems(tmp_path, GOOD) == []


def test_a_wrong_field_is_told_once_not_for_each_list_around_it(tmp_path: Path) -> None:
    found = problems(tmp_path, GOOD.replace("kind: choice", "kind: choise"))
    (problem,) = found
    assert problem.line == 17
    assert "field.kind" in problem.message


def test_an_empty_list_is_told(tmp_path: Path) -> None:
    head = GOOD.split("sides:", maxsplit=1)[0]
    (problem,) = problems(tmp_path, head + "sides: []\n")
    assert problem.message.startswith("sides: ")


def test_check_names_a_file_of_the_current_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path, GOOD)
    monkeypatch.chdir(tmp_path)
    result = CliRunner().invoke(template_command, ["check", "."])
    assert result.stdout == "form.yaml: no problems\n"


def only(found: list[Problem], kind: str) -> list[Problem]:
    return [problem for problem in found if problem.kind == kind]


BAD = {
    "unknown key": (
        GOOD.replace("label: Floor,", "label: Floor, colour: red,"), "unknown_key", 15, "colour",
    ),
    "unknown code list": (
        GOOD.replace("codes: lantai", "codes: floors"), "unknown_list", 15, "floors",
    ),
    "duplicate name": (
        GOOD.replace("name: sex", "name: rt"), "duplicate_name", 17, "first in line 13",
    ),
    "tick field of a cek": (
        GOOD.replace("name: sex", "name: rt_cek"), "duplicate_name", 17, "rt_cek",
    ),
    "key twice": (GOOD.replace("code: TRIAL", "code: A\ncode: B"), "duplicate_key", 3, "code"),
    "off the page": (
        GOOD.replace("boxes: 2,", "boxes: 30,"), "off_page", 15, "reaches off",
    ),
    "overlap": (
        GOOD.replace("label: Sex,", "label: Sex, shift: [0, -7.6],"), "overlap", 17, "`floor`",
    ),
    "under a tag": (
        GOOD.replace("label: RT,", "label: RT, shift: [90, -28],"), "under_mark", 13, "`rt`",
    ),
    "label under an answer": (
        GOOD.replace("label: Sex,", "label: Sex, shift: [-72, 0],"), "label", 17, "`sex`",
    ),
    "no such strip": (
        GOOD + "      - {block: strips, count: 2, rows: member}\n", "unknown_strip", 18, "member",
    ),
    "no such item list": (
        GOOD + "      - {block: items, groups: [{items: toys}]}\n", "unknown_list", 18, "toys",
    ),
    "too tall": (
        GOOD.replace("label: Sex,", "label: Sex,").replace(
            "          - cells:\n              - {name: sex", "          - height: 240\n"
            "            cells:\n              - {name: sex"
        ), "off_page", 16, "too tall",
    ),
    "condition on nothing": (
        GOOD.replace(
            "label: Sex,", "label: Sex, ask_if: {rule: skip.x, when: {field: y, in: ['1']}},"
        ), "unknown_field", 17, "`y`",
    ),
    "no boxes": (GOOD.replace("boxes: 3, ", ""), "schema", 13, "boxes"),
    "wrong kind": (GOOD.replace("kind: choice", "kind: tick"), "schema", 17, "kind"),
    "text below 8 pt": (
        GOOD + "          - cells: [{text: small, size: 7}]\n", "schema", 18, "size",
    ),
    "no YAML": (GOOD.replace("rows:", "rows: ["), "yaml", 12, "not valid YAML"),
    "missing title": (GOOD.replace("title: Trial form\n", ""), "schema", 1, "title"),
}  # fmt: skip


@pytest.mark.parametrize("case", BAD)
def test_each_fault_is_named_with_its_line(case: str, tmp_path: Path) -> None:
    text, kind, line, words = BAD[case]
    found = only(problems(tmp_path, text), kind)
    assert line in [problem.line for problem in found]
    assert any(words in problem.message for problem in found if problem.line == line)


def test_a_fault_in_a_strip_is_told_once(tmp_path: Path) -> None:
    text = (
        GOOD
        + "      - {block: strips, count: 3, rows: member}\n"
        + "strips:\n  member:\n    rows:\n      - cells:\n"
        + "          - {name: a, kind: digits, boxes: 2, width: 3}\n"
        + "          - {name: b, kind: digits, boxes: 2}\n"
    )
    found = only(problems(tmp_path, text), "overlap")
    assert [problem.line for problem in found] == [24]
    assert "2 more" in found[0].message


def test_loading_a_bad_template_says_which_lines(tmp_path: Path) -> None:
    path = write(tmp_path, GOOD.replace("kind: choice", "kind: tick"))
    with pytest.raises(TemplateInvalid, match="line 17"):
        load_template(str(path))


def test_an_overfull_side_is_refused(tmp_path: Path) -> None:
    template, _ = parse_template(
        GOOD.replace("        rows:", "        row_height: 90\n        rows:")
    )
    assert template is not None
    with pytest.raises(TemplateInvalid, match="too tall"):
        build_template(template, Codebook.load())


def test_a_form_is_found_by_name_folder_and_file(tmp_path: Path) -> None:
    path = write(tmp_path, GOOD)
    assert template_path(str(path)) == template_path(str(tmp_path)) == path
    assert template_path("verivali-rt").parent.name == "verivali-rt"
    with pytest.raises(UnknownForm):
        template_path("no-such-form")


def test_a_broken_codebook_is_named(tmp_path: Path) -> None:
    path = tmp_path / "codebook.yaml"
    path.write_text("id: x\nversion: '1'\ncode_lists: {}\n")
    with pytest.raises(TemplateInvalid, match="item_lists"):
        Codebook.read(path)


def run(*arguments: str) -> tuple[int, str]:
    result = CliRunner().invoke(template_command, arguments, standalone_mode=False)
    code = result.return_value if isinstance(result.return_value, int) else result.exit_code
    return code, result.output


def test_check_command(tmp_path: Path) -> None:
    bad = write(tmp_path, GOOD.replace("codes: lantai", "codes: floors"))
    code, output = run("check", str(bad))
    assert code == TemplateInvalid.exit_code
    assert "form.yaml:15: unknown code list `floors`" in output
    code, output = run("check", "verivali-ppks", "--json")
    assert code == 0
    assert output.strip() == "[]"


def test_list_and_schema_commands() -> None:
    assert "verivali-rt" in run("list")[1]
    schema = run("schema")[1]
    assert '"additionalProperties": false' in schema
    assert '"StripsBlock"' in schema


def test_preview_command(tmp_path: Path) -> None:
    path = write(tmp_path, GOOD)
    code, output = run("preview", str(path), "--out", str(tmp_path / "out"))
    assert code == 0
    assert len(output.splitlines()) == 2
    assert (tmp_path / "out" / "trial.pdf").read_bytes().startswith(b"%PDF")
    assert (tmp_path / "out" / "trial-1.png").read_bytes().startswith(b"\x89PNG")


def test_layout_command() -> None:
    done = CliRunner().invoke(layout_command, ["verivali-ppks"], obj=CliSettings())
    version = build_form("verivali-ppks").layout.version
    assert re.search(rf'"version": "{version}"', done.output)
    named = CliRunner().invoke(
        layout_command, ["verivali-ppks", "--version", version], obj=CliSettings()
    )
    assert named.output == done.output
    missing = CliRunner().invoke(layout_command, ["no-such-form"], obj=CliSettings())
    assert isinstance(missing.exception, UnknownForm)


def test_the_template_in_the_documentation_is_good(tmp_path: Path) -> None:
    text = (Path(__file__).parents[3] / "docs" / "templates.md").read_text(encoding="utf-8")
    example = re.search(r"```yaml\n(form: .*?)```", text, re.DOTALL)
    assert example is not None
    assert problems(tmp_path, example[1]) == []
