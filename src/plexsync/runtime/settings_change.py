"""The waiting jobs that a change of settings can matter to: they are looked at again."""

from __future__ import annotations

from collections.abc import Collection

from plexsync.domain.capabilities import setting_of
from plexsync.domain.model import PHOTOS, Field
from plexsync.domain.settings import Settings
from plexsync.store.jobs import UNLINKED

_OF_SERVERS = frozenset(
    {"plex_url", "plex_token", "plex_certificate", "plex_server", "stash_url", "stash_api_key", "stash_certificate"}
)
_OF_LINKS = _OF_SERVERS | {"plex_libraries", "path_map", "shared_items"}
"""Decide which item belongs to a scene."""

_OF_OTHER_THINGS = frozenset(
    {
        "brake_items",
        "brake_percent",
        "history_days",
        "log_level",
        "no_plex_scan",
        "no_startup_reconcile",
        "parallel_writes",
        "paused",
        "plex_account_token",
        "poll_seconds",
        "reconcile_from",
        "reconcile_interval",
        "reconcile_scope",
        "reconcile_to",
    }
)
"""Change nothing about what is written to an item, nor whether that succeeds."""


def fields_set_anew(before: Settings, after: Settings) -> frozenset[str]:
    """Return the fields about which a person has decided something new, the photos of actors among them."""
    return frozenset(
        name
        for name in (*(of.value for of in Field), PHOTOS)
        for settings in [(setting_of(name), "photo_url") if name == PHOTOS else (setting_of(name),)]
        if any(before.values.get(setting) != after.values.get(setting) for setting in settings)
    )


def causes_to_wake(before: Settings, after: Settings, waiting_for: Collection[str]) -> frozenset[str]:
    """Return the causes that may be no more after a change; where no value differs, the session of Stash does."""
    changed = frozenset(key for key, value in after.values.items() if before.values.get(key) != value)
    if not changed or changed & _OF_LINKS:
        return frozenset(waiting_for)
    if changed <= _OF_OTHER_THINGS:
        return frozenset()
    return frozenset(waiting_for) - UNLINKED
