"""An office for web tests: a workspace with a round read, people who work in it, and its server.

Knows how to make people and serve over a real socket. Must not know any screen.
"""

from __future__ import annotations

import secrets
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import yaml
from django.core.wsgi import get_wsgi_application
from django.db import connections
from django.test import Client
from paper import Paper
from waitress.server import create_server
from waitress.wasyncore import close_all, loop

from papi.model.recipe import recipe_path
from papi.office.workspace import Workspace
from papi.store.models import User

ClientAs = Callable[..., Client]
"""What the fixture `client_as` is."""
PASSWORD = "kata-sandi-uji-coba-7"  # noqa: S105  of people that tests invent
"""Of everybody in tests: long enough for every rule of passwords."""


@dataclass(frozen=True)
class WebOffice:
    """A workspace whose round has been read, and what was written on its forms.

    Attributes:
        workspace: open in this process; PAPI_WORKSPACE names it.
        paper: runs commands on it and exports its tables.
        written: value of every field by (form id, field).
    """

    workspace: Workspace
    paper: Paper
    written: dict[tuple[str, str], str]

    def person(self, role: str, regions: Sequence[str] = (), name: str = "") -> User:
        """Add a person who may log in with PASSWORD."""
        user = User(
            username=name or f"{role}-{secrets.token_hex(3)}", role=role, regions=list(regions)
        )
        user.set_password(PASSWORD)
        user.save(force_insert=True)
        return user


def use_recipe(folder: Path, **sections: dict[str, object]) -> None:
    """Give a workspace a recipe of its own: the default one, with sections changed in part."""
    document = yaml.safe_load(recipe_path("default").read_text("utf-8"))
    for name, changed in sections.items():
        document[name] = {**document[name], **changed}
    (folder / "recipe.yaml").write_text(yaml.safe_dump(document), "utf-8")
    settings = folder / "papi.toml"
    text = settings.read_text("utf-8")
    settings.write_text(text.replace('recipe = "default"', 'recipe = "recipe.yaml"'), "utf-8")


@contextmanager
def serving(threads: int = 4) -> Iterator[str]:
    """Serve the open workspace over a real socket of this process; yields its address."""
    stop, sockets = threading.Event(), {}  # type: ignore[var-annotated]
    server = create_server(
        _closing(get_wsgi_application()), map=sockets, host="127.0.0.1", port=0, threads=threads
    )

    def turn() -> None:
        while not stop.is_set():
            loop(timeout=0.05, map=sockets, count=1)

    thread = threading.Thread(target=turn, name="served", daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.effective_port}"
    finally:
        stop.set()
        thread.join()
        server.task_dispatcher.shutdown()
        close_all(sockets)


def _closing(application: Callable[..., object]) -> Callable[..., object]:
    """Close the thread's connection after each request: the next test opens another workspace."""

    def wrapped(environ: dict[str, object], start: Callable[..., object]) -> object:
        try:
            return application(environ, start)
        finally:
            connections.close_all()

    return wrapped
