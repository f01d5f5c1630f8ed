"""Sentences about one scene: why it waits, where its files are, and what becomes of each field."""

from __future__ import annotations

from collections.abc import Mapping

from plexsync.domain.advice.general import PATH_MAP_HINT

PARKED: Mapping[str, tuple[str, str]] = {
    "missing": (
        "Plex does not have {path} yet.",
        "Let Plex scan the library; the scene goes on by itself as soon as the file shows up.",
    ),
    "ambiguous": (
        "Ambiguous: item {item} in Plex also holds a file of scene {scenes}, so nothing is written.",
        "Choose the scene it is for, split it in Plex (three dots, Split Apart), or merge the scenes in Stash.",
    ),
    "unmapped": (
        "No folder of the chosen Plex libraries corresponds to {path}.",
        PATH_MAP_HINT + " Or choose the library that holds the file.",
    ),
    "declined": (
        "You decided that nothing is written to its items in Plex for this scene.",
        "Nothing, unless you change your mind: then `plexsync choose --undo SCENE`, or its tab in Stash.",
    ),
    "ignored": (
        "You ignore this scene: nothing is written for it, and what is in Plex stays.",
        "To stop ignoring it: `plexsync ignore --undo SCENE`.",
    ),
    "no_file": (
        "The scene has no video file in Stash.",
        "Nothing, unless it should have one: then scan its folder in Stash.",
    ),
    "dry_run": (
        "Dry run is on: {fields} would change.",
        "Switch dry_run off to have it written.",
    ),
    "dry_run.pictures_too": (
        "Dry run is on: {fields} would change, and so may a picture.",
        "Switch dry_run off to have it written.",
    ),
    "dry_run.pictures": (
        "Dry run is on: the text is right already, but a picture may change.",
        "Switch dry_run off to have the cover brought.",
    ),
    "dry_run.nothing": (
        "Dry run is on: nothing would change in Plex, but the scene does not count as synced yet.",
        "Switch dry_run off to have PlexSync remember it.",
    ),
}

REASONS: Mapping[str, tuple[str, str]] = {
    "file_found": ("{path} is item {items} in Plex.", ""),
    "size_differs": (
        "Plex gives another size for {path}: {plex_sizes} bytes, Stash {stash_size}.",
        "Let Plex analyse the file or Stash scan it again if it was replaced.",
    ),
    "file_unmapped": ("No rule of the path map covers {path}.", PATH_MAP_HINT),
    "file_outside": (
        "{path} would be {mapped} in Plex, which is in no folder of the chosen libraries.",
        "Correct the path map, add the folder to a library in Plex, or choose the library in plex_libraries.",
    ),
    "file_missing": (
        "{path} should be {mapped} in Plex, but Plex does not list it.",
        "Let Plex scan the library and see that the file is readable for Plex.",
    ),
    "file_extra": (
        "Plex takes {path} for an extra of another film, because of its name or folder, and lists no item for it.",
        "Give the file or its folder another name, or keep it out of Plex's library and exclude it here.",
    ),
    "file_optimised": (
        "{path} is an optimised version that Plex made itself; it belongs to the item it was made from.",
        "Exclude the folder `Plex Versions` in Stash's library settings.",
    ),
    "item_stacked": (
        "Plex joins files named as parts (cd1, part1, pt1) into one film: item {item} also holds scene {scenes}.",
        "Merge the scenes in Stash, or name the files so that none ends in a part's number.",
    ),
    "item_chosen": ("You chose item {item} for this scene.", ""),
    "item_given": (
        "You chose item {item} for scene {scenes}, so nothing is written to it for this one.",
        "Choose it for this scene if it is the right one: `plexsync choose SCENE {item}`.",
    ),
    "item_unlinked": (
        "You unlinked item {item}, so nothing is written to it for this scene.",
        "Link it again with `plexsync unlink --undo SCENE {item}` if it is the right one.",
    ),
    "item_same": ("Item {item} also holds scene {scenes}, which says the very same, so it is written.", ""),
    "item_won": (
        "Item {item} also holds scene {scenes}. By the rule shared_items = {rule} it is written for this one.",
        "",
    ),
    "item_of_another": (
        "Item {item} is written for scene {scenes}, by the rule shared_items = {rule}.",
        "Split the item in Plex (three dots, Split Apart) if each scene is to have its own.",
    ),
    "item_shared": (
        "Item {item} also holds a file of scene {scenes}, so nothing is written to it.",
        "Split the item in Plex (three dots, Split Apart), or merge the scenes in Stash.",
    ),
    "two_folders": (
        "The path map cannot be found out: {stash} equals {plex}, but other files of its folder lie in {instead}.",
        "Set the path map yourself.",
    ),
    "name_only": (
        "The path map is not certain: only the name speaks for {stash} being {plex}, and {instead} says otherwise.",
        "Set the path map yourself.",
    ),
    "contradicted": (
        "The path map cannot be found out: {stash} equals {plex}, but the rules of other files lead to {instead}.",
        "Set the path map yourself.",
    ),
}

PATH_MAP: Mapping[str, tuple[str, str]] = {
    "two_roots": (
        "Each of {rules} fits the files that occur twice, so the path map is not certain.",
        "Set the path map to the one whose folder is in use, or remove the leftover folder from Stash or Plex.",
    ),
}

FIELDS: Mapping[str, tuple[str, str]] = {
    "fill": ("Plex has nothing here yet.", ""),
    "update": ("Plex shows what PlexSync wrote last, and Stash says something new.", ""),
    "overwrite_unlocked": ("Plex's value is unlocked, so it is not a person's and gives way to Stash.", ""),
    "stash_changed": ("A person set it in Plex, but it was changed in Stash since.", ""),
    "clear": ("PlexSync wrote it, and Stash no longer has it.", ""),
    "policy_stash": ("This field's policy is that Stash always wins.", ""),
    "list_merge": ("Stash's entries are added and PlexSync's own old ones removed; others stay.", ""),
    "list_mirror": ("This field's policy is to hold exactly Stash's entries.", ""),
    "photo": ("The pictures of the actors differ.", ""),
    "lock": ("The value is right already and gets locked so that Plex keeps it.", ""),
    "kept_person": (
        "A person set it in Plex, so it stays.",
        "`plexsync overwrite` takes Stash's value once, and the field's policy stash does so always.",
    ),
    "kept_filled": (
        "Plex has its own value, so it stays.",
        "Set the field's policy to stash if Stash should always win.",
    ),
    "kept_inherited": (
        "A scene that had this file before said it, and the scene in its place says nothing here, so it stays.",
        "Set the field in Stash; if you empty it there afterwards, it goes from Plex too.",
    ),
    "undo": ("A person asked to take back what PlexSync wrote.", ""),
    "undone": (
        "You took it back, so it stays until its value in Stash changes.",
        "Change it in Stash, or let PlexSync write it again: `plexsync undo --lift`.",
    ),
    "in_sync": ("Plex shows what Stash says.", ""),
    "off": ("This field's policy is off, so it is left alone.", "Set the field's policy to merge to have it synced."),
}
