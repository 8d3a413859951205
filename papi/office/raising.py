"""Use case: raise the threshold of a class that errs too often, and decide every form again.

Knows in which order the files, the audit and the decisions change. Must not know screens. Values
that people keyed stay. What is cut off leaves forms undecided, and any later run decides them.
"""

from __future__ import annotations

import logging
import threading
from dataclasses import dataclass

from django.db import transaction

from papi.errors import PapiError, UsageError
from papi.model.recipe import FieldClass, Recipe
from papi.office.deciding import Decider, mark_outdated
from papi.office.recipe_files import point_at, put_back, recipe_in_force, write_raised
from papi.office.workspace import Workspace, load_workspace
from papi.store import audit
from papi.store.boot import close_store
from papi.store.cases import count_outdated
from papi.store.faults import storage_faults
from papi.store.locks import taking_in

_changing = threading.Lock()
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Raised:
    """A threshold that was raised.

    Attributes:
        recipe: name of the new recipe in papi.toml.
        undecided: forms that must be decided again.
    """

    recipe: str
    undecided: int


def raise_threshold(
    folder_of: Workspace, field_class: FieldClass, seen: float, to: float, actor: str
) -> Raised:
    """Raise one threshold and put every form that was decided with the old one on the list.

    Args:
        folder_of: open workspace.
        field_class: whose threshold.
        seen: the threshold that the person was shown.
        to: the new one: a point of the recipe's curve above it.
        actor: login name.

    Raises:
        UsageError: somebody changed it meanwhile, it would be lowered, it is no point of the curve,
            or papi.toml cannot be changed.
    """
    with _changing:
        workspace = load_workspace(folder_of.folder)
        recipe = recipe_in_force(workspace.folder)
        _check(recipe, field_class, seen, to)
        with storage_faults():
            name = write_raised(workspace, recipe, field_class, to)
            _change(workspace, name, _event(recipe, field_class, to, name), actor)
    return Raised(name, count_outdated())


def _check(recipe: Recipe, field_class: FieldClass, seen: float, to: float) -> None:
    now = float(getattr(recipe.thresholds, field_class.value))
    if now != seen:
        raise UsageError(
            f"The threshold of {field_class} is {now:g} by now.", "Look at the page again."
        )
    if to <= now:
        raise UsageError(
            f"The threshold of {field_class} can only be raised here.",
            "To lower it, write it into the recipe; docs/quality.md says what happens then.",
        )
    if to not in curve_thresholds(recipe, field_class):
        raise UsageError("No point of the measured curve has this threshold.", "Choose one.")


def curve_thresholds(recipe: Recipe, field_class: FieldClass) -> list[float]:
    """Return the measured thresholds of a class above the one in force, ascending."""
    now = float(getattr(recipe.thresholds, field_class.value))
    curve = recipe.curve.get(field_class)
    return sorted({p.threshold for p in curve.points if p.threshold > now}) if curve else []


def _event(recipe: Recipe, field_class: FieldClass, to: float, name: str) -> audit.Event:
    before = float(getattr(recipe.thresholds, field_class.value))
    detail = {"class": field_class.value, "from": before, "to": to, "recipe": name}
    return audit.Event("threshold.raised", detail=detail)


def _change(workspace: Workspace, name: str, event: audit.Event, actor: str) -> None:
    """Change papi.toml as the last step of the transaction that writes it down."""
    before = ""
    try:
        with transaction.atomic():
            audit.record(actor or audit.command_line(), [event])
            before = point_at(workspace, name)
            changed = load_workspace(workspace.folder)
            mark_outdated(changed, recipe_in_force(workspace.folder))
    except BaseException:
        if before:
            put_back(workspace, before)
        raise


@dataclass(slots=True)
class Redeciding:
    """Deciding every undecided form, outside the request, once at a time in this process.

    Attributes:
        problem: why the last one ended early, "" if it did not.
    """

    problem: str = ""
    _thread: threading.Thread | None = None

    @property
    def running(self) -> bool:
        """A run is on its way."""
        return self._thread is not None and self._thread.is_alive()

    def start(self, workspace: Workspace) -> bool:
        """Begin unless one is running; tell whether it began."""
        with _changing:
            if self.running:
                return False
            self.problem = ""
            self._thread = threading.Thread(
                target=self._run, args=(workspace,), name="deciding", daemon=True
            )
            self._thread.start()
            return True

    def wait(self, seconds: float | None = None) -> None:
        """Wait until it ends."""
        if self._thread is not None:
            self._thread.join(seconds)

    def _run(self, workspace: Workspace) -> None:
        try:
            decide_again(workspace)
        except PapiError as error:
            self.problem = error.message
        except Exception:
            self.problem = "unexpected"
            _log.exception("deciding again ended early")
        finally:
            close_store()


redeciding = Redeciding()
"""The one of this process."""


def decide_again(workspace: Workspace) -> int:
    """Decide every form with news by the recipe in force; return how many."""
    with taking_in(workspace.folder):
        now = load_workspace(workspace.folder)
        return Decider(now, recipe_in_force(workspace.folder)).decide_all()
