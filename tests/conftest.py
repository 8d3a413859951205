"""Fixtures of every test: an empty workspace of its own, opened in this process."""

from __future__ import annotations

import datetime as dt
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from postgres import postgres_server, postgres_url  # noqa: F401  fixtures of every folder
from pytest_django import DjangoDbBlocker

from papi.office.workspace import Workspace, init_workspace, open_workspace
from papi.store.boot import close_store

TODAY = dt.date(2026, 7, 1)


@pytest.fixture(scope="session", autouse=True)
def _use_databases(django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """Every test has a workspace of its own, so pytest-django's guard of one database is lifted."""
    with django_db_blocker.unblock():
        yield


@pytest.fixture(autouse=True)
def _keep_environment() -> Iterator[None]:
    """Opening a workspace sets PAPI_WORKSPACE for the process; a test must not inherit it."""
    before = {name: os.environ.pop(name, None) for name in ("PAPI_WORKSPACE", "PAPI_DATABASE_URL")}
    yield
    for name, value in before.items():
        os.environ.pop(name, None)
        if value is not None:
            os.environ[name] = value


@pytest.fixture(scope="session")
def _blank_workspace(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Migrating takes 0.3 s: done once, then copied."""
    folder = tmp_path_factory.mktemp("blank") / "workspace"
    init_workspace(folder, TODAY)
    close_store()
    return folder


@pytest.fixture
def workspace(tmp_path: Path, _blank_workspace: Path) -> Workspace:
    """A new workspace in a folder of the test, campaign 2026."""
    shutil.copytree(_blank_workspace, tmp_path / "workspace")
    return open_workspace(tmp_path / "workspace")
