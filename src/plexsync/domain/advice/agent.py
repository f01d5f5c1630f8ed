"""Sentences about the agent, its commands and its data folder."""

from __future__ import annotations

from collections.abc import Mapping

STATES: Mapping[str, tuple[str, str]] = {
    "agent_ended": (
        "PlexSync's background process ended before this was done.",
        "Start the task again: what was queued by then is still queued.",
    ),
    "agent_begins": ("PlexSync is starting.", "Ask again in a few seconds."),
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
    "two_agents": (
        "Two agents work on the data folder: processes {pid} and {other_pid}. Its file system gives the lock to both.",
        "Stop one of them, or move the data folder to a local disk.",
    ),
    "cancelled": ("It was stopped, and what it had queued was taken back.", "Start it again when you like."),
    "stopped": (
        "A person stopped the run before this scene was written.",
        "Go on with it: `plexsync queue resume`. Or take it out of the queue: `plexsync queue drop`.",
    ),
    "no_run_to_stop": ("No reconcile is comparing or writing.", "Start one: `plexsync reconcile`."),
    "cleared": ("A person cleared it from the queue.", "The next full sync looks at it again."),
    "events_deaf": (
        "Plex does not tell of changes: even those that PlexSync makes are not heard.",
        "Nothing must be done: Plex is asked every 15 seconds in place of every minute.",
    ),
    "events_closed": (
        "Plex's notifications are not open, so its changes are seen within a minute.",
        "Nothing must be done; where a proxy stands before Plex, let it pass on /:/eventsource and /:/websockets.",
    ),
    "events_untried": ("Plex's notifications are open; nothing has been told yet.", ""),
    "events_heard": ("Plex tells of changes at once.", ""),
    "plugin_disabled": (
        "PlexSync is disabled in Stash, so it is paused: changes are noted and nothing is written.",
        "Enable it in Stash under Settings, Plugins. It ends when Stash is restarted.",
    ),
    "troubleshooting": (
        "Stash is in troubleshooting mode, so PlexSync is paused: changes are noted and nothing is written.",
        "Leave it with Exit, in the banner on Stash's pages. PlexSync ends when Stash is restarted.",
    ),
    "paused": ("PlexSync is paused: changes are noted and nothing is written.", "Switch paused off to go on."),
    "set_in_environment": (
        "The environment variable {variable} decides about {setting}, so it cannot be changed here.",
        "Change or remove {variable} where the agent is started (Stash, Docker or systemd), then restart it there.",
    ),
    "set_up_unfinished": (
        "The set-up is not finished, so nothing is written to Plex.",
        "Run `plexsync setup`: it goes on where it was.",
    ),
    "bad_command": (
        "PlexSync's background process cannot make sense of what was asked for ({command}: {detail}).",
        "Ask for it by a task or the command line of the same version.",
    ),
    "unknown_command": (
        "PlexSync's background process does not know the command {command}.",
        "Restart it: it may be older than what asked for it.",
    ),
    "retrying": (
        "{scenes} could not be written yet ({ids}): the next try is in {when}.",
        "It goes on by itself; `plexsync queue list --state waiting` says why, scene by scene.",
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
    "field_contested": (
        "Another tool changes {fields} of {items} as often as PlexSync writes it, for example of scene {scene}.",
        "Set `{setting}` to `off`, or make the other tool leave it alone; only a reconcile or an edit writes it now.",
    ),
    "state_rebuilt": (
        "PlexSync's database was damaged ({detail}): it is kept as {path}, a new one is built from Stash and Plex.",
        "Delete that file when nobody wants to look at it any more. If it happens again, have the disk checked.",
    ),
    "plex_restored": (
        "Plex's database is older than before: PlexSync looks at every item and brings back what is newer.",
        "See in Plex whether that restore was meant.",
    ),
    "state_put_back": (
        "Somebody deleted {path} while PlexSync ran: it is back, nothing is lost.",
        "To have PlexSync forget all it knows, stop the agent first. Then nobody can bring the file back.",
    ),
    "state_exchanged": (
        "Somebody put another file in the place of {path} while PlexSync ran: PlexSync goes on with that one.",
        "Run a reconcile. Next time stop the agent before you bring back a backup.",
    ),
    "no_such_scene": ("Stash has no scene {scene}.", "Look up the id in the address of the scene's page in Stash."),
    "unknown": ("PlexSync has no words for {code}.", "Please report it, with plexsync.log."),
}
