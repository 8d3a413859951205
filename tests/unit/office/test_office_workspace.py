"""Workspace: what is wrong with a folder is said with file, line and what to do."""

from __future__ import annotations

import datetime as dt
import shutil
import sqlite3
from pathlib import Path

import pytest

from papi.errors import WorkspaceMissing, WorkspaceUnusable
from papi.model.recipe import load_recipe
from papi.office.workspace import Workspace, init_workspace, load_workspace, open_workspace
from papi.store.boot import close_store


def rewrite(workspace: Workspace, old: str, new: str) -> None:
    path = workspace.folder / "papi.toml"
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))


def test_settings_have_sensible_defaults(workspace: Workspace) -> None:
    campaign = workspace.campaign(dt.date(2026, 8, 1))
    assert (campaign.start, campaign.end) == (dt.date(2026, 1, 1), dt.date(2026, 12, 31))
    assert campaign.officers == frozenset()
    assert workspace.recipe == "default"
    assert workspace.region_table is None
    assert workspace.database_url == ""


def test_missing(tmp_path: Path) -> None:
    with pytest.raises(WorkspaceMissing):
        open_workspace(tmp_path)
    with pytest.raises(WorkspaceMissing):
        open_workspace(tmp_path / "nowhere")


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ('name = "', "name = ", "line 5"),
        ("start = 2026-01-01", 'start = "soon"', "line 7: campaign.start"),
        ("end = 2026-12-31", "end = 2025-12-31", "line 4: campaign: end lies before start"),
        ("[reading]", "[reading]\nrecipes = 3", "line 13: reading.recipes"),
        ("schema = 1", "schema = 2", "newer PAPI"),
    ],
)
def test_wrong_settings_name_the_line(workspace: Workspace, old: str, new: str, says: str) -> None:
    rewrite(workspace, old, new)
    with pytest.raises(WorkspaceUnusable) as caught:
        load_workspace(workspace.folder)
    assert says in caught.value.message


def test_locked_database(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    from papi.store.people import add_user

    monkeypatch.setenv("PAPI_DATABASE_TIMEOUT_S", "0.1")
    open_workspace(workspace.folder)
    with sqlite3.connect(workspace.folder / "papi.sqlite3") as other:
        other.execute("BEGIN EXCLUSIVE")
        with pytest.raises(WorkspaceUnusable) as caught:
            add_user("siti", "clerk", [], "kuda-lari-di-sawah")
    assert "locked" in caught.value.message


def test_damaged_database(workspace: Workspace) -> None:
    close_store()
    for name in ("papi.sqlite3-wal", "papi.sqlite3-shm"):
        (workspace.folder / name).unlink(missing_ok=True)
    (workspace.folder / "papi.sqlite3").write_bytes(b"no database" * 1000)
    with pytest.raises(WorkspaceUnusable) as caught:
        open_workspace(workspace.folder)
    assert "damaged" in caught.value.message


def test_a_lost_database_is_never_replaced_by_an_empty_one(workspace: Workspace) -> None:
    close_store()
    for path in workspace.folder.glob("papi.sqlite3*"):
        path.unlink()
    with pytest.raises(WorkspaceUnusable, match="missing"):
        open_workspace(workspace.folder)
    assert not (workspace.folder / "papi.sqlite3").exists()
    init_workspace(workspace.folder, dt.date(2026, 1, 1))  # unless somebody asks for it
    assert open_workspace(workspace.folder).folder == workspace.folder


def test_a_recipe_file_is_looked_for_in_the_workspace(
    workspace: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rewrite(workspace, 'recipe = "default"', 'recipe = "strict.yaml"')
    (workspace.folder / "strict.yaml").write_text("thresholds: {tick: 0.9999}\n")
    monkeypatch.chdir(tmp_path)
    recipe = load_recipe(load_workspace(workspace.folder).recipe)
    assert recipe.thresholds.tick == 0.9999


def test_newer_database(workspace: Workspace) -> None:
    with sqlite3.connect(workspace.folder / "papi.sqlite3") as other:
        other.execute(
            "INSERT INTO django_migrations(app, name, applied) VALUES('store','9999_z','2030')"
        )
    with pytest.raises(WorkspaceUnusable) as caught:
        open_workspace(workspace.folder)
    assert "newer PAPI" in caught.value.message


def test_one_process_may_change_workspaces(tmp_path: Path) -> None:
    from papi.store.models import User

    first, _ = init_workspace(tmp_path / "one", dt.date(2026, 1, 1))
    User.objects.create_user("only-here")
    init_workspace(tmp_path / "two", dt.date(2026, 1, 1))
    assert not User.objects.exists()
    open_workspace(first.folder)
    assert User.objects.filter(username="only-here").exists()


def test_a_moved_workspace_still_opens(workspace: Workspace, tmp_path: Path) -> None:
    close_store()
    shutil.move(workspace.folder, tmp_path / "moved")
    assert open_workspace(tmp_path / "moved").folder == tmp_path / "moved"


def test_a_part_that_is_lost_is_made_again(workspace: Workspace) -> None:
    (workspace.folder / "secret.key").unlink()
    _, new = init_workspace(workspace.folder, dt.date(2026, 1, 1))
    assert not new
    assert (workspace.folder / "secret.key").exists()
