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
    "signed_out_elsewhere": (
        "The setting {setting} is still set ({origin}).",
        "Take it away there too.",
    ),
    "signed_out_untold": (
        "PlexSync has forgotten the key, but plex.tv could not be told.",
        "Remove PlexSync under Authorized Devices at app.plex.tv.",
    ),
    "nothing_matches": (
        "No file of Stash was found in the chosen libraries.",
        "Say which folder of Stash is which folder of Plex: --folder '/stash/folder => /plex/folder'.",
    ),
}
