"""Take a wrong batch back, and decide anew what it had touched.

Knows the order: the store first, in one transaction, then the decisions, which any later run makes
up for if this one is cut off. Must not know rows.
"""

from __future__ import annotations

from dataclasses import dataclass

from papi.errors import UsageError
from papi.model.recipe import Recipe
from papi.office.deciding import Decider
from papi.office.workspace import Workspace
from papi.store.accounts import batch_rows
from papi.store.locks import taking_back
from papi.store.withdrawals import BatchContent, batch_content, withdraw

__all__ = ["BatchContent", "Withdrawal", "batch_rows", "content_of", "withdraw_batch"]


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """What was done.

    Attributes:
        content: what the batch held.
        already: it had been taken back before; nothing changed.
        decided: forms decided anew.
    """

    content: BatchContent
    already: bool
    decided: int


def content_of(batch: int) -> BatchContent:
    """Say what taking a batch back would take.

    Raises:
        UsageError: there is no such batch.
    """
    content = batch_content(batch)
    if content is None:
        raise UsageError(f"There is no batch {batch}.", "`papi batch list` shows the numbers.")
    return content


def withdraw_batch(workspace: Workspace, recipe: Recipe, batch: int) -> Withdrawal:
    """Take a batch back: its pages count for nothing, other scans of them count again.

    Doing it twice, or again after it was cut off, ends alike.

    Args:
        workspace: open workspace.
        recipe: thresholds to decide with.
        batch: its number.

    Raises:
        UsageError: there is no such batch.
        WorkspaceUnusable: pages are being taken in just now.
    """
    content = content_of(batch)
    with taking_back(workspace.folder):
        withdraw(batch)
        decided = Decider(workspace, recipe).decide_all()
    return Withdrawal(content, bool(content.withdrawn), decided)
