"""The causes for which scenes need a person: what each is called, what it means, and what to do."""

from __future__ import annotations

from collections.abc import Mapping

TITLES: Mapping[str, str] = {
    "ambiguous": "Ambiguous: scenes share one Plex item",
    "unmapped": "In no folder that Plex knows",
    "missing": "Plex has not found these files",
    "item_rejected": "Plex refused the edit",
    "not_applied": "Plex shows something else",
    "image_rejected": "The cover did not reach Plex",
    "item_gone": "The item is gone from Plex",
    "item_unreadable": "Plex cannot read these items",
    "scene_unreadable": "Stash cannot read these scenes",
    "scene_fails": "A server fails at these scenes",
    "bug": "PlexSync made a mistake here",
}
"""By cause of a job: the title of its group."""

NEEDS: Mapping[str, tuple[str, str]] = {
    "needs_ambiguous": (
        "Plex joined the files of several scenes into one item. PlexSync cannot know whose title it is to carry.",
        "Choose the scene, or split the item in Plex (three dots, Split Apart). Merging the scenes in Stash helps too.",
    ),
    "needs_unmapped": (
        "These files lie in folders that no chosen Plex library has.",
        "Add the folders to a Plex library, or say in the path map where Plex sees them.",
    ),
    "needs_unmapped.one_folder": (
        "These files lie in {path}. No chosen Plex library has that folder.",
        "Add the folder to a Plex library, or say in the path map where Plex sees it.",
    ),
    "needs_missing": (
        "These files lie in folders of Plex, and for over a day Plex has listed none of them.",
        "Ask Plex to scan. If a file still does not show up, see that Plex may read it.",
    ),
    "needs_item_rejected": (
        "Plex refused these edits, and did well with others.",
        "Look at the item in Plex, correct in Stash what Plex does not take, then retry.",
    ),
    "needs_not_applied": (
        "Plex took these edits, and then showed other values.",
        "Look at the fields in Plex. If something else keeps changing them, leave them alone in the settings.",
    ),
    "needs_image_rejected": (
        "Their texts are in Plex. The pictures could not be read in Stash, or Plex took none of them.",
        "Set another cover in Stash, or retry.",
    ),
    "needs_item_gone": (
        "The items were in Plex when PlexSync planned to write, and then they were not.",
        "Retry: PlexSync looks again where the files are.",
    ),
    "needs_item_unreadable": (
        "Plex answers for other items, and fails at these.",
        "Open the item in Plex and let it refresh or analyse it, then retry.",
    ),
    "needs_scene_unreadable": (
        "Stash answers for other scenes, and fails at these.",
        "Open the scene in Stash and correct what it shows wrong, then retry.",
    ),
    "needs_scene_fails": (
        "A server fails whenever these scenes are dealt with, and does well with others.",
        "See what the server's own log says of it, then retry.",
    ),
    "needs_bug": (
        "PlexSync failed at these scenes. All others go on.",
        "Send the bug report, so that it can be mended. A retry may help after an update.",
    ),
}
"""By cause, with "needs_" before it."""
