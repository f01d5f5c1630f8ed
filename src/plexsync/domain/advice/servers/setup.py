"""Sentences of the sign-in and the set-up that are no trouble by themselves."""

from __future__ import annotations

from collections.abc import Mapping

SETUP: Mapping[str, tuple[str, str]] = {
    "by_relay": (
        "The server is only reachable through Plex's relay: about 5 scenes a second.",
        "Switch remote access on in Plex, or run PlexSync in the server's own network, then choose the server anew.",
    ),
    "not_encrypted": (
        "The way to {url} is not encrypted, and it leads out of your network.",
        "Choose Secure connections: Required in Plex under Settings, Network, then choose the server anew.",
    ),
    "plain_left_out": (
        "PlexSync never switches to an unencrypted address by itself.",
        "To use that address all the same, choose the server anew: `plexsync setup --step server`.",
    ),
    "signed_out_elsewhere": (
        "The setting {setting} is still set ({origin}).",
        "Take it away there too.",
    ),
    "signed_out_untold": (
        "PlexSync has forgotten the key, but plex.tv could not be told.",
        "Remove PlexSync under Authorized Devices at app.plex.tv.",
    ),
    "locked_values": (
        "{items} differ and stay, because they are locked in Plex and may be a person's.",
        "If another tool left them: `plexsync adopt` shows them, and takes them over if you say so.",
    ),
    "other_tool": (
        "{name} is set up in Stash too, and may write to the same items.",
        "Switch it off in Stash under Settings, Plugins: two tools would overwrite each other.",
    ),
    "other_tool_unread": (
        "{name} is set up in Stash too, but PlexSync cannot read its settings: {setting}.",
        "Sign in, or give an address and a token.",
    ),
    "no_such_tool": (
        "Stash no longer has settings of {name} that PlexSync can use.",
        "Sign in, or give an address and a token.",
    ),
    "nothing_foreign": ("Every locked value is PlexSync's own.", ""),
    "foreign_found": (
        "These values are locked and not PlexSync's, so they stay.",
        "If another tool left them: `plexsync adopt --field NAME` makes them follow Stash.",
    ),
    "adopted": (
        "{items} of {scenes} are PlexSync's now, and follow Stash.",
        "`plexsync adopt --undo {run}` takes that back.",
    ),
    "adopt_left_out": (
        "Left out: {scenes}. Their next sync would take something else away too.",
        "Sync these first, then take over again.",
    ),
    "adopt_left_out.brake": (
        "Left out: {scenes}. They are held back for safety: something else would be taken away.",
        "Allow it once, or sync them, then take over again.",
    ),
    "adoption_undone": (
        "{items} are a person's again, and {number} have been written since.",
        "`plexsync undo {run}` brings those back, too.",
    ),
    "adoption_undone.all": ("{items} are a person's again.", ""),
    "adopt_no_such_run": (
        "Run {run} has adopted nothing.",
        "Look up the run that `plexsync adopt` named.",
    ),
    "setup_has_ended": (
        "The set-up has ended already, and PlexSync writes to Plex.",
        "`plexsync sync --all` brings all scenes over.",
    ),
    "nothing_matches": (
        "No file of Stash was found in the chosen libraries.",
        "Say which folder of Stash is which folder of Plex: --folder '/stash/folder => /plex/folder'.",
    ),
}
