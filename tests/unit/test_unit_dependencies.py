"""What pyproject.toml asks for is used, what is used is asked for, and licences are shipped."""

from __future__ import annotations

import ast
import re
import sys
import tomllib
from collections import defaultdict
from importlib.metadata import packages_distributions
from pathlib import Path

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
UNSEEN = {"argon2-cffi", "tzdata"}
"""Imported by Django, for the password hasher that settings name, and by zoneinfo."""


def normal(name: str) -> str:
    """A distribution's name as registries compare it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def asked_for(*extras: str) -> set[str]:
    """Distributions that pyproject.toml names."""
    optional = PROJECT["optional-dependencies"]
    lines = [*PROJECT["dependencies"], *(line for extra in extras for line in optional[extra])]
    return {normal(re.split(r"[^\w.-]", line)[0]) for line in lines}


def imported() -> set[str]:
    """Top-level modules that papi imports, or names in the settings of Django."""
    found = set()
    for path in (ROOT / "papi").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Import):
                found |= {alias.name.partition(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module:
                found.add(node.module.partition(".")[0])
    settings = (ROOT / "papi" / "store" / "settings.py").read_text("utf-8")
    found |= set(re.findall(r'^ *"(\w+)\.?[\w.]*",$', settings, re.MULTILINE))
    return found - sys.stdlib_module_names - {"papi"}


def distributions() -> dict[str, set[str]]:
    """Names under which modules are installed."""
    named = defaultdict(set)
    for module, names in packages_distributions().items():
        named[module] |= {normal(name) for name in names}
    return named


def test_every_dependency_is_used() -> None:
    named = distributions()
    used = {name for module in imported() for name in named[module]}
    assert asked_for() - used == UNSEEN


def test_every_import_is_asked_for() -> None:
    known = asked_for("train", "postgres", "cluster")
    named = distributions()
    assert {m for m in imported() if named[m] and not named[m] & known} == set()


def test_the_wheel_holds_the_licence_of_what_is_vendored() -> None:
    named = PROJECT["license-files"]
    vendored = [str(p.relative_to(ROOT)) for p in (ROOT / "papi").rglob("*.LICENSE.txt")]
    assert vendored
    assert {"LICENSE", *vendored} == set(named)
