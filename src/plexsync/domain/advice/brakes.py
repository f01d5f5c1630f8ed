"""Brakes in words: what they hold, why, and how a person lets it pass."""

from __future__ import annotations

from collections.abc import Mapping

STOPPED = "Stopped to be safe"
WOULD_BE_STOPPED = "It would be stopped to be safe"
"""The beginning of every sentence about a brake, before its reason."""

_RELEASE = "If that is what you want, let it pass once: `plexsync queue allow`, or the task `Allow Mass Change`."
_ALLOW = "If you want that, allow it once: `plexsync reconcile --allow-mass-change` or the task `Allow Mass Change`."

BRAKES: Mapping[str, tuple[str, str]] = {
    "brake": (
        "It is held back for safety: together with others it would take away too much that nobody edited.",
        _RELEASE,
    ),
    "brake.earlier": (
        "It is held back for safety: Stash says something older than when it was synced, as after a restored backup.",
        "Put the newer database back, or edit the scene. " + _RELEASE,
    ),
    "brake.new_scene": (
        "It is held back for safety: the scene took the place of another one and says other things.",
        _RELEASE,
    ),
    "brake.vanished": (
        "It is held back for safety: most scenes are gone from Stash, so nothing of theirs is taken away.",
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
    "brake_mass_change.portions": (
        "It would take something away from {taking} of {linked} items, and {taken} lost something within a day.",
        "Look at it with `plexsync reconcile --dry-run`. " + _ALLOW,
    ),
}
