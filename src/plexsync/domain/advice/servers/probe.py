"""Sentences about the probe: why it does not begin, and how it ended."""

from __future__ import annotations

from collections.abc import Mapping

_RESTORE = "Run `plexsync probe --restore` once Plex answers; until then leave the item alone."

PROBE: Mapping[str, tuple[str, str]] = {
    "probe_agent": (
        "PlexSync's background process writes to Plex as well, so the probe cannot tell its writes apart.",
        "Run `plexsync config set paused true`, then the probe, and set paused to false afterwards.",
    ),
    "probe_twice": ("Another probe is at work on this data folder.", "Wait until it has ended: five minutes at most."),
    "probe_unfinished": ("An earlier probe was cut off, and has not put its item back.", _RESTORE),
    "probe_nothing": ("No probe has left something to put back.", "Go on as you like: all is as it was."),
    "probe_damaged": (
        "The journal of the probe cannot be read ({path}: {detail}).",
        "Look at the item that you picked in Plex, take away values named PlexSync probe, then delete the file.",
    ),
    "probe_other_server": (
        "Another Plex answers than the one on which the probe was cut off.",
        "Set plex_url to that one, then run `plexsync probe --restore`.",
    ),
    "probe_not_movie": ("Item {rating_key} is no film but a {value}.", "Pick an item of a movie library."),
    "probe_odd_item": (
        "Item {rating_key} has text that came broken, so it could not be put back as it was.",
        "Pick another item.",
    ),
    "probe_marked": (
        "Item {rating_key} bears texts or names of a probe already.",
        "Wait until the other probe has ended, or take away in Plex what is named PlexSync probe.",
    ),
    "probe_other_item": (
        "Item {rating_key} is another one now than the one to which the probe wrote, so nothing is put back.",
        "Look at that item in Plex; {path} has it as it was. Delete that file once all is well.",
    ),
    "probe_items": (
        "Scene {scene} has {items} in Plex, and the probe writes to exactly one.",
        "Pick a scene with one item, or name the item by its rating key: `--item plex:4711`.",
    ),
    "probe_item_name": (
        "The probe cannot tell which item {value} is.",
        "Give a scene's number, like `--item 17`, or Plex's rating key, like `--item plex:4711`.",
    ),
    "probe_watched": (
        "Somebody watches the item now, or Plex does not tell whether.",
        "Pick another item, or wait until nobody watches it.",
    ),
    "probe_busy": (
        "Plex is busy with its own work ({detail}), so the probe writes nothing.",
        "Wait until Plex shows no activity, and run the probe again.",
    ),
    "probe_begun": (
        "Plex has begun work of its own ({detail}), so the probe stops here.",
        "Wait until Plex shows no activity, and run the probe again.",
    ),
    "probe_file_exists": ("There is a file {path} already.", "Give --save another name, or move that file away."),
    "probe_not_saved": (
        "The recording cannot be written to {path} ({detail}).",
        "Give --save a name in a folder that you may write to.",
    ),
    "probe_left": ("The probe ended early, and its item is not put back yet ({detail}).", _RESTORE),
    "probe_not_restored": (
        "The item is not as it was before the probe, in: {fields}.",
        "Run `plexsync probe --restore`; if that fails too, set these in Plex by hand, as {path} has them.",
    ),
    "probe_unseen": ("Plex takes edits of the item and shows none of them.", _RESTORE),
    "probe_vanished": ("Plex says that the item is not there any more.", _RESTORE),
    "probe_item_gone": (
        "The item of the probe is not in Plex any more, so nothing is left to put back.",
        "If you did not delete it, let Plex scan its library. The file {path} has the item as it was.",
    ),
    "probe_interrupted": ("The probe was interrupted. The item is as it was.", "Start it again when you like."),
}
