"""Outages that the agent waits for."""

from __future__ import annotations

from dataclasses import dataclass

from plexsync.domain.advice import Advice, explain
from plexsync.runtime.reach.lost import LOST
from plexsync.store import Store
from plexsync.store.person.set_up import KeptServer
from plexsync.store.state import AGENT_STATUS, CHOSEN_SERVER, AgentStatus, KeptOutage


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
    kept = store.state.get(CHOSEN_SERVER)
    return tuple(Outage(part, one.code, one.since, _advice(one, kept)) for part, one in waiting.items())


def _advice(outage: KeptOutage, kept: KeptServer | None) -> Advice:
    """Say what to do; where only plain addresses may be left, that a person decides about those."""
    advice, url = explain(outage.code, outage.data), outage.data.get("url", "")
    if kept is None or outage.code not in LOST or not kept.leaves_plain(url):
        return advice
    plain = explain("plain_left_out", {})
    return Advice(f"{advice.text} {plain.text}", f"{advice.next_step} {plain.next_step}")
