"""How far PlexSync has got with Stash as a whole, and with its set-up."""

from __future__ import annotations

from dataclasses import replace

from plexsync.domain.settings import BY_KEY, Settings
from plexsync.store import Store
from plexsync.store.person.set_up import KeptSetup, SetupStep
from plexsync.store.state import CURSOR, SCANNED_AT, SETUP

_SHAPING = frozenset({"plex_server", "plex_libraries", "path_map", "collection_sources"})
_SHAPING_KINDS = ("policy_", "image_", "picture_")


def is_scanned(store: Store) -> bool:
    """Tell whether all of Stash was read once, and it is known up to when."""
    return store.state.get(SCANNED_AT) is not None and store.state.get(CURSOR) is not None


def setup_of(store: Store) -> KeptSetup:
    """Return how far the set-up is; nothing is held where there never was one."""
    return store.state.get(SETUP, KeptSetup())


def note_answer(store: Store, step: SetupStep) -> None:
    """Keep that a step of the set-up has an answer; from then on nothing is written to Plex until the start."""
    store.state.put(SETUP, setup_of(store).after(step))


def note_preview(store: Store, seen: str) -> None:
    """Keep which preview was seen (:func:`preview_print`); one that is looked at after the start holds nothing."""
    with store.transaction():
        kept = setup_of(store)
        if kept.held:
            store.state.put(SETUP, replace(kept.after(SetupStep.PREVIEW), seen=seen))


def preview_print(store: Store, settings: Settings) -> str:
    """Name what decides what the first sync writes, and where: settings, and what was taken over."""
    shaping = [(key, settings.shown(key)) for key in BY_KEY if key in _SHAPING or key.startswith(_SHAPING_KINDS)]
    return repr((shaping, store.adoptions.runs()))
