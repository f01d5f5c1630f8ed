"""The overview: all that the page's first view shows."""

from __future__ import annotations

from dataclasses import dataclass

from plexsync import __version__
from plexsync.domain.settings import Settings
from plexsync.domain.standing.facts import Facts
from plexsync.domain.standing.standing import Standing
from plexsync.domain.standing.table import standing_of
from plexsync.history.rows import HistoryRow
from plexsync.overview.activity import recent_activity
from plexsync.overview.facts import AgentLife, facts_of
from plexsync.overview.reconciling import ReconcilesView, reconciles_of
from plexsync.overview.servers import ServersView, servers_of
from plexsync.store import Store


@dataclass(frozen=True, slots=True)
class QueueView:
    """All scenes by what becomes of them, as the bar shows it.

    ``on_the_way`` are queued, ``waiting`` wait for Plex, another try, a brake, the end of a dry run or a person who
    stopped them. The other scenes are not for Plex: the line ``apart`` of the standing says why.
    """

    scenes: int
    in_sync: int
    on_the_way: int
    waiting: int
    needs_you: int


@dataclass(frozen=True, slots=True)
class Overview:
    """How things stand and what happens; ``at`` is UTC seconds. While it is ``moving``, it changes by itself."""

    at: float
    moving: bool
    version: str
    standing: Standing
    paused: bool
    dry_run: bool
    queue: QueueView
    servers: ServersView
    reconciles: ReconcilesView
    activity: tuple[HistoryRow, ...]


def overview_of(store: Store, settings: Settings, life: AgentLife, now: float) -> Overview:
    """Gather it from what is remembered; asks no server."""
    facts = facts_of(store, settings, life, now)
    reconciles = reconciles_of(store, alive=life.gone_since is None)
    is_held_up = bool(facts.plex or facts.stash)
    return Overview(
        at=now,
        moving=bool(facts.counts.queued or reconciles.running or is_held_up),
        version=__version__,
        standing=standing_of(facts),
        paused=facts.is_paused,
        dry_run=facts.is_dry_run,
        queue=_queue(facts),
        servers=servers_of(store, settings, facts),
        reconciles=reconciles,
        activity=recent_activity(store),
    )


def _queue(facts: Facts) -> QueueView:
    counts = facts.counts
    return QueueView(
        scenes=counts.scenes,
        in_sync=counts.in_sync,
        on_the_way=counts.queued,
        waiting=counts.retrying + counts.unscanned + counts.held + counts.dry + counts.stopped,
        needs_you=counts.needs_you,
    )
