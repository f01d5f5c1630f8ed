"""Whether an item is as we left it: a comparison of what was pushed with what is shown, and nothing about locks."""

from __future__ import annotations

from plexsync.domain.model import Base, Field, Item
from plexsync.domain.text import fold


def has_ours(item: Item, base: Base) -> bool:
    """Tell whether an item still has all that was last pushed there."""
    for of, value in base.pushed.items():
        shown = item.fields[of]
        if isinstance(value, tuple):
            if not {fold(name) for name in value} <= {fold(name) for name in shown}:
                return False
        elif value not in {shown, item.fields[Field.TITLE] if of is Field.SORT_TITLE else shown}:
            return False
    return True
