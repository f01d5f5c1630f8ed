"""Sentences about an undo: why a value goes back or stays, and what an undo cannot do."""

from __future__ import annotations

from collections.abc import Mapping

_OTHER_SERVER = "It was written to another Plex server than the one that answers now."

UNDO: Mapping[str, tuple[str, str]] = {
    "undo_goes": ("It goes back to what Plex had before.", ""),
    "undo_already": ("Plex already shows what it had before.", ""),
    "undo_changed": ("It was changed in Plex since, so it stays.", "Set it in Plex by hand if you want another value."),
    "undo_edited": (
        "Its value in Stash was changed since, and that goes to Plex.",
        "Sync the scene first; then undo that write.",
    ),
    "undo_written_again": (
        "PlexSync wrote it again since, for a later change in Stash, so it stays.",
        "Undo run {run} first.",
    ),
    "undo_not_written": ("The history no longer has what was there before.", ""),
    "undo_moved": ("The item belongs to scene {scene} now, so it stays.", "Undo what was written for that scene."),
    "undo_item_gone": ("The item is no longer in Plex, or in no chosen library.", ""),
    "undo_scene_gone": ("The scene is no longer in Stash.", "`plexsync gaps list --kind orphan` names what it left."),
    "undo_missing": ("Plex does not have the scene's file at present.", "Undo it again when Plex has found the file."),
    "undo_ambiguous": (
        "Ambiguous: it shares a Plex item with other scenes.",
        "`plexsync why {scene}` tells what to do.",
    ),
    "undo_unmapped": ("The scene's file lies in no chosen Plex library now.", "`plexsync why {scene}` tells more."),
    "undo_ignored": (
        "You ignore this scene.",
        "`plexsync ignore --undo {scene}` ends that; then undo it.",
    ),
    "undo_declined": (
        "You decided that nothing is written to this item for the scene, so it stays.",
        "`plexsync choose --undo {scene}` ends that; then undo it.",
    ),
    "undo_no_file": ("The scene has no file any more.", ""),
    "undo_other_server": (_OTHER_SERVER, "Connect PlexSync to that server again, then ask for it again."),
    "undo_picture_gone": ("Plex no longer has the picture that it showed before.", "Choose another one in Plex."),
    "undo_no_picture": ("Plex showed no picture before, and cannot go back to none.", "Choose another one in Plex."),
    "undo_picture_unknown": (
        "Plex has several other pictures, and the history does not say which one it showed before.",
        "Choose one in Plex: PlexSync leaves it there.",
    ),
    "taken_back": (
        "You took back values of {scenes}: they stay until they change in Stash.",
        "`plexsync undo --lift` lets PlexSync write them again.",
    ),
    "undo_lifted": ("You lifted the undo, so PlexSync writes it again.", ""),
    "undo_picture_unseen": ("Only the undo itself can tell whether Plex still has the earlier picture.", ""),
    "undo_unwatched": (
        "No longer watching; the undo goes on in the background.",
        "`plexsync undo --stop {run}` stops it.",
    ),
    "undo_locked_again": ("It was locked before, so it gets locked again.", ""),
    "undo_off": ("The field's policy is off by now; the value goes back all the same.", ""),
    "undo_photo_stays": ("An actor who had no photo before keeps the present one: Plex cannot remove it.", ""),
    "undo_no_such_run": ("There is no run {run} in the history.", "`plexsync history` lists the runs."),
    "undo_nothing_written": ("Nothing was written, so there is nothing to undo.", ""),
    "undo_dry_run": ("Dry run is on, so nothing is written to Plex.", "Switch dry_run off, then undo it."),
    "undo_needs_yes": (
        "An undo writes to Plex, and nobody is there to be asked.",
        "Look at it with --dry-run, then say --yes.",
    ),
    "undo_nothing_to_lift": ("No value was taken back there.", "`plexsync status` counts what was taken back."),
    "undo_not_running": ("Undo {run} is not under way.", "`plexsync history` shows what has become of it."),
    "undo_runs_already": ("Run {run} is being undone already.", "`plexsync undo --stop {undo}` stops that."),
}
