"""The words of causes, parts of the queue and scopes where they stand in a count or a column.

A count reads "2 scenes: 1 done, 1 missing from Plex". The full sentence of a cause stands beside it or in `queue list`.
"""

from __future__ import annotations

from collections.abc import Mapping

from plexsync.domain.person.lanes import Lane

CAUSES: Mapping[str, str] = {
    "missing": "missing from Plex",
    "ambiguous": "ambiguous",
    "unmapped": "in no chosen library",
    "no_file": "without a file",
    "declined": "left out by your choice",
    "dry_run": "held back by the dry run",
    "brake": "held back for safety",
    "stopped": "stopped by a person",
    "item_rejected": "with a value refused",
    "item_gone": "with their item gone",
    "item_unreadable": "with an unreadable item",
    "scene_unreadable": "unreadable in Stash",
    "not_applied": "shown otherwise by Plex",
    "image_rejected": "with a cover refused",
    "scene_fails": "with a server failing",
    "bug": "stopped by a mistake of PlexSync's",
    "cleared": "cleared from the queue",
}
"""By cause: what scenes are that wait for it or were given up for it."""

APART: Mapping[str, str] = {
    "no_file": CAUSES["no_file"],
    "ignored": "ignored by you",
    "declined": CAUSES["declined"],
}
"""By the verdict on a scene that is not for Plex: what such scenes are."""

LANE_NAMES: Mapping[Lane, str] = {
    Lane.WORKING: "working",
    Lane.NEXT: "next",
    Lane.WAITING: "waiting",
    Lane.PARKED: "parked",
    Lane.DEAD: "given up",
}

LANE_MEANINGS: Mapping[Lane, str] = {
    Lane.WORKING: "PlexSync works on it now.",
    Lane.NEXT: "It comes next, in this order.",
    Lane.WAITING: "It did not work out, and PlexSync tries it again by itself.",
    Lane.PARKED: "It waits until something changes in Plex, in Stash, or by your word.",
    Lane.DEAD: "It failed too often, and needs you.",
}
"""The state of a scene in each part."""

SCOPE_WORDS: Mapping[str, str] = {
    "all": "all scenes",
    "since": "what changed lately",
    "scenes": "chosen scenes",
    "24h": "the last 24 hours",
    "7d": "the last 7 days",
    "custom": "a range of dates",
    "changed": "many changes at once",
    "held": "what was held back for safety",
    "weighed": "what was held and let pass",
    "overwrite": "Stash's value over Plex's own",
}
"""The scopes of runs, as a person reads them."""


def became_words(what: str) -> str:
    """Say what became of a run's scenes: a cause's words, "done", or "still queued" for ""."""
    if what in CAUSES:
        return CAUSES[what]
    return {"": "still queued", "done": "done"}.get(what, f"waiting for a reason without words ({what})")
