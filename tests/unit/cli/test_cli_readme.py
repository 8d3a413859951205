"""The README: what it tells people to type exists, and what it links to lies there."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import click
import pytest

from papi.cli import cli

ROOT = Path(__file__).parents[3]
README = (ROOT / "README.md").read_text("utf-8")
_BLOCKS = re.findall(r"^```\n(.*?)^```", README, re.MULTILINE | re.DOTALL)
COMMANDS = [
    words
    for block in _BLOCKS
    for line in block.splitlines()
    for part in re.split(r";|&&", line)
    if (words := shlex.split(part, comments=True))[:1] == ["papi"]
]
LINKS = re.findall(r"\]\(([\w./-]+)\)", README)
PICTURE_KB = 210


def _found(words: list[str]) -> tuple[click.Command, list[str]]:
    """Return the command that words name, and the words that are left."""
    command: click.Command = cli
    while isinstance(command, click.Group):
        known = command.get_command(click.Context(command), words[0])
        assert known is not None, words
        command, words = known, words[1:]
    return command, words


@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
def test_a_command_of_the_readme_exists(words: list[str]) -> None:
    command, rest = _found(words[1:])
    options = {name for param in command.params for name in (*param.opts, *param.secondary_opts)}
    assert {word for word in rest if word.startswith("--")} <= options


def test_every_page_is_linked_and_every_link_leads_somewhere() -> None:
    assert len(COMMANDS) > 20
    assert not [link for link in LINKS if not (ROOT / link).exists()]
    pages = {f"docs/{path.name}" for path in (ROOT / "docs").glob("*.md")}
    assert pages <= set(LINKS)


def test_pictures_are_small() -> None:
    sizes = {path.name: path.stat().st_size / 1024 for path in (ROOT / "docs/img").iterdir()}
    assert {f"docs/img/{name}" for name in sizes} <= set(LINKS)
    assert max(sizes.values()) < PICTURE_KB
