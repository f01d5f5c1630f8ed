"""The settings in the groups and the order in which people need them."""

from __future__ import annotations

from dataclasses import dataclass

from plexsync.domain.model import Field


@dataclass(frozen=True, slots=True)
class SettingsGroup:
    """Some settings by their keys, under a name that a link can hold and a title for people."""

    name: str
    title: str
    keys: tuple[str, ...]


GROUPS: tuple[SettingsGroup, ...] = (
    SettingsGroup("connection", "Connection", ("plex_url", "plex_token", "paused", "dry_run")),
    SettingsGroup("libraries", "Libraries", ("plex_libraries",)),
    SettingsGroup("folders", "Folders", ("path_map", "no_plex_scan")),
    SettingsGroup(
        "fields",
        "Fields",
        (
            *(f"policy_{of.value}" for of in Field),
            *("collection_sources", "exclude_tags", "label_all", "label_organized", "leave_unlocked", "shared_items"),
        ),
    ),
    SettingsGroup("pictures", "Pictures", ("image_poster", "image_art", "actor_photos", "photo_url")),
    SettingsGroup(
        "schedule",
        "Schedule",
        ("reconcile_interval", "reconcile_scope", "reconcile_from", "reconcile_to", "no_startup_reconcile"),
    ),
    SettingsGroup("brakes", "Brakes", ("brake_percent", "brake_items", "orphan_policy")),
    SettingsGroup(
        "expert",
        "Expert",
        (
            *("plex_certificate", "plex_server", "plex_account_token"),
            *("stash_url", "stash_api_key", "stash_certificate"),
            *("connect_timeout", "read_timeout", "poll_seconds", "parallel_writes", "max_attempts", "history_days"),
            "log_level",
        ),
    ),
)
