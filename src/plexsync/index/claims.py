"""The scenes that may claim an item: those that have a file in it, as far as a person did not decide otherwise."""

from __future__ import annotations

from collections.abc import Collection

from plexsync.domain.person.decisions import Claims, Places, claims_by
from plexsync.store import Store


def claims_on(store: Store, items: Collection[str]) -> Claims:
    """Settle who may claim some items, by what is remembered of scenes, items and decisions."""
    held = store.library.keys_of(items)
    owners = store.scenes.claimants({key for keys in held.values() for key in keys})
    claimants = {item: frozenset[int]().union(*(owners[key] for key in keys)) for item, keys in held.items()}
    choices = store.decisions.about(items, owners)
    if not choices:
        return Claims(claimants, {})
    known = {*items, *(choice.rating_key for choice in choices)}
    places = Places(store.library.keys_of(known), store.library.section_of(known), store.library.sections().keys())
    return claims_by(choices, claimants, places)
