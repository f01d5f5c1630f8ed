"""A reconcile's findings in words, and the reasons that hold a run."""

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
        "It is not certain which Plex item belongs to the scene.",
        "`plexsync why` names the items; split the item in Plex, or merge the scenes in Stash.",
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
    "gap_held": ("Its scene is held to be safe.", "If you want the change, let it pass once: `plexsync queue allow`."),
    "gap_found": ("Nothing was done about it yet.", "If no reconcile is running, start one: the last was stopped."),
    "left_out": (
        "{what} in {where} is left out: {detail}.",
        "Open it there and correct what is wrong, or rename its file; all others are synced.",
    ),
    "orphan": ("Item {item} holds {path}, and no scene does.", "Delete the file, or scan it in Stash."),
    "duplicate": ("{path} is several items of one library: {items}.", "See that no folder is in the library twice."),
    "tag_case": ("Stash writes {stash}, Plex {plex}.", "Rename one of the two."),
}

_RELEASE = "If that is what you want, let it pass once: `plexsync queue allow`, or the task `Allow Mass Change`."
_ALLOW = "If you want that, allow it once: `plexsync reconcile --allow-mass-change` or the task `Allow Mass Change`."

BRAKES: Mapping[str, tuple[str, str]] = {
    "brake": (
        "It is held to be safe: together with others it would take away too much that nobody edited.",
        _RELEASE,
    ),
    "brake.earlier": (
        "It is held to be safe: Stash says something older than when it was synced, as after a backup was restored.",
        "Put the newer database back, or edit the scene. " + _RELEASE,
    ),
    "brake.new_scene": (
        "It is held to be safe: the scene took the place of another one and says other things.",
        _RELEASE,
    ),
    "brake.vanished": (
        "It is held to be safe: most scenes are gone from Stash, so nothing of theirs is taken away.",
        "See that Stash's disks are mounted, and scan. " + _RELEASE,
    ),
    "brake_holds": (
        "PlexSync holds back {held} scenes that nobody edited ({linked} items are synced): Plex would lose something.",
        _RELEASE,
    ),
    "brake_example": ("For example scene {scene}: {takes}.", "`plexsync why {scene}` shows all of it."),
    "scenes_vanished": (
        "{gone} of {linked} synced items belong to scenes that are gone from Stash. Nothing is taken away.",
        "If a disk was not mounted, mount it and scan in Stash; it all comes back. " + _RELEASE,
    ),
    "brake_other_server": ("Another {server} answers than before ({now} instead of {before}).", _ALLOW),
    "brake_empty": (
        "{server} lists nothing, where there were {known} before.",
        "See that its disks are mounted and its libraries are there. " + _ALLOW,
    ),
    "brake_mostly_gone": (
        "{server} has only {listed} of {known} that were there before.",
        "See that its disks are mounted and its libraries are there. " + _ALLOW,
    ),
    "brake_folder_gone": (
        "Plex's libraries no longer have the folder {folders}.",
        "Add it again in Plex if it is missing by mistake. " + _ALLOW,
    ),
    "brake_links_gone": (
        "{gone} of {linked} synced items are no longer in Plex.",
        "See that Plex's disks are mounted and its libraries are there. " + _ALLOW,
    ),
    "brake_mass_change": (
        "It would take something away from {taking} of {linked} items (allowed are {items}, or {percent}).",
        "Look at it with `plexsync reconcile --dry-run`. " + _ALLOW,
    ),
}
