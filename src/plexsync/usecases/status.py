"""How things stand: agent, outages, queue, dead letters, path map, runs."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from plexsync.agent.lock import is_held
from plexsync.domain.advice import Advice, explain, explain_error
from plexsync.domain.errors import NotConfigured
from plexsync.domain.settings import Settings
from plexsync.index.path_mapping import two_roots
from plexsync.runtime.settings import read_settings
from plexsync.store import Store
from plexsync.store.jobs import PARKED, Count, Job, State
from plexsync.store.runs import RECONCILE, Run
from plexsync.store.stash_files import StashFiles
from plexsync.store.state import NEXT_RECONCILE, REBUILT, STATUS
from plexsync.usecases.folder import writing_trouble
from plexsync.usecases.gaps import GapCount
from plexsync.usecases.gaps import counts as counts_of_gaps
from plexsync.usecases.queue import JobRow, listed
from plexsync.usecases.reconcile import brakes_in_words
from plexsync.usecases.words import counted, moment, short, span

RUNS = 20
LETTERS = 20


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
class Reconciling:
    """What there is to say of reconciling.

    ``last`` is the newest run that is over, ``running`` the one that is not; ``next_at`` is UTC seconds, 0.0 for never.
    ``open_gaps`` are those that are there now, ``history`` the newest runs.
    """

    last: Run | None
    running: Run | None
    next_at: float
    open_gaps: tuple[GapCount, ...]
    history: tuple[Run, ...]


@dataclass(frozen=True, slots=True)
class Status:
    """How things stand at one moment.

    ``queued`` counts jobs that are worked on next, of which ``rate`` are done per minute, ``retrying`` those that wait
    for another try, ``parked`` those that wait for the world to change, ``dead`` those that need a person.
    ``letters`` are the first of the dead, one by one. ``data`` is what there is to say of the data folder, nothing when
    all is well. ``path_map_origin`` is "settings", "inferred" or "" before the agent ever settled it. Ages are seconds.
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
    oldest_retrying: float
    rate: float
    parked: tuple[Group, ...]
    dead: tuple[Group, ...]
    letters: tuple[JobRow, ...]
    path_map: tuple[MapRule, ...]
    path_map_origin: str
    runs: tuple[Run, ...]
    reconcile: Reconciling
    problems: tuple[Advice, ...]
    data: tuple[Advice, ...]
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
    settings = read_settings(folder, os.environ, StashFiles(folder).page)
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
    retrying = [count for count in waiting if count.cause not in PARKED]
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
        retrying=sum(count.number for count in retrying),
        oldest_retrying=max((now - count.oldest for count in retrying), default=0.0),
        rate=float(described.get("rate", 0.0)) if agent.alive else 0.0,
        parked=_groups(store, [count for count in waiting if count.cause in PARKED], now),
        dead=_groups(store, [count for count in counts if count.state is State.DEAD], now),
        letters=listed(store, (State.DEAD,), LETTERS),
        path_map=tuple(_rule(rule, kept["support"]) for rule in kept["rules"]),
        path_map_origin=str(kept["origin"]),
        runs=store.runs.newest(RUNS),
        reconcile=_reconciling(store, alive=agent.alive),
        problems=(*map(explain_error, (*settings.problems, *_unset(settings))), *two_roots(store)),
        data=tuple(_data(store, folder)),
        scenes=store.scenes.number(),
        links=store.links.number(),
        items=store.library.number(),
    )


def _data(store: Store, folder: Path) -> Iterator[Advice]:
    """Say what is wrong with the data folder, or was, as long as the file that was put aside is still there."""
    trouble = writing_trouble(folder)
    if trouble is not None:
        yield trouble
    rebuilt = store.get(REBUILT)
    if rebuilt is not None and Path(rebuilt["path"]).exists():
        yield explain("state_rebuilt", rebuilt)


def _reconciling(store: Store, *, alive: bool) -> Reconciling:
    history = store.runs.newest_of(RECONCILE, RUNS)
    return Reconciling(
        last=next((run for run in history if run.ended_at), None),
        running=next((run for run in history if alive and not run.ended_at), None),
        next_at=float((store.get(NEXT_RECONCILE) or {}).get("at") or 0.0),
        open_gaps=counts_of_gaps(store),
        history=history,
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
    groups = (_group(count, store.jobs.example(count.state, count.cause), now) for count in counts)
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
    yield from map(str, status.data)
    yield from (f"Setting: {problem}" for problem in status.problems)
    yield _queue_line(status)
    for group in (*status.parked, *status.dead):
        word = "waiting" if group.state == State.WAITING.value else "given up"
        number = counted(group.number, "scene")
        since = span(group.oldest)
        yield f"{number} {word} ({group.cause}), like scene {group.scene_id}, for up to {since}: {group.advice}"
    yield from _letter_lines(status)
    yield f"Known: {counted(status.scenes, 'scene')}, {counted(status.items, 'Plex item')}, {status.links} linked."
    syncs = [run for run in status.runs if run.kind != RECONCILE]
    if syncs:
        yield _run_line(syncs[0], status.at)
    yield from reconcile_lines(status.reconcile, status.at)
    if status.path_map:
        rules = "; ".join(f"{rule.stash} => {rule.plex}" for rule in status.path_map)
        yield f"Path map ({status.path_map_origin}): {rules}"


def _letter_lines(status: Status) -> Iterator[str]:
    for row in status.letters:
        title = f" ({short(row.title, 60)})" if row.title else ""
        yield f"Given up: scene {row.job.scene_id}{title}, {row.job.cause}, {row.record}: {row.advice or ''}"
    rest = sum(group.number for group in status.dead) - len(status.letters)
    if rest > 0:
        yield f"{rest} more given up: `plexsync queue list --state dead` lists them."


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
        line += f", the oldest for {span(status.oldest_queued)}, {status.rate:.0f} done per minute"
    retrying = f"; {status.retrying} to be tried again, the oldest for {span(status.oldest_retrying)}."
    return line + (retrying if status.retrying else ".")


def reconcile_lines(reconciling: Reconciling, now: float) -> Iterator[str]:
    """Say how reconciling stands, in a few lines."""
    if reconciling.running is not None:
        run = reconciling.running
        share = float(run.result.get("progress", 0.0))
        yield f"A reconcile ({run.scope}, by {run.origin}) is running: {share:.0%} after {span(now - run.started_at)}."
    if reconciling.last is not None:
        yield from _last_reconcile(reconciling.last, now)
    elif reconciling.running is None:
        yield "No reconcile has run yet."
    if reconciling.open_gaps:
        total = sum(count.number for count in reconciling.open_gaps)
        kinds = ", ".join(f"{count.words} {count.number} ({count.queued} queued)" for count in reconciling.open_gaps)
        yield f"{counted(total, 'gap')} open: {kinds}."
    if reconciling.next_at:
        yield f"Next reconcile: {moment(reconciling.next_at)}."
    for run in reconciling.history[1:]:
        yield f"  before: {_past_run(run)}"


def _last_reconcile(run: Run, now: float) -> Iterator[str]:
    took = span(run.ended_at - run.started_at)
    line = f"Last reconcile: {span(now - run.started_at)} ago, {run.scope}, by {run.origin}, took {took}, {run.state}"
    if run.state == "failed":
        yield f"{line}: {explain(str(run.result.get('code')), run.result.get('data', {}))}"
        return
    found = f"{counted(int(run.result.get('gaps', 0)), 'gap')} found, {run.result.get('queued', 0)} queued"
    yield f"{line}: {found} {_by_kind(run)}".rstrip() + "."
    yield from (f"It was braked: {advice}" for advice in brakes_in_words(run.result))


def _by_kind(run: Run) -> str:
    queued = run.result.get("queued_by_kind", {})
    return f"({', '.join(f'{kind} {number}' for kind, number in queued.items())})" if queued else ""


def _past_run(run: Run) -> str:
    gaps = run.result.get("gaps", 0)
    return f"{moment(run.started_at)}, {run.scope}, by {run.origin}: {run.state}, {counted(int(gaps), 'gap')}"
