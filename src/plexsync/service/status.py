"""How things stand: agent, outages, queue, dead letters, path map, runs."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from plexsync.advice import Advice, explain, explain_error
from plexsync.agent.lease import is_held
from plexsync.agent.process import STATUS
from plexsync.agent.surroundings import PLUGIN_SETTINGS, read_settings
from plexsync.errors import NotConfigured
from plexsync.service.words import counted, span
from plexsync.settings import Settings
from plexsync.store import Store
from plexsync.store.jobs import PARKED, Count, Job, State
from plexsync.store.runs import Run

RUNS = 5
EXAMPLES = 500


@dataclass(frozen=True, slots=True)
class AgentState:
    """The background process as it described itself; ``since`` is UTC seconds, 0.0 if it never ran."""

    alive: bool
    version: str
    pid: int
    since: float
    sees_file: bool


@dataclass(frozen=True, slots=True)
class Outage:
    """Why a part of the agent ("worker" writes to Plex, "feed" reads Stash) waits, and since when (UTC seconds)."""

    part: str
    code: str
    since: float
    advice: Advice


@dataclass(frozen=True, slots=True)
class Group:
    """Jobs that share a state and a cause; ``oldest`` is the age of the oldest in seconds, ``scene_id`` an example."""

    state: str
    cause: str
    number: int
    oldest: float
    scene_id: int
    advice: Advice


@dataclass(frozen=True, slots=True)
class MapRule:
    """A rule of the path map in force; ``support`` is the number of files it was found out from, 0 for a set one."""

    stash: str
    plex: str
    support: int


@dataclass(frozen=True, slots=True)
class Status:
    """How things stand at one moment.

    ``queued`` counts jobs that are worked on next, ``retrying`` those that wait for another try, ``parked`` those that
    wait for the world to change, ``dead`` those that need a person. ``path_map_origin`` is "settings", "inferred" or
    "" before the agent ever settled it.
    """

    at: float
    folder: str
    agent: AgentState
    paused: bool
    dry_run: bool
    outages: tuple[Outage, ...]
    queued: int
    oldest_queued: float
    retrying: int
    parked: tuple[Group, ...]
    dead: tuple[Group, ...]
    path_map: tuple[MapRule, ...]
    path_map_origin: str
    runs: tuple[Run, ...]
    problems: tuple[Advice, ...]
    scenes: int
    links: int
    items: int

    def to_json(self) -> dict[str, Any]:
        """Return it as what JSON can hold."""
        return asdict(self)

    @property
    def left(self) -> int:
        """How many scenes will still be worked on without anybody's help."""
        return self.queued + self.retrying

    def lines(self) -> tuple[str, ...]:
        """Return it as a few lines for Stash's log."""
        return tuple(_lines(self))


def status(store: Store, folder: Path, now: float) -> Status:
    """Say how things stand from what is remembered; asks no server."""
    described = store.get(STATUS) or {}
    settings = read_settings(folder, os.environ, store.get(PLUGIN_SETTINGS) or {})
    agent = AgentState(
        alive=is_held(folder),
        version=str(described.get("version", "")),
        pid=int(described.get("pid", 0)),
        since=float(described.get("started_at", 0.0)),
        sees_file=bool(described.get("sees_file")),
    )
    counts = store.jobs.counts()
    queued = [count for count in counts if count.state is State.QUEUED]
    waiting = [count for count in counts if count.state is State.WAITING]
    kept = store.get("path_map") or {"rules": [], "origin": "", "support": {}}
    return Status(
        at=now,
        folder=str(folder),
        agent=agent,
        paused=settings.flag("paused"),
        dry_run=settings.flag("dry_run"),
        outages=_outages(described) if agent.alive else (),
        queued=sum(count.number for count in queued),
        oldest_queued=max((now - count.oldest for count in queued), default=0.0),
        retrying=sum(count.number for count in waiting if count.cause not in PARKED),
        parked=_groups(store, [count for count in waiting if count.cause in PARKED], now),
        dead=_groups(store, [count for count in counts if count.state is State.DEAD], now),
        path_map=tuple(_rule(rule, kept["support"]) for rule in kept["rules"]),
        path_map_origin=str(kept["origin"]),
        runs=store.runs.newest(RUNS),
        problems=tuple(map(explain_error, (*settings.problems, *_unset(settings)))),
        scenes=store.scenes.number(),
        links=store.links.number(),
        items=store.library.number(),
    )


def _unset(settings: Settings) -> tuple[NotConfigured, ...]:
    return tuple(NotConfigured(setting=key) for key in ("plex_url", "plex_token") if not settings.text(key))


def outages(store: Store) -> tuple[Outage, ...]:
    """Return what the agent says it waits for; only of use while it lives."""
    return _outages(store.get(STATUS) or {})


def _outages(described: Mapping[str, Any]) -> tuple[Outage, ...]:
    trips = described.get("breakers", {})
    return tuple(
        Outage(part, trip["code"], trip["since"], explain(trip["code"], trip["data"]))
        for part, trip in trips.items()
        if trip is not None
    )


def _groups(store: Store, counts: list[Count], now: float) -> tuple[Group, ...]:
    if not counts:
        return ()
    examples: dict[tuple[State, str], Job] = {}
    for job, _ in store.jobs.listed(sorted({count.state for count in counts}), EXAMPLES):
        examples.setdefault((job.state, job.cause), job)
    groups = (_group(count, examples.get((count.state, count.cause)), now) for count in counts)
    return tuple(sorted(groups, key=lambda group: -group.number))


def _group(count: Count, example: Job | None, now: float) -> Group:
    return Group(
        state=count.state.value,
        cause=count.cause,
        number=count.number,
        oldest=max(0.0, now - count.oldest),
        scene_id=0 if example is None else example.scene_id,
        advice=explain(count.cause, {} if example is None else example.detail),
    )


def _rule(rule: list[str], support: Mapping[str, int]) -> MapRule:
    stash, plex = rule
    return MapRule(stash, plex, int(support.get(f"{stash} => {plex}", 0)))


def _lines(status: Status) -> Iterator[str]:
    yield _agent_line(status)
    for outage in status.outages:
        yield f"Waiting for {span(status.at - outage.since)}: {outage.advice}"
    if status.paused:
        yield str(explain("paused", {}))
    if status.dry_run:
        yield "Dry run is on: nothing is written to Plex."
    yield from (f"Setting: {problem}" for problem in status.problems)
    yield _queue_line(status)
    for group in (*status.parked, *status.dead):
        word = "waiting" if group.state == State.WAITING.value else "given up"
        yield f"{counted(group.number, 'scene')} {word} ({group.cause}), like scene {group.scene_id}: {group.advice}"
    yield f"Known: {counted(status.scenes, 'scene')}, {counted(status.items, 'Plex item')}, {status.links} linked."
    if status.runs:
        yield _run_line(status.runs[0], status.at)
    if status.path_map:
        rules = "; ".join(f"{rule.stash} => {rule.plex}" for rule in status.path_map)
        yield f"Path map ({status.path_map_origin}): {rules}"


def _agent_line(status: Status) -> str:
    if not status.agent.alive:
        return str(explain("no_agent", {}))
    sight = "sees Stash's database file" if status.agent.sees_file else "asks Stash every few seconds"
    since = span(status.at - status.agent.since)
    return f"PlexSync {status.agent.version} has been running for {since} (process {status.agent.pid}) and {sight}."


def _run_line(run: Run, now: float) -> str:
    parts = [f"{number} {what}" for what, number in run.result.items() if isinstance(number, int) and run.ended_at]
    result = f": {', '.join(parts)}" if parts else ""
    return (
        f"Last run ({run.scope}, {span(now - run.started_at)} ago, {run.state}): {counted(run.total, 'scene')}{result}."
    )


def _queue_line(status: Status) -> str:
    if not status.left:
        return "The queue is empty."
    line = f"{counted(status.queued, 'scene')} queued"
    if status.queued:
        line += f", the oldest for {span(status.oldest_queued)}"
    return line + (f"; {status.retrying} to be tried again." if status.retrying else ".")
