"""Which regions a person may see.

Knows Kemendagri code prefixes. Must not know roles or screens.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Q


@dataclass(frozen=True, slots=True)
class Scope:
    """Regions by code prefix, digits alone; no prefix = every region."""

    prefixes: tuple[str, ...] = ()

    @staticmethod
    def of(prefixes: Iterable[str]) -> Scope:
        """Make a scope of what a `User` row lists."""
        return Scope(tuple(sorted(prefixes)))

    def sees(self, region: str) -> bool:
        """Tell whether a region lies within. A page of no known region is for who sees all."""
        return not self.prefixes or region.startswith(self.prefixes)

    def where(self, column: str = "region") -> Q:
        """Return the condition that keeps rows within; `column` holds the region's code."""
        condition = Q()
        for prefix in self.prefixes:
            condition |= Q(**{f"{column}__startswith": prefix})
        return condition
