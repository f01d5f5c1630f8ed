"""The worker's own way from scenes to plans, tried out on an overlay: nothing is written to either server or kept."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass

from plexsync.agent.lock import is_held
from plexsync.index.index import Index
from plexsync.runtime.sync_state import is_scanned
from plexsync.runtime.target import Target
from plexsync.store import Store
from plexsync.store.overlay import Overlay
from plexsync.sync.planner import Planner
from plexsync.usecases.opening import Opened


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """The worker's own parts on what PlexSync remembers; what they write is seen by them alone."""

    store: Store
    index: Index
    planner: Planner


@contextmanager
def consult(opened: Opened) -> Iterator[Rehearsal]:
    """Set up the worker's parts for a question about a few scenes, by what a living agent remembers.

    Where no agent lives, or its settings are others, both servers are listed as far as needed. Raises server and
    settings errors.
    """
    with closing(Overlay(opened.store)) as store:
        index, planner = _parts(store, opened.target)
        if not (is_held(opened.folder) and is_scanned(store) and index.adopt()):
            _make_ready(opened, store, index)
        yield Rehearsal(store, index, planner)


@contextmanager
def rehearse(opened: Opened) -> Iterator[Rehearsal]:
    """Set up the worker's parts with a path index that is up to date and every scene's claims known.

    Raises server and settings errors.
    """
    with closing(Overlay(opened.store)) as store:
        index, planner = _parts(store, opened.target)
        _make_ready(opened, store, index)
        yield Rehearsal(store, index, planner)


@contextmanager
def scanned(opened: Opened) -> Iterator[Store]:
    """Give what PlexSync knows of Stash, which is read where it never was; raises server and settings errors."""
    with closing(Overlay(opened.store)) as store:
        _scan(opened, store)
        yield store


def _parts(store: Store, target: Target) -> tuple[Index, Planner]:
    servers = target.servers
    index = Index(store, target, servers)
    return index, Planner(store, index, servers.items, servers.scenes)


def _make_ready(opened: Opened, store: Store, index: Index) -> None:
    _scan(opened, store)
    index.make_ready()


def _scan(opened: Opened, store: Store) -> None:
    if not is_scanned(store):  # seldom: beside an agent all is known, so nobody waits for these
        from plexsync.detect import initial_scan  # noqa: PLC0415
        from plexsync.stash.changes.source import StashServer  # noqa: PLC0415

        initial_scan.take(store, StashServer(opened.context.stash))
