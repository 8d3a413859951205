"""Commands killed before and after their durable steps: a commit, a sync, a rename, a statement.

Random moments rarely meet the instant between a file's copy and its row; here each such instant is
a point of its own. The points of a run are tried in a random order, several in one workspace, until
as many kills were made as were asked for.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from random import Random

import pytest
from cut_off import Desk, check, dying, papi, run, state_of
from paper import Paper
from soaking import Soak

from papi.store.boot import close_store

MOST_CUTS = 8
"""Kills in one workspace before a run is let go to its end."""
SIGKILLED = -9
Words = Callable[[Paper], list[str]]


def count_points(words: list[str]) -> int:
    """Points at which a run of the command can die."""
    done = run(dying(0, words))
    assert done.returncode in {0, 1}, done.stderr
    return 2 * int(done.stderr.split("steps")[-1])


def kill_often(start: Callable[[Path], Paper], words: Words, soak: Soak, points: int) -> list[str]:
    """Kill runs in as many workspaces as it takes; return what was done to each, which lies there.

    A later run in the same workspace has fewer steps left, so its points are drawn from the first
    ones: what is killed there goes on a little further every time.
    """
    told, kills, seed = [], 0, soak.seed
    while kills < soak.kills:
        chance = Random(seed)  # noqa: S311  moments, no secrets
        desk = start(Path(f"desk{seed}"))
        most, made = points, []
        for _ in range(min(MOST_CUTS, soak.kills - kills)):
            point = chance.randint(1, most)
            done = run(dying(point, words(desk)))
            if done.returncode != SIGKILLED:
                break
            made.append(point)
            most = max(2, most // 2)
        kills += len(made)
        told.append(f"seed {seed}: killed at points {made} of {points}")
        finished = run(words(desk))
        assert finished.returncode in {0, 1}, f"{told[-1]}\n{finished.stderr}"
        seed += 1
    return told


@pytest.mark.parametrize("engine", ["serial", "processes"])
def test_an_ingest_that_dies_at_any_step_is_finished_later(
    engine: str, stack: Desk, soak: Soak, tmp_path: Path
) -> None:
    def words(desk: Paper) -> list[str]:
        return stack.words(desk, engine)

    points = count_points(words(stack.paper.copy(tmp_path / "count")))
    assert points > 10 * stack.pages
    desks: list[Paper] = []

    def start(name: Path) -> Paper:
        desks.append(stack.paper.copy(tmp_path / name))
        return desks[-1]

    for told, desk in zip(kill_often(start, words, soak, points), desks, strict=True):
        check(desk, stack.quiet, told)


def test_a_watch_that_dies_at_any_step_goes_on(stack: Desk, soak: Soak, tmp_path: Path) -> None:
    """Every file ends moved, and the tables are those of an ingest."""

    def words(desk: Paper) -> list[str]:
        hot = desk.workspace.with_name(f"{desk.workspace.name}-hot")
        options = [
            "--once",
            "--settle",
            "0.2",
            "--engine",
            "serial",
            "--move-to",
            str(hot / "done"),
        ]
        return [*papi(desk), "watch", str(hot), *options]

    desks: list[Paper] = []

    def start(name: Path) -> Paper:
        desk = stack.paper.copy(tmp_path / name)
        hot = tmp_path / f"{name}-hot"
        shutil.copytree(stack.files, hot / stack.files.name)
        (hot / stack.files.name / "half.tif").unlink()  # it would be waited for
        desks.append(desk)
        return desk

    points = count_points(words(start(Path("count"))))
    quiet = state_of(desks.pop())
    close_store()
    for told, desk in zip(kill_often(start, words, soak, points), desks, strict=True):
        hot = desk.workspace.with_name(f"{desk.workspace.name}-hot")
        left = [path for path in (hot / stack.files.name).iterdir() if path.is_file()]
        assert not left, told
        moved = {path.name for path in (hot / "done").rglob("*") if path.is_file()}
        assert moved == {path.name for path in stack.files.iterdir()} - {"half.tif"}, told
        check(desk, quiet, told)


def test_a_withdrawal_that_dies_at_any_step_is_finished_later(
    stack: Desk, soak: Soak, tmp_path: Path
) -> None:
    """What is left is as if the batch had never come, and its files can come again."""

    def words(desk: Paper) -> list[str]:
        return [*papi(desk), "batch", "withdraw", "1", "--yes"]

    filled = stack.paper.copy(tmp_path / "filled")
    assert run(stack.words(filled, "serial")).returncode == 1
    desks: list[Paper] = []

    def start(name: Path) -> Paper:
        desks.append(filled.copy(tmp_path / name))
        return desks[-1]

    points = count_points(words(start(Path("count"))))
    quiet = state_of(desks.pop())
    assert quiet["readings"].count(b"\n") == 1  # its header
    close_store()
    for told, desk in zip(kill_often(start, words, soak, points), desks, strict=True):
        check(desk, quiet, told)
    again = filled.copy(tmp_path / "again")
    assert run(words(again)).returncode == 0
    assert run(stack.words(again, "serial")).returncode == 1
    found = state_of(again)
    close_store()
    same = ("pages", "readings", "records", "members", "queue", "originals")
    assert [name for name in same if found[name] != stack.quiet[name]] == []
