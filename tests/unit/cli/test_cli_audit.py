"""`papi audit`: the chain is proved, its heads leave the office, a person is told who saw them."""

from __future__ import annotations

import csv
import getpass
import json
import stat
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from django.db import connection
from openpyxl import load_workbook
from paper import Paper, papi

from papi.cli import cli
from papi.errors import InputUnreadable
from papi.office.workspace import open_workspace
from papi.store import audit
from papi.store.append_only import release_statements
from papi.store.models import AuditEvent, IssuedForm

ME = f"cli:{getpass.getuser()}"


def done(action: str) -> list[AuditEvent]:
    return list(AuditEvent.objects.filter(action=action).order_by("pk"))


def asked(desk: Paper, words: tuple[object, ...], said: str) -> Result:
    return CliRunner().invoke(cli, ["-w", str(desk.workspace), *map(str, words)], input=said)


def damage(desk: Paper, words: str) -> None:
    open_workspace(desk.workspace)
    with connection.cursor() as cursor:
        for statement in (*release_statements(connection.vendor), words):
            cursor.execute(statement)


def test_a_whole_chain(desk: Paper) -> None:
    result = desk.papi("audit", "verify")
    assert result.exit_code == 0
    assert result.stdout.endswith(": whole\n")
    assert "docs/audit.md" in result.stderr
    report = json.loads(desk.papi("audit", "verify", "--json").stdout)
    assert (report["whole"], report["flaws"], report["heads_files"]) == (True, [], 0)
    assert len(done("audit.verified")) == 2


def test_an_altered_event_is_named_by_place_and_time_alone(desk: Paper) -> None:
    damage(desk, "UPDATE papi_audit_event SET actor = 'mallory' WHERE seq = 1")
    event = AuditEvent.objects.get(seq=1)
    result = desk.papi("audit", "verify")
    assert result.exit_code == 1
    assert "NOT WHOLE" in result.stdout
    assert f"{event.shard}.1 ({event.at:%Y-%m-%d %H:%M}" in result.stderr
    assert "mallory" not in result.output
    (flaw,) = json.loads(desk.papi("audit", "verify", "--json").stdout)["flaws"][1:]
    assert (flaw["damage"], flaw["event"]) == ("altered", f"{event.shard}.1")


def test_a_cut_off_end_shows_against_heads(desk: Paper, tmp_path: Path) -> None:
    heads = tmp_path / "heads.json"
    first = desk.papi("audit", "heads", "--out", heads)
    assert (first.exit_code, first.stdout) == (0, f"{heads}\n")
    assert "For the log book: 20" in first.stderr
    assert desk.papi("audit", "verify", "--heads", heads).exit_code == 0
    shown = json.loads(desk.papi("audit", "heads").stdout)
    assert {head["shard"] for head in shown["heads"]} == {audit.shard_of(ME)}
    shard = audit.shard_of(ME)
    damage(desk, "DELETE FROM papi_audit_event WHERE seq > 1")
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE papi_audit_head SET seq = 1, mac ="
            " (SELECT mac FROM papi_audit_event WHERE seq = 1)"
        )
    result = desk.papi("audit", "verify", "--heads", heads)
    assert result.exit_code == 1
    assert f"{shard}.2-" in result.stderr
    assert f"[heads of {json.loads(heads.read_text())['made_at']}]" in result.stderr


def test_an_older_backup_that_was_put_back_shows(desk: Paper, tmp_path: Path) -> None:
    assert desk.papi("backup", tmp_path / "old.tar").exit_code == 0
    beside = tmp_path / "old.tar.heads.json"
    assert desk.papi("queue").exit_code == 0
    assert desk.papi("audit", "heads", "--out", tmp_path / "new.json").exit_code == 0
    again = tmp_path / "again"
    restored = CliRunner().invoke(cli, ["restore", str(tmp_path / "old.tar"), str(again)])
    assert restored.exit_code == 0, restored.output
    assert papi(again, "audit", "verify", "--heads", beside).exit_code == 0
    result = papi(again, "audit", "verify", "--heads", tmp_path / "new.json")
    assert result.exit_code == 1
    assert "an older backup was put back" in result.stderr


@pytest.mark.parametrize("change", ["seq", "none", "text"])
def test_heads_that_were_altered_are_refused(desk: Paper, tmp_path: Path, change: str) -> None:
    heads = tmp_path / "heads.json"
    if change != "none":
        desk.papi("audit", "heads", "--out", heads)
    if change == "seq":
        document = json.loads(heads.read_text())
        document["heads"][0]["seq"] += 1
        heads.write_text(json.dumps(document))
    if change == "text":
        heads.write_text("no heads")
    assert desk.papi("audit", "verify", "--heads", heads).exit_code == InputUnreadable.exit_code


def test_heads_are_never_overwritten(desk: Paper, tmp_path: Path) -> None:
    (tmp_path / "heads.json").write_text("older ones")
    assert desk.papi("audit", "heads", "--out", tmp_path / "heads.json").exit_code == 2
    assert (tmp_path / "heads.json").read_text() == "older ones"


def test_the_command_line_is_written_down(desk: Paper, tmp_path: Path) -> None:
    desk.papi("export", "records", "--out", tmp_path / "records.csv")
    desk.papi("queue", "--region", "32")
    desk.papi("backup", tmp_path / "b.tar")
    for action, fact in (
        ("table.exported", "table"), ("queue.viewed", "region"), ("backup.made", ""),
        ("prelist.imported", "added"), ("forms.printed", "forms"),
    ):  # fmt: skip
        (event,) = done(action)
        assert (event.actor, fact in event.detail or not fact) == (ME, True)


@pytest.fixture
def form(desk: Paper) -> IssuedForm:
    """A form somebody looked at, another one, and an export of all."""
    open_workspace(desk.workspace)
    one, other = IssuedForm.objects.order_by("form_id")
    audit.record("siti", [
        audit.Event("item.viewed", one.form_id, 1, "nik"),
        audit.Event("entry.made", one.form_id, 1, "nik", values={"value": "RAHASIA"}),
        audit.Event("item.viewed", other.form_id, 1, "nik"),
        audit.Event("password.changed"),
        audit.Event("table.exported", detail={"table": "records"}),
    ])  # fmt: skip
    return one


def read(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_a_person_is_told_who_saw_and_changed_their_data(
    desk: Paper, form: IssuedForm, tmp_path: Path
) -> None:
    assert form.prelist is not None
    nik = form.prelist.payload["values"]["nik"]
    out = tmp_path / "akses.csv"
    result = asked(desk, ("audit", "person", "--nik-stdin", "--out", out), f"{nik}\n")
    assert result.exit_code == 0, result.output
    assert "4 event(s) about 1 form(s)" in result.stderr
    rows = read(out)
    assert [row["tindakan"] for row in rows] == [
        "Melihat potongan gambar satu isian",
        "Mengentri satu isian",
        "Mengekspor tabel berisi data semua formulir",
        "Mengekspor catatan siapa yang melihat dan mengubah data satu orang",
    ]
    assert [row["formulir"] for row in rows] == [form.form_id, form.form_id, "", form.form_id]
    assert [row["oleh"] for row in rows] == ["siti", "siti", "siti", ME]
    assert "NIK" in rows[0]["isian"].upper()
    assert not any(secret in out.read_text() for secret in ("RAHASIA", nik))
    assert nik not in result.output
    assert stat.S_IMODE(out.stat().st_mode) == 0o600
    (event,) = done("person.exported")
    assert (event.form_id, event.actor) == (form.form_id, ME)
    assert desk.papi("audit", "verify").exit_code == 0


def test_a_person_may_be_named_by_form_or_pre_list(
    desk: Paper, form: IssuedForm, tmp_path: Path
) -> None:
    assert form.prelist is not None
    out = tmp_path / "akses.xlsx"
    assert desk.papi("audit", "person", "--form", form.form_id, "--out", out).exit_code == 0
    assert load_workbook(out).worksheets[0].max_row == 5
    named = ("audit", "person", "--prelist-id", form.prelist.prelist_id)
    assert desk.papi(*named, "--out", tmp_path / "akses.csv").exit_code == 0
    assert len(read(tmp_path / "akses.csv")) == 5  # the export before is one more


@pytest.mark.parametrize(
    ("words", "said", "code"),
    [
        ((), "", 2),
        (("--form", "AAAAAAAAA", "--prelist-id", "1"), "", 2),
        (("--form", "3201012001010001"), "", 2),
        (("--nik-stdin",), "320101200101000\n", 2),
        (("--nik-stdin",), "9999999999999999\n", 1),
        (("--prelist-id", "nobody"), "", 1),
    ],
)
def test_nobody_is_found_by_nonsense(
    desk: Paper, tmp_path: Path, words: tuple[str, ...], said: str, code: int
) -> None:
    out = tmp_path / "akses.csv"
    result = asked(desk, ("audit", "person", *words, "--out", out), said)
    assert result.exit_code == code, result.output
    assert not out.exists()
    assert "32010120010100" not in result.output


def test_a_file_name_that_tells_a_nik_is_refused(desk: Paper, tmp_path: Path) -> None:
    out = tmp_path / "3201012001010001.csv"
    assert desk.papi("audit", "person", "--prelist-id", "1", "--out", out).exit_code == 2
