"""How a count is shown that was not counted to its end.

Knows to where the store counts. Must not know what is counted.
"""

from __future__ import annotations

from papi.store.keying_counts import MOST


def shown(count: int) -> str:
    """Return a count in digits; "1000+" where there is more."""
    return f"{MOST}+" if count > MOST else str(count)
