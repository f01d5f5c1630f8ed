"""Outages that the agent waits for."""

from __future__ import annotations

from dataclasses import dataclass

from plexsync.domain.advice import Advice, explain
from plexsync.store import Store
from plexsync.store.state import AGENT_STATUS, AgentStatus


@dataclass(frozen=True, slots=True)
class Outage:
    """Why a part of the agent ("worker" writes to Plex, "feed" reads Stash) waits, and since when (UTC seconds)."""

    part: str
    code: str
    since: float
    advice: Advice


def outages(store: Store) -> tuple[Outage, ...]:
    """Return what the agent says it waits for; only of use while it lives."""
    waiting = store.state.get(AGENT_STATUS, AgentStatus()).outages
    return tuple(Outage(part, one.code, one.since, explain(one.code, one.data)) for part, one in waiting.items())
