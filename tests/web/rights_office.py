"""One office for all tests of rights: read once, with an item, a form and a page that waits."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from django.test import Client, override_settings
from django.utils import timezone
from paper import Paper
from url_table import Things
from web_office import PASSWORD

from papi.office import keying
from papi.office.workspace import Workspace, open_workspace
from papi.store.boot import close_store
from papi.store.models import IssuedForm, Item, ScanPage, User

LEASE = "f" * 32
_BACKEND = "django.contrib.auth.backends.ModelBackend"
_FAST = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@dataclass(frozen=True)
class Ground:
    """The workspace and what is in it."""

    workspace: Workspace
    things: Things

    def login(self, role: str, regions: tuple[str, ...] = (), **how: bool) -> Client:
        """Return a client of a person of that role, with the item on screen; of nobody for ""."""
        client = Client(**how)  # type: ignore[arg-type]
        if role:
            user = self.person(role, regions)
            client.force_login(user, backend=_BACKEND)
            until = timezone.now() + dt.timedelta(minutes=5)
            lease = {"leased_to": user, "leased_until": until, "lease": LEASE}
            Item.objects.filter(pk=self.things.item).update(**lease)
        return client

    def person(self, role: str, regions: tuple[str, ...] = ()) -> User:
        """Return the person of that role and those regions."""
        name = f"{role}-{'-'.join(regions) or 'all'}"
        user, new = User.objects.get_or_create(
            username=name, defaults={"role": role, "regions": list(regions)}
        )
        if new:
            user.set_password(PASSWORD)
            user.save()
        return user

    @property
    def own(self) -> tuple[str, ...]:
        """The district that all of it lies in."""
        return (self.things.region[:4],)

    @property
    def foreign(self) -> tuple[str, ...]:
        """A district that none of it lies in."""
        return ("9101",)


@pytest.fixture(scope="module")
def _ground(_read_round: Paper, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ground]:
    with override_settings(PASSWORD_HASHERS=_FAST):
        desk = _read_round.copy(tmp_path_factory.mktemp("rights") / "workspace")
        workspace = open_workspace(desk.workspace)
        yield Ground(workspace, _things(workspace))
        close_store()


@pytest.fixture
def ground(_ground: Ground) -> Ground:
    """The office, open in this test."""
    open_workspace(_ground.workspace.folder)
    return _ground


def _things(workspace: Workspace) -> Things:
    looker = User.objects.create(username="looker", role="supervisor")
    keying.waiting(workspace, looker)
    item = Item.objects.filter(state="open").order_by("id").first()
    assert item is not None
    form = IssuedForm.objects.get(pk=item.form_id)
    scan = ScanPage.objects.filter(form_id=form.pk, active=True, page=item.page).first()
    other = ScanPage.objects.filter(form_id=form.pk, active=True).exclude(page=item.page).first()
    assert scan is not None
    assert other is not None
    ScanPage.objects.filter(pk=other.pk).update(status="unreadable", reason="decode_failed")
    other_person = User.objects.create(username="target", role="clerk")
    return Things(
        item=item.pk, form=form.pk, page=item.page, field=item.field, scan=other.pk,
        person=other_person.pk, region=form.region,
    )  # fmt: skip
