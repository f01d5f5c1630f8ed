"""How far PlexSync has got with Stash as a whole, and with its set-up."""

from __future__ import annotations

from plexsync.store import Store
from plexsync.store.state import CURSOR, SCANNED_AT, SETUP, KeptSetup, SetupStep


def is_scanned(store: Store) -> bool:
    """Tell whether all of Stash was read once, and it is known up to when."""
    return store.state.get(SCANNED_AT) is not None and store.state.get(CURSOR) is not None


def setup_of(store: Store) -> KeptSetup:
    """Return how far the set-up is; nothing is held where there never was one."""
    return store.state.get(SETUP, KeptSetup())


def note_answer(store: Store, step: SetupStep) -> None:
    """Keep that a step of the set-up has an answer; from then on nothing is written to Plex until the start."""
    store.state.put(SETUP, setup_of(store).after(step))
