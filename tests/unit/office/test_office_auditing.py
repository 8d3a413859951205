"""Reports of the audit chain: bounded, in both languages, never with a person's name."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from papi.errors import InputUnreadable
from papi.office import auditing
from papi.office.workspace import Workspace
from papi.store import audit
from papi.store.append_only import release_statements
from papi.store.audit_check import Damage, Flaw
from papi.store.models import AuditEvent

NOW = dt.datetime(2026, 11, 24, 8, tzinfo=dt.UTC)
ANYTHING = st.recursive(
    st.none() | st.integers() | st.text(),
    lambda one: st.lists(one) | st.dictionaries(st.text(), one),
)


def test_a_report_names_so_many_flaws_and_counts_the_others(workspace: Workspace) -> None:
    audit.record("siti", [audit.Event("item.viewed")] * (auditing.SHOWN + 20))
    with connection.cursor() as cursor:
        for statement in release_statements(connection.vendor):
            cursor.execute(statement)
    AuditEvent.objects.update(actor="Mallory")
    report = auditing.verify()
    assert (len(report.flaws), report.more) == (auditing.SHOWN, 21)  # and the guards
    assert not report.whole
    plain = json.dumps(auditing.report_json(report))
    assert "Mallory" not in plain and "siti" not in plain


@pytest.mark.parametrize("damage", list(Damage))
def test_every_damage_has_words_in_both_languages(damage: Damage) -> None:
    flaw = Flaw(damage, 3, 20, NOW, 25, "2026-11-01T00:00:00+00:00")
    english, indonesian = auditing.tell(flaw), auditing.tell(flaw, "id")
    assert english != indonesian
    for told in (english, indonesian):
        assert damage is Damage.UNGUARDED or told.startswith("3.20-25 (2026-11-24 08:00:00 UTC) ")
        assert told.endswith("[heads of 2026-11-01T00:00:00+00:00]")


def test_the_check_of_a_foreign_chain_writes_nothing_into_it(
    workspace: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    audit.record("siti", [audit.Event("item.viewed")])
    (tmp_path / "audit.key").write_text("k" * 40)
    monkeypatch.setenv("PAPI_AUDIT_KEY_FILE", str(tmp_path / "audit.key"))
    report = auditing.verify()
    assert Damage.KEY in {flaw.damage for flaw in report.flaws}
    assert AuditEvent.objects.count() == 1


def test_heads_come_back_as_they_went_out(workspace: Workspace, tmp_path: Path) -> None:
    audit.record("siti", [audit.Event("item.viewed")])
    document = auditing.heads_document(NOW)
    auditing.keep_heads(document, tmp_path / "heads.json")
    when, (head,) = auditing.load_heads(tmp_path / "heads.json")
    assert (when, head.seq, head.shard) == (NOW.isoformat(), 1, audit.shard_of("siti"))
    assert auditing.stamp(document).replace("-", "") == document["seal"][:16]
    assert auditing.verify([(when, [head])]).whole


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.text() | ANYTHING.map(json.dumps))
def test_anything_else_is_no_heads(workspace: Workspace, text: str) -> None:
    with pytest.raises(InputUnreadable):
        auditing.parse_heads(text, "heads.json")


@settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.sampled_from(["made_at", "heads", "seal", "kind", "format", "more"]), ANYTHING)
def test_a_changed_document_breaks_its_seal(workspace: Workspace, name: str, other: object) -> None:
    document = auditing.heads_document(NOW)
    if document.get(name) == other:
        return
    document[name] = other
    with pytest.raises(InputUnreadable):
        auditing.parse_heads(json.dumps(document), "heads.json")
