"""Other tools that bring Stash's values to Plex: their settings in Stash, as far as they can be read.

The settings are those of the tools' public manifests (docs/taking-over.md). An id is shared by two of them, which are
told apart by the names of their settings.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from plexsync.domain.address import is_address, read_address
from plexsync.domain.advice import Advice, explain
from plexsync.stash import queries
from plexsync.stash.client import understood
from plexsync.usecases.opening import Opened
from plexsync.usecases.refusal import Refused

STASH2PLEX, PLEX_SYNC = "Stash2Plex", "PlexSync"
COMMUNITY = "PlexSync (CommunityScripts)"


@dataclass(frozen=True, slots=True)
class OtherTool:
    """A tool whose settings are in Stash: its Plex address and token, and libraries, "" and () where it names none.

    ``unread`` names settings that make no sense.
    """

    name: str
    url: str = ""
    token: str = field(default="", repr=False)
    libraries: tuple[str, ...] = ()
    unread: tuple[str, ...] = ()

    @property
    def is_usable(self) -> bool:
        """Tell whether a set-up can go on with its address and token."""
        return bool(self.url and self.token)


@dataclass(frozen=True, slots=True)
class NamedTool:
    """A tool whose settings are in Stash, with a sentence about it; no address or key of its own.

    ``is_usable`` tells whether a set-up can go on with its address and key; ``unread`` says which cannot be read.
    """

    name: str
    advice: Advice
    is_usable: bool
    unread: Advice | None


@dataclass(frozen=True, slots=True)
class OtherToolsView:
    """The tools whose settings are in Stash."""

    tools: tuple[NamedTool, ...]


def other_tools_view(opened: Opened) -> OtherToolsView:
    """Name other tools and say what to do about them; raises server and settings errors."""
    return OtherToolsView(tuple(map(_named, other_tools(opened))))


def _named(tool: OtherTool) -> NamedTool:
    return NamedTool(tool.name, explain("other_tool", {"name": tool.name}), tool.is_usable, unread_advice(tool))


def unread_advice(tool: OtherTool) -> Advice | None:
    """Say which settings of a tool make no sense, None if all do."""
    facts = {"name": tool.name, "setting": ", ".join(tool.unread)}
    return explain("other_tool_unread", facts) if tool.unread else None


def tool_named(opened: Opened, name: str) -> OtherTool:
    """Return a tool whose address and token can be used; raises :class:`Refused`, server and settings errors."""
    found = next((tool for tool in other_tools(opened) if tool.name == name and tool.is_usable), None)
    if found is None:
        raise Refused("no_such_tool", {"name": name})
    return found


def other_tools(opened: Opened) -> tuple[OtherTool, ...]:
    """Ask Stash for the settings of other tools; raises server and settings errors."""
    client = opened.context.stash
    data = client.query(queries.PLUGIN_SETTINGS, {"ids": [STASH2PLEX, PLEX_SYNC]})
    with understood(client):
        plugins = data["configuration"]["plugins"] or {}
        found = [(name, plugins.get(name)) for name in (STASH2PLEX, PLEX_SYNC)]
    return tuple(_tool(name, settings) for name, settings in found if settings)


def _tool(name: str, settings: object) -> OtherTool:
    if not isinstance(settings, dict):
        return OtherTool(name, unread=("settings",))
    if any(key in settings for key in ("plexHost", "plexToken", "plexPort")):
        return _community(settings)
    url, token = _text(settings, "plex_url"), _text(settings, "plex_token")
    libraries = tuple(part.strip() for part in _text(settings, "plex_library").split(",") if part.strip())
    unread = [key for key in ("plex_url", "plex_token", "plex_library") if _is_odd(settings, key)]
    if url and not is_address(url):
        unread.append("plex_url")
    return OtherTool(name, read_address(url) if is_address(url) else "", token, libraries, tuple(unread))


def _community(settings: Mapping[str, object]) -> OtherTool:
    host, port = _text(settings, "plexHost") or "localhost", _text(settings, "plexPort") or "32400"
    unread = tuple(key for key in ("plexHost", "plexPort", "plexToken") if _is_odd(settings, key))
    url = f"https://{host}:{port}"
    if not (unread or is_address(url)):
        unread = ("plexHost", "plexPort")
    return OtherTool(COMMUNITY, "" if unread else read_address(url), _text(settings, "plexToken"), (), unread)


def _text(settings: Mapping[str, object], key: str) -> str:
    value = settings.get(key)
    return str(value).strip() if isinstance(value, str | int) and not isinstance(value, bool) else ""


def _is_odd(settings: Mapping[str, object], key: str) -> bool:
    value = settings.get(key)
    return value is not None and (isinstance(value, bool) or not isinstance(value, str | int))
