"""Which regions a person may see.

Knows Kemendagri code prefixes. Must not know roles or screens.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Q

_DIGITS = 10
"""Of a village's code, the longest."""


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
        """Return the condition that keeps rows within; `column` holds the region's code.

        A range, not LIKE: an index finds a range in every database, whatever its language.
        """
        condition = Q()
        for prefix in self.prefixes:
            condition |= Q(**{f"{column}__range": (prefix, prefix.ljust(_DIGITS, "9"))})
        return condition

    def each(self) -> tuple[Scope, ...]:
        """Return the scope of each prefix alone: one range, so that an index can keep an order."""
        return tuple(Scope((prefix,)) for prefix in self.prefixes) or (self,)
