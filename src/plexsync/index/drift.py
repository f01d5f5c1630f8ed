"""Whether an item is as we left it: a comparison of what was pushed with what is shown, and nothing about locks."""

from __future__ import annotations

from collections.abc import Collection

from plexsync.domain.model import Base, Field, Item, Value, empty_value
from plexsync.domain.text import fold


def has_ours(item: Item, base: Base, of_these: Collection[Field] = frozenset(Field)) -> bool:
    """Tell whether an item still has all that was last pushed there, into these fields."""
    for of, value in base.pushed.items():
        if of not in of_these:
            continue
        shown = item.fields[of]
        if isinstance(value, tuple):
            if not {fold(name) for name in value} <= {fold(name) for name in shown}:
                return False
        elif value not in {shown, item.fields[Field.TITLE] if of is Field.SORT_TITLE else shown}:
            return False
    return True


def has_ours_alone(item: Item, base: Base, of_these: Collection[Field]) -> bool:
    """Tell whether an item has in these fields what was last pushed there, and nothing besides."""
    return all(_keys(item.fields[of]) == _keys(base.pushed.get(of, empty_value(of))) for of in of_these)


def _keys(value: Value) -> Value | frozenset[str]:
    return frozenset(map(fold, value)) if isinstance(value, tuple) else value
