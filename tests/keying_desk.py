"""People who key the items of a made round, for tests of the keying engine."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache

import yaml
from made_forms import QUIET, Filled, issue, scan

from papi.model.keying import Answer, AnswerResult, AnswerState, EntryKind, KeyingTask
from papi.model.recipe import load_recipe, recipe_path
from papi.office import arbitration, keying
from papi.office.deciding import Decider
from papi.office.workspace import Workspace, open_workspace
from papi.store.models import Item, Resolution, User
from papi.synth.population import invent_round
from papi.synth.visits import Visit

EVERYTHING = {
    name: 1.0
    for name in (
        "tick", "tick_critical", "coded", "date", "number", "long_number", "nik", "kk", "name",
        "code", "critical",
    )
}  # fmt: skip
"""Thresholds that no reading reaches: every field goes to a person."""
WRONGLY_LISTED = replace(QUIET, name_wrong=1.0, nik_wrong=1.0, date_wrong=1.0)
"""Visits that correct a name, a NIK and a date, so that boxes are filled."""
_keys = itertools.count(1)


@cache
def visits(count: int) -> tuple[Visit, ...]:
    """Visits of persons of whom the list knew little."""
    return tuple(invent_round(3, households=0, persons=count, habits=WRONGLY_LISTED))


@dataclass
class Room:
    """A keying room: forms that were scanned and decided, and the people in it."""

    workspace: Workspace
    forms: list[Filled]
    people: dict[str, User] = field(default_factory=dict)

    def person(self, name: str, role: str = "clerk", regions: Sequence[str] = ()) -> User:
        """Return a person of this name; made when first asked for."""
        if name not in self.people:
            made = User.objects.create(username=name, role=role, regions=list(regions))
            self.people[name] = made
        return self.people[name]

    def decide(self) -> int:
        """Decide all that has news."""
        return Decider(self.workspace, load_recipe(self.workspace.recipe)).decide_all()

    def written(self, task: KeyingTask) -> str:
        """What stands on the paper."""
        forms = {form.issued.form_id: form for form in self.forms}
        return forms[task.form_id].inks[task.field].value

    def next(self, name: str, **options: object) -> list[KeyingTask]:
        """Items for a person."""
        return keying.next_tasks(self.workspace, self.person(name), **options)  # type: ignore[arg-type]

    def one(self, name: str, field_name: str) -> KeyingTask:
        """The item of a field, leased to a person; what else was leased goes back."""
        found = self.next(name, count=500)
        keying.release(
            self.workspace, self.person(name), [t.item for t in found if t.field != field_name]
        )
        return next(task for task in found if task.field == field_name)

    def key(self, name: str, task: KeyingTask, value: str, **facts: object) -> AnswerResult:
        """Key a value, standing by it."""
        made = reply(task, value, **{"confirmed": True, **facts})
        return keying.answer(self.workspace, self.person(name), [made])[0]

    def settle(self, name: str, task: KeyingTask, value: str) -> AnswerResult:
        """Settle a conflict."""
        made = reply(task, value, kind=EntryKind.ARBITRATED, confirmed=True)
        return arbitration.settle(self.workspace, self.person(name), [made])[0]

    def key_all(self, *names: str) -> int:
        """Let people key everything as it is written; return how many entries that took."""
        made = 0
        for name in names:
            while tasks := self.next(name, count=8):
                for task in tasks:
                    taken = self.key(name, task, self.written(task))
                    assert taken.state is AnswerState.TAKEN
                    made += 1
        return made


def reply(task: KeyingTask, value: str = "", **facts: object) -> Answer:
    """An answer to a task, under a name of its own."""
    rest = {"client_key": f"key-{next(_keys)}", "kind": EntryKind.KEYED, **facts}
    return Answer(item=task.item, lease=task.lease, value=value, **rest)  # type: ignore[arg-type]


def use_settings(workspace: Workspace, **sections: Mapping[str, object]) -> Workspace:
    """Give a workspace a recipe of its own and a campaign of 2025, when invented visits are."""
    document = yaml.safe_load(recipe_path("default").read_text("utf-8"))
    for name, changed in sections.items():
        document[name] = {**document[name], **changed}
    (workspace.folder / "own.yaml").write_text(yaml.safe_dump(document), "utf-8")
    settings = workspace.folder / "papi.toml"
    text = settings.read_text("utf-8").replace("2026", "2025")
    settings.write_text(text.replace('recipe = "default"', 'recipe = "own.yaml"'), "utf-8")
    return open_workspace(workspace.folder)


def make_room(workspace: Workspace, *, count: int = 1, **sections: Mapping[str, object]) -> Room:
    """A room with forms of persons whose every field needs somebody, unless told otherwise.

    Nothing is left to chance: the key by which samples are drawn is another in every session.
    """
    control = {"double_key_share": 0.0, "sample_share": 0.0, **sections.pop("control", {})}
    settings = {"thresholds": EVERYTHING, **sections, "control": control}
    room = Room(use_settings(workspace, **settings), issue(visits(count)))
    scan([page for form in room.forms for page in form.pages()])
    room.decide()
    return room


def item_of(task: KeyingTask) -> Item:
    """The row of a task."""
    return Item.objects.get(pk=task.item)


def standing_value(task: KeyingTask) -> str | None:
    """The value a person gave a task's field, None if none stands."""
    rows = Resolution.objects.filter(form_id=task.form_id, field=task.field, active=True)
    return rows.values_list("value", flat=True).order_by("-pk").first()
