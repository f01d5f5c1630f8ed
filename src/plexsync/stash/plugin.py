"""PlexSync as Stash's plugin: the settings on its page, and whether it is switched on there."""

from __future__ import annotations

from dataclasses import dataclass

from plexsync import PLUGIN_ID
from plexsync.stash import queries
from plexsync.stash.client import Json, StashClient, understood

DISABLED = "plugin_disabled"
TROUBLESHOOTING = "troubleshooting"


@dataclass(frozen=True, slots=True)
class PluginPage:
    """The values ever saved on Stash's settings page, {} for an untouched one, and by what the plugin is switched off.

    ``plugin_off`` is "" for a plugin that is on, else :data:`DISABLED` or :data:`TROUBLESHOOTING`, each an advice's
    code. A Stash that does not know the plugin has not switched it off: PlexSync may run as a service of its own.
    """

    settings: dict[str, object]
    plugin_off: str


def plugin_page(client: StashClient) -> PluginPage:
    """Ask Stash for both; raises as :meth:`StashClient.query`."""
    data = client.query(queries.PLUGIN_SETTINGS, {"ids": [PLUGIN_ID]})
    with understood(client):
        settings = dict((data["configuration"]["plugins"] or {}).get(PLUGIN_ID) or {})
        own = [row for row in data.get("plugins") or () if row["id"] == PLUGIN_ID]
        if any(row["enabled"] is False for row in own):
            return PluginPage(settings, DISABLED)
        is_off = bool(own) and _has_troubleshooting(data) and _is_troubleshooting(client)
    return PluginPage(settings, TROUBLESHOOTING if is_off else "")


def _has_troubleshooting(data: Json) -> bool:
    """Tell whether this Stash knows troubleshooting mode, which came with v0.31 (docs/engineering/stash.md §2.7)."""
    fields = (data.get("interface") or {}).get("fields") or ()
    return any(field["name"] == "disableCustomizations" for field in fields)


def _is_troubleshooting(client: StashClient) -> bool:
    return client.query(queries.TROUBLESHOOTING)["configuration"]["interface"]["disableCustomizations"] is True
