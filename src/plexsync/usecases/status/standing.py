"""How things stand in one sentence: the same for the page, its badge, Stash's settings box, `status` and the task."""

from __future__ import annotations

from pathlib import Path

from plexsync.agent.life import failures
from plexsync.agent.lock import is_held
from plexsync.domain.model import Reason
from plexsync.domain.settings import Settings
from plexsync.domain.standing.standing import Standing
from plexsync.domain.standing.table import standing_of
from plexsync.overview.facts import AgentLife, facts_of
from plexsync.store import Store
from plexsync.store.state import AGENT_STATUS, AgentStatus


def standing(store: Store, settings: Settings, now: float) -> Standing:
    """Say how things stand from what is remembered; asks no server."""
    return standing_of(facts_of(store, settings, agent_life(store, now), now))


def agent_life(store: Store, now: float) -> AgentLife:
    """Tell whether an agent lives, and if not, since when and what failed last."""
    if is_held(store.folder):
        return AgentLife()
    ended_at = store.state.get(AGENT_STATUS, AgentStatus()).ended_at
    trouble = next(iter(failures(Path(store.folder), now)), None)
    return AgentLife(ended_at, None if trouble is None else Reason("part_failed", trouble.facts(now)))
