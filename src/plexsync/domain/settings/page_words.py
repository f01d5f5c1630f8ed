"""The words of settings on the page, where a group's title stands above them and choices are in a list."""

from __future__ import annotations

import re
from collections.abc import Mapping

from plexsync.domain.model import Policy
from plexsync.domain.settings.setting import Setting

_NAMES: Mapping[str, str] = {
    "paused": "Pause",
    "image_poster": "Poster",
    "image_art": "Background",
    "reconcile_interval": "How often",
    "reconcile_scope": "Which scenes",
    "reconcile_from": "From",
    "reconcile_to": "To",
    "brake_percent": "Ask before taking away from more than",
    "brake_items": "Never ask up to",
}
_HELPS: Mapping[str, str] = {
    "plex_token": "Of your own Plex account. This page never shows it.",
    "image_poster": "A scene's cover as poster.",
    "image_art": "A scene's cover as background. TV apps show it in libraries without an agent.",
    "reconcile_interval": "How often PlexSync compares both sides by itself.",
    "reconcile_scope": "For the task Reconcile Library and for runs that start by themselves.",
    "reconcile_from": "A date, a date and time, or a span back like 30d.",
    "reconcile_to": "In the same form. A date counts in full.",
    "brake_percent": "A run that would take something away from more items stops and asks.",
    "brake_items": "A smaller run takes something away without asking.",
    "actor_photos": "Give Plex the address of each performer's picture, which it opens without a password. "
    "Plex keeps one photo per name for the whole server, so it changes in all libraries.",
    "photo_url": "Stash's address as Plex opens it, for actor photos.",
    "label_all": "A label for every synced item, where labels are not left alone. Plex needs a Plex Pass for labels.",
    "label_organized": "A label for organized scenes, where labels are not left alone. "
    "Plex needs a Plex Pass for labels.",
    "orphan_policy": "Items whose scene is gone from Stash.",
    "shared_items": "The scene whose values go to an item with files of several scenes.",
}
_POLICIES: Mapping[str, tuple[str, str]] = {
    Policy.MERGE.value: ("Stash, keep edits by hand", "Stash fills and updates. A value typed in Plex stays."),
    Policy.STASH.value: ("Stash always", "Stash wins, also over a value typed in Plex."),
    Policy.MIRROR.value: ("Exactly as Stash", "Plex shows Stash's names and no others."),
    Policy.FILL.value: ("Only where Plex is empty", "Only where Plex has none."),
    Policy.OFF.value: ("Leave alone", "Not looked at."),
}
_CHOICES: Mapping[str, str] = {
    "24h": "Last 24 hours",
    "7days": "Last 7 days",
    "custom": "Dates below",
    "all": "All scenes",
    "auto": "Where the library has no agent",
    "on": "On, a person's picture stays",
    "report": "Only report them",
    "clear": "Take away what PlexSync wrote",
}
_UNITS: Mapping[str, str] = {"brake_percent": "% of all items"}
_UNSET = re.compile(r" ?Not set: [^.]*\.$")


def name_of(setting: Setting) -> str:
    """Return what a setting is called; the rule of a field has the field's name."""
    name = _NAMES.get(setting.key, setting.name).removeprefix("Policy: ")
    return name[:1].upper() + name[1:]


def help_of(setting: Setting, value: object) -> str:
    """Return a setting's help; of a field's rule what the rule in force does."""
    if setting.key.startswith("policy_"):
        return _POLICIES[str(value)][1]
    return _HELPS.get(setting.key, _UNSET.sub("", setting.help)).replace("`", "")


def choice_name(setting: Setting, word: str) -> str:
    """Return what a choice is called."""
    if setting.key.startswith("policy_"):
        return _POLICIES[word][0]
    return _CHOICES.get(word, word.capitalize())


def unit_of(setting: Setting, unit: str) -> str:
    """Return the words behind a number."""
    return _UNITS.get(setting.key, unit)
