"""Sentences about what a Plex server does with edits, and what PlexSync does about it."""

from __future__ import annotations

from collections.abc import Mapping

CAPABILITIES: Mapping[str, tuple[str, str]] = {
    "adding_adds": ("As assumed: new names come to those that are there.", ""),
    "adding_doubles": (
        "Otherwise: a name that is sent again stands there twice. So only new ones are sent, and doubles repaired.",
        "",
    ),
    "adding_replaces": ("Otherwise: names that are sent replace all others. So each list is sent whole.", ""),
    "removal_joined": ("As assumed: several names can go in one request.", ""),
    "removal_single": ("Otherwise: a request takes one name away. So each name goes in a request of its own.", ""),
    "removal_plain": (
        "Otherwise: a name has to be encoded in a simpler way. So it is, and each goes in a request of its own.",
        "",
    ),
    "removal_whole": (
        "Otherwise: no name goes by itself, and a list that is sent takes the place of all. So what stays is sent.",
        "",
    ),
    "rating_edit": ("As assumed: a rating is set like any other field.", ""),
    "rating_rate": ("Otherwise: an edit sets no rating. So each item is rated in a request of its own.", ""),
    "stamp_moves": ("As assumed: a change of {fields} moves the item's time of change.", ""),
    "stamp_stays": (
        "Otherwise: a change of {fields} leaves the item's time of change as it was. So each reconcile reads it.",
        "",
    ),
    "photos_kept": ("As assumed: actors keep the photos that are sent.", ""),
    "not_seen": ("Not seen yet: the next edit of that kind shows it.", ""),
    "switched_off": (
        "This version of Plex does not take {fields} in any form. PlexSync leaves it alone and goes on with all else.",
        "It is tried again with another version of Plex, once a week, or when you set `{setting}` to off and back.",
    ),
    "switched_off.labels": (
        "This version of Plex does not take labels in any form. PlexSync leaves them alone and goes on with all else.",
        "Labels need Plex Pass. They are tried again once a week. To try at once, set `{setting}` to off and back.",
    ),
}
