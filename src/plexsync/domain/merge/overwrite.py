"""Stash's value in place of one that stays in Plex, once, because a person wants it so.

Plex's value then counts as PlexSync's own, so the ordinary merge takes it for one that Stash has replaced.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from plexsync.domain.merge.item import MergeRules, merge
from plexsync.domain.model import Base, Desired, Field, Item, Why


def overwriting(base: Base, item: Item, fields: Collection[Field]) -> Base:
    """Return what is remembered of an item, with what it shows in some fields as PlexSync's own."""
    return replace(
        base,
        pushed={**base.pushed, **{of: item.fields[of] for of in fields}},
        inherited={of: value for of, value in base.inherited.items() if of not in fields},
        taken_back=base.taken_back.difference(fields),
    )


def can_overwrite(of: Field, desired: Desired, item: Item, base: Base, rules: MergeRules) -> bool:
    """Tell whether Stash's value would be written if a person wanted it so.

    A policy that leaves what Plex has stays in force.
    """
    alone = replace(desired, fields={of: desired.fields[of]}, photos={})
    plan = merge(alone, item, overwriting(base, item, {of}), rules)
    return any(change.why is not Why.LOCK for change in plan.changes)
