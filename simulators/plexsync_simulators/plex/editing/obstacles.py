"""Obstacles that keep an edit from being taken; each is a switch."""

from __future__ import annotations

import re
from collections.abc import Iterable

from plexsync_simulators.plex.library.model import Item, refuse_broken
from plexsync_simulators.plex.refusal import Refused
from plexsync_simulators.plex.switches import Switches

Params = list[tuple[str, str]]


def check(switches: Switches, params: Params, items: Iterable[Item]) -> None:
    """Refuse an edit that meets an obstacle; then it has changed nothing."""
    if switches.edit_status:
        raise Refused(switches.edit_status, "no edit is taken now", words=switches.edit_words)
    refuse_broken(items, switches.names("broken_edits"))
    if not switches.refuse_value:
        return
    pattern = re.compile(switches.refuse_value)
    for name, value in params:
        if pattern.search(f"{name}={value}"):
            raise Refused(switches.refuse_status, f"{name} is refused", words=switches.edit_words)
