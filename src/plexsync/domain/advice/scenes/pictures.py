"""Sentences about a poster or art: why it changes, or stays."""

from __future__ import annotations

from collections.abc import Mapping

PICTURES: Mapping[str, tuple[str, str]] = {
    "picture_fill": ("Plex shows no picture, or only a frame of the video.", ""),
    "picture_update": ("Plex shows the cover that PlexSync brought last, and Stash has another one now.", ""),
    "picture_overwrite_unlocked": (
        "Plex's picture is unlocked, so no person chose it, and it gives way to the cover.",
        "",
    ),
    "picture_policy_stash": ("This picture's policy is that Stash always wins.", ""),
    "picture_lock": ("The picture is right already and gets locked so that Plex keeps it.", ""),
    "picture_kept_person": (
        "A person chose it in Plex, so it stays.",
        "Unlock the picture in Plex, or set {setting} to stash.",
    ),
    "picture_kept_filled": (
        "Plex has a picture of its own, so it stays.",
        "Set {setting} to on or stash if the cover should replace it.",
    ),
    "picture_kept_inherited": (
        "A scene that had this file before brought it. The present scene has only a still that Stash made.",
        "Set a cover in Stash.",
    ),
    "picture_undo": ("A person asked to take back the cover.", ""),
    "picture_undone": (
        "You took the cover back, so this picture stays until the cover in Stash changes.",
        "Set another cover in Stash, or let PlexSync write it again: `plexsync undo --lift`.",
    ),
    "picture_no_cover": ("The scene has no cover in Stash, so Plex keeps its picture.", "Set a cover in Stash."),
    "picture_shared": (
        "The item holds files of several scenes, so PlexSync brings it no cover.",
        "Split the item in Plex (three dots, Split Apart), or merge the scenes in Stash.",
    ),
    "picture_unnoticed": (
        "Plex shows another picture since the last sync, and the cover is the same.",
        "Choose the cover among the item's pictures in Plex, or set another cover in Stash.",
    ),
    "picture_may_change": (
        "The scene was edited or never synced. Only the sync itself compares its cover.",
        "Run `plexsync why {scene}` to see what becomes of the picture.",
    ),
    "picture_unchanged": ("The cover has not changed since PlexSync dealt with it.", ""),
    "picture_in_sync": ("Plex shows the cover.", ""),
    "picture_nothing": ("The scene has no cover, and Plex shows no picture.", ""),
    "picture_auto": (
        "Its policy is auto, and this library has an agent, which brings pictures of its own.",
        "Set {setting} to on to have the cover here too.",
    ),
    "picture_off": ("This picture's policy is off, so it is left alone.", "Set {setting} to on to have it synced."),
}
