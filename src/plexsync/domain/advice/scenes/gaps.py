"""A reconcile's findings in words."""

from __future__ import annotations

from collections.abc import Mapping

from plexsync.domain.advice.general import PATH_MAP_HINT

KIND_WORDS: Mapping[str, str] = {
    "empty": "empty metadata",
    "stale": "stale sync",
    "missing": "missing from Plex",
    "drift": "drift",
    "orphan": "orphan",
    "ambiguous": "ambiguous",
    "unmapped": "unmapped",
    "duplicate": "duplicate item",
    "tag_case": "tag case",
    "unreadable": "unreadable",
}
"""The kinds of gaps, as a person reads them."""

GAPS: Mapping[str, tuple[str, str]] = {
    "gap_empty": ("Plex has nothing where Stash has something.", "It is filled by the queue."),
    "gap_stale": ("Stash says something newer than what was synced last.", "The queue brings it over."),
    "gap_missing": (
        "Plex does not have the scene's file.",
        "Let Plex scan the library; the scene goes on by itself as soon as the file shows up.",
    ),
    "gap_drift": ("Plex shows something else than what was synced.", "The queue puts it right."),
    "gap_orphan": (
        "PlexSync wrote to this item, and its scene is no longer in Stash.",
        "Set orphan_policy to clear to have what PlexSync wrote taken away, or delete the file.",
    ),
    "gap_ambiguous": (
        "Ambiguous: it shares a Plex item with other scenes, so nothing is written.",
        "`plexsync choose` says whose the item is. Splitting it in Plex or merging the scenes in Stash helps too.",
    ),
    "gap_unmapped": ("No folder of the chosen Plex libraries corresponds to the scene's file.", PATH_MAP_HINT),
    "gap_duplicate": (
        "One library of Plex shows the scene's file as two items.",
        "See that no folder is in the library twice, then let Plex scan it and empty its trash.",
    ),
    "gap_tag_case": (
        "Plex spells a name with other capitals than Stash, for the whole server.",
        "Rename it in Plex (in the library's filter or by editing the tag), or in Stash.",
    ),
    "gap_unreadable": (
        "A server does not tell it in a way that can be used; all others are synced.",
        "Open it there and correct what is wrong.",
    ),
    "gap_given_up": (
        "Its scene was given up, so the queue does not mend it.",
        "See what `plexsync why {scene}` names, then retry the dead letters.",
    ),
    "gap_held": (
        "Its scene is held back for safety.",
        "If you want the change, let it pass once: `plexsync queue allow`.",
    ),
    "gap_found": ("Nothing was done about it yet.", "If no reconcile is running, start one: the last was stopped."),
    "left_out": (
        "{what} in {where} is left out: {detail}.",
        "Open it there and correct what is wrong, or rename its file; all others are synced.",
    ),
    "orphan": ("Item {item} holds {path}, and no scene does.", "Delete the file, or scan it in Stash."),
    "duplicate": ("{path} is several items of one library: {items}.", "See that no folder is in the library twice."),
    "tag_case": ("Stash writes {stash}, Plex {plex}.", "Rename one of the two."),
}
