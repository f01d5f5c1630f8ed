"""Sentences that commands and tasks answer with, beside counts."""

from __future__ import annotations

from collections.abc import Mapping

_NAME_IT = (
    "Name it with --data: the plugin keeps it beside Stash's config.yml. Without the plugin, "
    "begin with `plexsync config set stash_url ADDRESS`."
)

COMMANDS: Mapping[str, tuple[str, str]] = {
    "scene_in_sync": ("In sync: Plex shows what Stash says.", ""),
    "scene_linked": ("It has its place in Plex.", ""),
    "scene_missing": ("Plex does not have its file.", ""),
    "scene_ambiguous": ("Ambiguous: it shares a Plex item with other scenes, so nothing is written.", ""),
    "scene_unmapped": ("Its file lies in no folder of the chosen Plex libraries.", ""),
    "scene_no_file": ("It has no file.", ""),
    "scene_declined": ("Its items in Plex are written for no scene or for another one, as you decided.", ""),
    "scene_ignored": ("You ignore it: nothing is written for it.", ""),
    "scene_queued": ("It is queued and gets looked at next.", ""),
    "scene_again": ("The agent looks at it again in {when} at the latest.", ""),
    "scene_held": ("It waits until dry run is switched off: {fields} would change.", ""),
    "scene_held.pictures_too": (
        "It waits until dry run is switched off: {fields} would change, and so may a picture.",
        "",
    ),
    "scene_held.pictures": (
        "It waits until dry run is switched off: the text is right already, but a picture may change.",
        "",
    ),
    "scene_held.nothing": ("It waits until dry run is switched off, though nothing would change in Plex.", ""),
    "all_wait": ("Everything waits for that.", ""),
    "dry_run_on": (
        "Dry run is on: nothing is written to Plex.",
        "Switch dry_run off to have it written; `plexsync queue list` or `View Queue Status` says what would be.",
    ),
    "nothing_lost": ("Nothing is lost: the next reconcile or full sync finds again what differs.", ""),
    "nothing_lost.planned": ("Nothing is lost: the next reconcile, in {when}, finds again what differs.", ""),
    "no_such_cause": ("No scene needs you because of {detail}.", "Name one of these: {allowed}."),
    "not_its_item": (
        "Item {item} holds no file of scene {scene}, as far as PlexSync knows.",
        "Choose one of its own items; `plexsync why {scene}` names them.",
    ),
    "nothing_decided": ("Nothing was decided about the items of scene {scene}.", ""),
    "overwrite_nothing": (
        "No value of scene {scene} stays in Plex that Stash's may take the place of.",
        "`plexsync why {scene}` says why each field is as it is.",
    ),
    "overwrite_begun": (
        "{items} of scene {scene} on the way to Plex, as run {run}.",
        "`plexsync undo {run}` takes that back.",
    ),
    "overwrite_dry_run": ("Dry run is on, so nothing is written to Plex.", "Switch dry_run off, then ask again."),
    "overwrite_unknown": ("The scene cannot be compared now ({detail}).", "Put that right, then ask again."),
    "not_ignored": ("These scenes were not ignored.", ""),
    "nothing_needs_you": ("Nothing needs you.", ""),
    "nothing_chosen": ("Nothing was chosen or unlinked.", ""),
    "no_item_holds_it": (
        "No item of Plex holds a file of scene {scene}, as far as PlexSync knows.",
        "`plexsync why {scene}` says where its files should be.",
    ),
    "sync_of_ignored": ("You ignore scene {scene}.", "Stop ignoring it first: `plexsync ignore --undo {scene}`."),
    "scenes_or_cause": ("Either scenes or a cause must be named, not both.", "Name one of the two."),
    "some_ignored": ("Ignored, as you asked: {number}.", "`plexsync ignore --list` names them."),
    "none_ignored": ("No scene is ignored.", ""),
    "none_found": ("No scene of the queue has “{detail}” in its id, title, path or cause.", ""),
    "held_in_place": (
        "{held} stay where they are: they wait for your word, or for the end of the dry run.",
        "Let them pass once with `plexsync queue allow`, or switch dry_run off.",
    ),
    "queue_empty": ("The queue is empty.", ""),
    "none_in_state": ("No scene is {status}.", ""),
    "no_change_since": ("No scene was changed in that time.", ""),
    "no_scenes": ("Stash has no scenes.", ""),
    "in_background": (
        "They are worked on in the background.",
        "`Process Queue` waits for them, `View Queue Status` tells more.",
    ),
    "repaired_in_background": (
        "The queue is repaired in the background.",
        "`View Queue Status` tells how far it is.",
    ),
    "unwatched": ("No longer watching; the sync goes on in the background.", "`plexsync status` tells how it stands."),
    "left_undone": (
        "Not all of them are in sync.",
        "`plexsync queue list` says why each of them waits or was given up, `plexsync why ID` says it all.",
    ),
    "reconcile_held": (
        "The last reconcile stopped to be safe.",
        "`plexsync reconcile --allow-mass-change` lets it pass.",
    ),
    "rest_waits": (
        "{scenes} wait in the queue.",
        "`plexsync queue resume` goes on with them, `plexsync queue drop` takes them out.",
    ),
    "no_such_item": ("PlexSync knows no item {item} in Plex.", "Reload the page."),
    "preview_runs": (
        "A preview is being made already.",
        "Wait until it is done, or cancel it: `plexsync preview cancel`.",
    ),
    "preview_cancelled": ("The preview was cancelled.", "Start it again when you like."),
    "preview_ended": ("The preview ended before it was done.", "Start it again."),
    "no_preview": ("There is no preview yet.", "Make one: `plexsync preview start`."),
    "no_preview_row": ("The preview has no such row.", "Leave a filter out to see more."),
    "no_history": ("Nothing was written yet.", "`plexsync sync --all` brings everything to Plex."),
    "more_history": ("There is more.", "Option `--limit` shows more rows; `--search` and `--scene` look for some."),
    "no_reconcile": ("No reconcile has run yet.", ""),
    "report_exists": ("There is a file {path} already.", "Give --output another name, or move that file away."),
    "report_not_saved": (
        "The bug report cannot be written to {path} ({detail}).",
        "Give --output a name in a folder that has room and that you may write to.",
    ),
    "no_gap": ("No gap is known.", "`plexsync reconcile` looks for some."),
    "no_gap_of_scene": ("No reconcile found a gap at scene {scene}.", "`plexsync why {scene}` looks at it now."),
    "check_well": ("All is well.", ""),
    "no_folder": (
        "There is no data folder {path}.",
        _NAME_IT,
    ),
}
