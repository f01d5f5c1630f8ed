"""Sentences about fields that a Plex server takes in no form."""

from __future__ import annotations

from plexsync.domain.advice import Advice, explain
from plexsync.domain.capabilities import EditCapabilities, setting_of


def switched_off(known: EditCapabilities) -> tuple[Advice, ...]:
    """Name each field that is left alone on a server."""
    return tuple(explain("switched_off", {"fields": name, "setting": setting_of(name)}) for name in sorted(known.off))
