"""PlexSync's own settings as Stash's settings page keeps them."""

from __future__ import annotations

from typing import Any

from plexsync import PLUGIN_ID
from plexsync.stash import queries
from plexsync.stash.client import StashClient, understood


def plugin_settings(client: StashClient) -> dict[str, Any]:
    """Return what was ever saved on Stash's settings page; {} for an untouched page (contracts: plugin_settings_*)."""
    data = client.query(queries.PLUGIN_SETTINGS, {"ids": [PLUGIN_ID]})
    with understood(client):
        return dict((data["configuration"]["plugins"] or {}).get(PLUGIN_ID) or {})
