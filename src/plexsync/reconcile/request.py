"""From what a person, a command or the settings say to the scenes a reconcile run looks at."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from plexsync.domain.errors import BadSetting
from plexsync.domain.moment import FORMS, read_end, read_moment
from plexsync.domain.reconcile.gaps import GapKind
from plexsync.domain.settings import Settings
from plexsync.net.decode import flag, text
from plexsync.reconcile.compare import Request

SPANS: Mapping[str, float] = {"24h": 24 * 3600.0, "7d": 7 * 24 * 3600.0}


def asked_request(arguments: Mapping[str, Any], settings: Settings, now: float) -> Request:
    """Make the request a command asks for; ``scope`` is that of a :class:`Request`, or "settings" for what they name.

    Raises :class:`BadSetting` for what is not understood, TypeError for what is not even of the right type.
    """
    origin, scope = text(arguments.get("origin", "somebody")), text(arguments.get("scope", "settings"))
    if scope == "settings":
        plain = configured_request(settings, origin, now)
    elif scope == "custom" and "from" in arguments:
        plain = _custom_request(text(arguments["from"]), text(arguments.get("to", "")), origin, now)
    elif scope == "custom":
        plain = _range_of_settings(settings, origin, now)
    else:
        plain = range_request(scope, origin, now)
    return replace(
        plain,
        kinds=frozenset(map(_kind, arguments.get("kinds", ()))) or frozenset(GapKind),
        deep=flag(arguments.get("deep", False)),
        allowed=flag(arguments.get("allowed", False)),
    )


def _kind(word: object) -> GapKind:
    try:
        return GapKind(word)
    except ValueError:
        allowed = "one of " + ", ".join(kind.value for kind in GapKind)
        raise BadSetting(setting="kind", value=str(word), allowed=allowed, origin="the command") from None


def configured_request(settings: Settings, origin: str, now: float) -> Request:
    """Make the request the settings name; raises :class:`BadSetting` where they are not understood."""
    _refuse(settings, "reconcile_scope")
    scope = settings.text("reconcile_scope")
    if scope == "custom":
        return _range_of_settings(settings, origin, now)
    return range_request({"7days": "7d"}.get(scope, scope), origin, now)


def range_request(scope: str, origin: str, now: float) -> Request:
    """Make a request for all scenes, or for those of the last 24 hours or 7 days; raises :class:`BadSetting`."""
    if scope == "all":
        return Request(scope, origin)
    if scope not in SPANS:
        allowed = "one of all, custom, " + ", ".join(SPANS)
        raise BadSetting(setting="scope", value=scope, allowed=allowed, origin="the command")
    return Request(scope, origin, since=now - SPANS[scope])


def _range_of_settings(settings: Settings, origin: str, now: float) -> Request:
    _refuse(settings, "reconcile_from", "reconcile_to")
    return _custom_request(settings.text("reconcile_from"), settings.text("reconcile_to"), origin, now)


def _refuse(settings: Settings, *keys: str) -> None:
    """Raise what is wrong with a setting: its default would be another range than the one that was meant."""
    for problem in settings.problems:
        if problem.data["setting"] in keys:
            raise problem


def _custom_request(begin: str, end: str, origin: str, now: float) -> Request:
    """Make a request for a range, of which either end may be open."""
    since = _moment("reconcile_from", begin, read_moment, now)
    until = _moment("reconcile_to", end, read_end, now)
    if since is not None and until is not None and since >= until:
        allowed = f"a moment before reconcile_to ({end})"
        raise BadSetting(setting="reconcile_from", value=begin, allowed=allowed, origin="the custom range")
    return Request("custom", origin, since=since, until=until)


def _moment(key: str, text: str, read: Callable[[str, float], float], now: float) -> float | None:
    if not text.strip():
        return None
    try:
        return read(text, now)
    except ValueError:
        raise BadSetting(setting=key, value=text, allowed=FORMS, origin="the custom range") from None
