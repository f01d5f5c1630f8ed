"""A plan carried out in memory."""

from __future__ import annotations

from plexsync.domain.model import Item, Plan


def applied(plan: Plan, item: Item) -> Item:
    """The item as Plex shows it then."""
    photos = {name: url for change in plan.changes for name, url in change.photos.items()}
    return Item(
        item.rating_key,
        item.section_id,
        {**item.fields, **{change.field: change.after for change in plan.changes}},
        item.locked | {change.field for change in plan.changes if plan.lock},
        photos={**item.photos, **photos},
    )
