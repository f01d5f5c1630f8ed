"""PlexSync as Stash's plugin: the settings on its page, and whether it is switched on there."""

from __future__ import annotations

from dataclasses import dataclass

from plexsync import PLUGIN_ID
from plexsync.stash import queries
from plexsync.stash.client import StashClient, understood


@dataclass(frozen=True, slots=True)
class PluginPage:
    """The values ever saved on Stash's settings page, {} for an untouched one, and whether the plugin is switched off.

    A Stash that does not know the plugin has not switched it off: PlexSync may run as a service of its own.
    """

    settings: dict[str, object]
    is_disabled: bool


def plugin_page(client: StashClient) -> PluginPage:
    """Ask Stash for both; raises as :meth:`StashClient.query`."""
    data = client.query(queries.PLUGIN_SETTINGS, {"ids": [PLUGIN_ID]})
    with understood(client):
        settings = dict((data["configuration"]["plugins"] or {}).get(PLUGIN_ID) or {})
        is_disabled = any(row["id"] == PLUGIN_ID and row["enabled"] is False for row in data.get("plugins") or ())
    return PluginPage(settings, is_disabled)
