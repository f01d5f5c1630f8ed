"""Every code in words: what it means, and what to do next.

The one place where the codes of errors, links, field decisions, jobs and runs become sentences for people. Texts name
their data in braces; what an explanation lacks is replaced by general words, never by a blank.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from plexsync.domain.errors import PlexSyncError

PATH_MAP_HINT = "Set the path map to Stash's folder => Plex's folder, for example /data => /media."
NOTHING = "Nothing needs to be done."


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


@dataclass(frozen=True, slots=True)
class Advice:
    """What is the matter, in one sentence, and the next step, in another."""

    text: str
    next_step: str

    def __str__(self) -> str:
        """Put both into one line."""
        return f"{self.text} {self.next_step}".strip()


class _Data(dict[str, str]):
    """Data of an explanation; what is missing becomes general words."""

    def __missing__(self, name: str) -> str:
        return _GENERAL.get(name, "?")


_GENERAL: Mapping[str, str] = {
    "again": "tries again",
    "part": "a part of its work",
    "times": "once",
    "action": "what was asked for",
    "allowed": "another value",
    "available": "none",
    "https_url": "an https:// address",
    "location": "another address",
    "owner": "its owner",
    "user": "another user",
    "rules": "several rules",
    "before": "another one",
    "folders": "it had",
    "gone": "Most",
    "held": "some",
    "takes": "something would be lost",
    "linked": "all",
    "listed": "a part",
    "log": "plexsync.log",
    "now": "this one",
    "percent": "a share",
    "taking": "many",
    "command": "that was asked for",
    "detail": "no details given",
    "field": "a field",
    "fields": "some",
    "instead": "another folder",
    "item": "an item",
    "items": "some items",
    "library": "a library",
    "mapped": "its place in Plex",
    "missing": "something needed",
    "nearest": "none that is similar",
    "known": "older ones",
    "origin": "the settings",
    "path": "its file",
    "pid": "itself",
    "plex": "a file in Plex",
    "plex_sizes": "other",
    "rating_key": "of this scene",
    "scene": "of that id",
    "scenes": "others",
    "server": "the server",
    "setting": "a setting",
    "size": "so many",
    "stash": "a file in Stash",
    "stash_size": "another",
    "status": "an error",
    "url": "its address",
    "value": "it",
    "version": "unknown",
    "what": "Something",
    "where": "a server",
}

_SERVERS = {"plex": "Plex", "stash": "Stash"}

_TOO_LONG = (
    "{size} bytes for {field} of item {rating_key} are too long a request for Plex or its proxy ({status}).",
    "Shorten it in Stash, or give PlexSync Plex's own address in place of the proxy's: nginx takes 8192 bytes.",
)

_ERRORS: Mapping[str, tuple[str, str]] = {
    "item_rejected": (
        "Plex does not take {field} of item {rating_key}: {value} (answer {status}: {detail}).",
        "Correct it in Stash, or set the field's policy to off; then retry the dead letters.",
    ),
    **dict.fromkeys(("item_rejected.413", "item_rejected.414", "item_rejected.431"), _TOO_LONG),
    "item_gone": (
        "Item {rating_key} is no longer in Plex.",
        "Nothing if you deleted it; else let Plex scan the library, and the scene is linked again.",
    ),
    "item_unreadable": (
        "Plex answers for other items but not for item {rating_key} ({detail}).",
        "Open the item in Plex and look into Plex's log; refresh its metadata there, then retry the dead letters.",
    ),
    "scene_unreadable": (
        "Stash answers for other scenes but not for this one ({detail}).",
        "Open the scene in Stash and save it once; if it does not open, look into Stash's log, then retry.",
    ),
    "not_applied": (
        "Plex took the edit of item {rating_key} but shows something else in: {fields}.",
        "Look at these fields of the item in Plex; switch a field's policy off if Plex keeps changing it.",
    ),
    "image_rejected": (
        "The scene's cover could not be brought to Plex ({status} {detail}).",
        "Open the cover in Stash: it must be a picture of at most 10 MB; set another one, then retry.",
    ),
    "scene_fails": (
        "{server} fails at this scene while it does well with others (answer {status}: {detail}).",
        "Look at the scene in Stash and at its item in Plex, and into {server}'s log; then retry the dead letters.",
    ),
    "bug": (
        "PlexSync stumbled over this scene itself ({detail}).",
        "Please report it with the lines about it in plexsync.log, then retry the dead letters.",
    ),
    "unreachable": (
        "{server} does not answer at {url} ({detail}).",
        "Start it, or correct its address in the settings; work goes on by itself once it answers.",
    ),
    "no_such_host": (
        "There is no machine of the name in {server}'s address {url} ({detail}).",
        "Correct the address in the settings, or use the machine's number in place of its name.",
    ),
    "no_reply": (
        "{server} at {url} gives no answer in time ({detail}).",
        "See whether it is very busy, hangs, or a firewall keeps its answers back; work goes on by itself.",
    ),
    "dropped": (
        "{server} at {url} hangs up before it has answered ({detail}).",
        "If it is being restarted, wait: work goes on by itself; else look into its log.",
    ),
    "https_only": (
        "{server} at {url} hangs up on http and takes https (in Plex: Secure connections, Required).",
        "Set the address to {https_url}, or choose Secure connections: Preferred in Plex under Settings, Network.",
    ),
    "moved": (
        "{server} at {url} sends to another address: {location}.",
        "Set the address to that one if it is yours. PlexSync does not follow by itself: the token would go along.",
    ),
    "tls_failed": (
        "The connection to {server} at {url} is not secure: {detail}.",
        "Use the address the certificate is for, or trust this one certificate: `plexsync check` shows how.",
    ),
    "starting": (
        "{server} at {url} is starting or busy with its own maintenance.",
        "Wait: work goes on by itself once it is ready.",
    ),
    "token_refused": (
        "Plex at {url} does not accept the token.",
        "Sign in to Plex anew and set plex_token to your account's token.",
    ),
    "token_refused.stash": (
        "Stash at {url} does not accept the API key.",
        "Copy the key from Stash's security settings and set stash_api_key to it.",
    ),
    "session_refused": (
        "PlexSync's session at {server} ({url}) has expired.",
        "Open Stash's page once so that PlexSync gets a fresh session, or set stash_api_key.",
    ),
    "password_set": (
        "{server} at {url} asks for a password now.",
        "Sign in to Stash and open its page once so that PlexSync gets a session, or set stash_api_key.",
    ),
    "not_allowed": (
        "The Plex token is valid but may not do this ({action}).",
        "Use the token of the account that owns the server: others may look but not edit.",
    ),
    "not_allowed.stash": (
        "Stash at {url} forbids it ({action}).",
        "Check Stash's security settings: it may have shut itself off after a request from a public address.",
    ),
    "bad_answer": (
        "{server} at {url} gave an answer that makes no sense (status {status}: {detail}).",
        "Check that the address is {server}'s own and look into its log; PlexSync tries again by itself.",
    ),
    "other_server": (
        "Something else than {server} answers at {url} ({detail}).",
        "Correct {server}'s address in the settings: its host and its port (Plex 32400, Stash 9999 unless changed).",
    ),
    "web_page": (
        "A web page comes in place of {server}'s answer at {url} ({detail}).",
        "A proxy or its login stands before {server}: give {server}'s own address in the settings.",
    ),
    "not_configured": (
        "The setting {setting} has no value.",
        "Set it on the settings page in Stash or by `plexsync config set {setting} VALUE`.",
    ),
    "bad_setting": (
        "The setting {setting} (from {origin}) is not understood: {value}.",
        "Give it {allowed}.",
    ),
    "settings_unreadable": (
        "PlexSync cannot read its settings in {path} ({detail}).",
        "Make it a file that the user who runs PlexSync may read, or move it away.",
    ),
    "would_lock_out": (
        "{path} belongs to the user {owner}; written by {user}, the agent could no longer read it.",
        "Run the command as {owner}: `sudo -u {owner} plexsync ...`, or `docker exec -u {owner} ...`.",
    ),
    "no_locks": (
        "The file system of {path} cannot lock files ({detail}), so no agent can tell whether it is the only one.",
        "Put PlexSync's data folder on a local disk: set PLEXSYNC_DATA_DIR where Stash is started.",
    ),
    "no_such_library": (
        "Plex has no movie library named {library}.",
        "Correct plex_libraries; there are: {available}.",
    ),
    "no_such_setting": (
        "There is no setting named {setting}.",
        "Did you mean: {nearest}? `plexsync config show` lists them all.",
    ),
    "unsupported": (
        "This {server} {version} lacks what PlexSync needs: {missing}.",
        "Update it (Stash: v0.27 or newer).",
    ),
    "state_too_new": (
        "The state in {path} was written by a newer PlexSync (version {version} of its tables, known are {known}).",
        "Install the newer PlexSync again, or move the file away to begin anew.",
    ),
    "state_damaged": (
        "PlexSync's database {path} is damaged ({detail}).",
        "Start the agent, as any task in Stash does: it puts the file aside and builds a new one from Stash and Plex.",
    ),
}

_PARKED: Mapping[str, tuple[str, str]] = {
    "missing": (
        "Plex does not have {path} yet.",
        "Let Plex scan the library; the scene goes on by itself as soon as the file shows up.",
    ),
    "ambiguous": (
        "It is not certain which Plex item belongs to the scene: item {item} also holds a file of scene {scenes}.",
        "Split the item in Plex (three dots, Split Apart), or merge the scenes in Stash.",
    ),
    "unmapped": (
        "No folder of the chosen Plex libraries corresponds to {path}.",
        PATH_MAP_HINT + " Or choose the library that holds the file.",
    ),
    "no_file": (
        "The scene has no video file in Stash.",
        "Nothing, unless it should have one: then scan its folder in Stash.",
    ),
    "dry_run": (
        "Dry run is on: {fields} fields would change.",
        "Switch dry_run off to have them written.",
    ),
}

_GAPS: Mapping[str, tuple[str, str]] = {
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

_BRAKES: Mapping[str, tuple[str, str]] = {
    "brake": (
        "A brake holds it: together with others it would take away too much that nobody edited.",
        _RELEASE,
    ),
    "brake.earlier": (
        "A brake holds it: Stash says something older than when it was synced, as after a backup was restored.",
        "Put the newer database back, or edit the scene. " + _RELEASE,
    ),
    "brake.new_scene": (
        "A brake holds it: the scene took the place of another one and says other things.",
        _RELEASE,
    ),
    "brake.vanished": (
        "A brake holds it: most scenes are gone from Stash, so nothing of theirs is taken away.",
        "See that Stash's disks are mounted, and scan. " + _RELEASE,
    ),
    "brake_holds": (
        "A brake holds {held} scenes that nobody edited ({linked} items are synced): something would be lost in Plex.",
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

_REASONS: Mapping[str, tuple[str, str]] = {
    "file_found": ("{path} is item {items} in Plex.", NOTHING),
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

_PATH_MAP: Mapping[str, tuple[str, str]] = {
    "two_roots": (
        "Each of {rules} fits the files that occur twice, so the path map is not certain.",
        "Set the path map to the one whose folder is in use, or remove the leftover folder from Stash or Plex.",
    ),
}

_FIELDS: Mapping[str, tuple[str, str]] = {
    "fill": ("Plex has nothing here yet.", NOTHING),
    "update": ("Plex shows what PlexSync wrote last, and Stash says something new.", NOTHING),
    "overwrite_unlocked": ("Plex's value is unlocked, so it is not a person's and gives way to Stash.", NOTHING),
    "stash_changed": ("A person set it in Plex, but it was changed in Stash since.", NOTHING),
    "clear": ("PlexSync wrote it, and Stash no longer has it.", NOTHING),
    "policy_stash": ("This field's policy is that Stash always wins.", NOTHING),
    "list_merge": ("Stash's entries are added and PlexSync's own old ones removed; others stay.", NOTHING),
    "list_mirror": ("This field's policy is to hold exactly Stash's entries.", NOTHING),
    "photo": ("The pictures of the actors differ.", NOTHING),
    "lock": ("The value is right already and gets locked so that Plex keeps it.", NOTHING),
    "kept_person": (
        "A person set it in Plex, so it stays.",
        "Unlock the field in Plex, change it in Stash, or set the field's policy to stash.",
    ),
    "kept_filled": (
        "Plex has its own value, so it stays.",
        "Set the field's policy to stash if Stash should always win.",
    ),
    "kept_inherited": (
        "A scene that had this file before said it, and the scene in its place says nothing here, so it stays.",
        "Set the field in Stash; if you empty it there afterwards, it goes from Plex too.",
    ),
    "in_sync": ("Plex shows what Stash says.", NOTHING),
    "off": ("This field's policy is off, so it is left alone.", "Set the field's policy to merge to have it synced."),
}

_STATES: Mapping[str, tuple[str, str]] = {
    "agent_ended": (
        "PlexSync's background process ended before this was done.",
        "Start the task again: what was queued by then is still queued.",
    ),
    "no_agent": (
        "PlexSync's background process is not running.",
        "Run the task `Restart Agent`, or `plexsync agent` where PLEXSYNC_NO_AGENT is set.",
    ),
    "agent_silent": (
        "PlexSync's background process {pid} runs but does not react.",
        "End process {pid} by hand, then run the task `Restart Agent`; nothing is lost.",
    ),
    "other_agent": (
        "Another agent works on {path} already.",
        "Leave it at that, or end it first; `plexsync status` names its process.",
    ),
    "cancelled": ("It was stopped, and what it had queued was taken back.", "Start it again when you like."),
    "cleared": ("A person cleared it from the queue.", "The next full sync looks at it again."),
    "events_deaf": (
        "Plex does not tell of changes: even those that PlexSync makes are not heard.",
        "Nothing must be done: Plex is asked every 15 seconds in place of every minute.",
    ),
    "events_closed": (
        "Plex's notifications are not open, so its changes are seen within a minute.",
        "Nothing must be done; where a proxy stands before Plex, let it pass on /:/eventsource and /:/websockets.",
    ),
    "events_untried": ("Plex's notifications are open; nothing has been told yet.", NOTHING),
    "events_heard": ("Plex tells of changes at once.", NOTHING),
    "paused": ("PlexSync is paused: changes are noted and nothing is written.", "Switch paused off to go on."),
    "bad_command": (
        "PlexSync's background process cannot make sense of what was asked for ({command}: {detail}).",
        "Ask for it by a task or the command line of the same version.",
    ),
    "unknown_command": (
        "PlexSync's background process does not know the command {command}.",
        "Restart it: it may be older than what asked for it.",
    ),
    "stuck": (
        "Nothing has moved for a while; what is left is tried again later.",
        "Run the task `View Queue Status` to see why.",
    ),
    "part_failed": (
        "PlexSync failed {times} at {part}: {detail}. It {again}.",
        "Please report this with plexsync.log. The task `Restart Agent` tries again at once.",
    ),
    "folder_unusable": (
        "PlexSync's data folder {path} cannot be used ({detail}).",
        "See that the disk has room and that the user Stash runs as may write there.",
    ),
    "tug_of_war": (
        "Another tool changes {fields} of {items} as often as PlexSync writes it, for example of scene {scene}.",
        "Set `{setting}` to `off`, or make the other tool leave it alone; only a reconcile or an edit writes it now.",
    ),
    "state_rebuilt": (
        "PlexSync's database was damaged ({detail}): it is kept as {path}, a new one is built from Stash and Plex.",
        "Delete that file when nobody wants to look at it any more. If it happens again, have the disk checked.",
    ),
    "no_such_scene": ("Stash has no scene {scene}.", "Look up the id in the address of the scene's page in Stash."),
    "unknown": ("PlexSync has no words for {code}.", "Please report it, with plexsync.log."),
}

WORDS: Mapping[str, tuple[str, str]] = {
    **_ERRORS,
    **_PARKED,
    **_GAPS,
    **_BRAKES,
    **_REASONS,
    **_PATH_MAP,
    **_FIELDS,
    **_STATES,
}


def explain(code: str, data: Mapping[str, str]) -> Advice:
    """Turn a code and its data into words; an unknown code gets words that say so."""
    variants = (f"{code}.{data[fact]}" for fact in ("because", "server", "status") if fact in data)
    text, next_step = next((WORDS[name] for name in (*variants, code) if name in WORDS), WORDS["unknown"])
    facts = _Data({**data, "code": code})
    if "server" in data:
        facts["server"] = _SERVERS.get(data["server"], data["server"])
    return Advice(text.format_map(facts), next_step.format_map(facts))


def explain_error(error: PlexSyncError) -> Advice:
    """Turn an error into words."""
    return explain(error.code, error.data)
