"""Why a field changes, in a few words for the column of a table; the sentences stand in their own groups."""

from __future__ import annotations

from collections.abc import Mapping

SHORT: Mapping[str, str] = {
    "fill": "empty in Plex",
    "update": "newer in Stash",
    "list_merge": "newer in Stash",
    "renamed": "renamed in Stash",
    "overwrite_unlocked": "not locked in Plex",
    "stash_changed": "changed in Stash since",
    "clear": "no longer in Stash",
    "policy_stash": "Stash always wins",
    "list_mirror": "exactly as Stash",
    "photo": "photo differs",
    "lock": "only gets locked",
    "kept_person": "set by hand, stays",
    "kept_filled": "Plex has one, stays",
    "kept_inherited": "of another scene, stays",
    "may_change": "compared when written",
    "missing": "not in Plex",
    "ambiguous": "ambiguous",
    "unmapped": "in no folder of Plex",
    "orphan": "gone from Stash",
    "duplicate": "twice in Plex",
    "tag_case": "other capitals in Plex",
    "unreadable": "cannot be read",
}
"""At most 24 characters, by the code of a reason or the kind of a gap."""


def in_short(code: str, kind: str = "") -> str:
    """Say why a field changes; one that drifted was changed in Plex, whatever rule puts it right."""
    return "changed in Plex" if kind == "drift" else SHORT.get(code, "")
