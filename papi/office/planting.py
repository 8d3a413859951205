"""Pictures planted among those of a grid: fields of another value, on which nobody differs.

Knows when one is planted and which. Must not know leases, or what becomes of a grid. A planted
picture is sound because two who did not see each other's word agreed on it: the machine, and the
person who keyed it blind; nobody settled it since, and the person who sees it now is another one.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Sequence

from papi.checking.truth import same_value
from papi.store.cases import all_layouts
from papi.store.grids import Place, settled_alike
from papi.store.leases import LeasedItem
from papi.store.models import User

TRAP_CHANCE = 0.5
"""Of grids in which something is planted: often enough to count on, never to be counted on."""
MOST_TRAPS = 2
_chance = random.SystemRandom()


def choose_planted(
    user: User, field_class: str, places: Iterable[Place], value: str
) -> list[Place]:
    """Choose what is planted: like fields that show another value beyond doubt, mostly nothing."""
    if _chance.random() >= TRAP_CHANCE:
        return []
    layouts = all_layouts()
    known = settled_alike(user, field_class, {place.base for place in places}, value)
    others = [
        place
        for place in known
        if not same_value(layouts[place.version].by_name[place.field], place.value, value)
    ]
    return _chance.sample(others, min(len(others), _chance.randint(1, MOST_TRAPS)))


def mixed(
    found: Sequence[LeasedItem], places: dict[int, Place], traps: Sequence[Place]
) -> list[list[object]]:
    """Order pictures by the field they show, those of one field by chance."""
    cells = [(places[item.key].base, [item.key, item.lease]) for item in found]
    cells += [(trap.base, [trap.form_id, trap.page, trap.field]) for trap in traps]
    _chance.shuffle(cells)
    return [cell for _, cell in sorted(cells, key=lambda pair: pair[0])]
