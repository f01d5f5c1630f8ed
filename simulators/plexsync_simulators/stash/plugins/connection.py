"""A plugin is told this of the server that starts it: address, cookie, folders."""

from __future__ import annotations

from plexsync_simulators.stash.config import Config
from plexsync_simulators.stash.plugins.registry import Plugin
from plexsync_simulators.stash.sessions import COOKIE, Session, Sessions


def server_connection(config: Config, sessions: Sessions, plugin: Plugin, session: Session) -> dict[str, object]:
    """Return the `server_connection` of a plugin's standard input, in the recorded shape.

    A cookie is there in every case, also where the request came with an API key or needed nothing.
    """
    return {
        "Scheme": config.scheme,
        "Host": config.host,
        "Port": config.port,
        "SessionCookie": _cookie(sessions.issue(session)),
        "Dir": str(config.folder),
        "PluginDir": str(plugin.folder),
    }


def _cookie(value: str) -> dict[str, object]:
    return {
        "Name": COOKIE,
        "Value": value,
        "Quoted": False,
        "Path": "",
        "Domain": "",
        "Expires": "0001-01-01T00:00:00Z",
        "RawExpires": "",
        "MaxAge": 0,
        "Secure": False,
        "HttpOnly": False,
        "SameSite": 0,
        "Partitioned": False,
        "Raw": "",
        "Unparsed": None,
    }
