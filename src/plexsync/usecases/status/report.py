"""How things stand: agent, outages, queue, dead letters, path map, runs."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from plexsync.agent.life import failures
from plexsync.agent.lock import is_held
from plexsync.domain.advice import Advice, explain, explain_error
from plexsync.domain.errors import NotConfigured
from plexsync.domain.person.lanes import Lane
from plexsync.domain.settings import Settings
from plexsync.domain.standing.standing import Standing
from plexsync.index.path_mapping import path_map_doubts
from plexsync.overview.facts import two_agents
from plexsync.runtime.settings import read_settings
from plexsync.store import Store
from plexsync.store.files.stash_files import StashFiles
from plexsync.store.history.runs import RECONCILE, Run
from plexsync.store.jobs import PARKED, Count, Job, State
from plexsync.store.person.queue import Search
from plexsync.store.state import (
    AGENT_STATUS,
    KNOWN_SERVERS,
    NEXT_RECONCILE,
    PATH_MAP,
    AgentStatus,
    KeptPathMap,
    KnownServers,
)
from plexsync.usecases.data_folder import open_store, rebuilt, writing_trouble
from plexsync.usecases.gaps import GapCount, gap_counts
from plexsync.usecases.needs_you.counts import NeedsYouCounts, needs_you_counts
from plexsync.usecases.outages import Outage, outages
from plexsync.usecases.queue.brakes import brake_advice
from plexsync.usecases.queue.rows import JobRow, rows_of
from plexsync.usecases.status.contested import contested
from plexsync.usecases.status.standing import standing
from plexsync.usecases.status.switched_off import switched_off

RUNS = 20
LETTERS = 20


@dataclass(frozen=True, slots=True)
class AgentState:
    """The background process as it described itself; ``since`` is UTC seconds, 0.0 if it never ran.

    ``counters`` count what has happened since then, by name.
    """

    alive: bool
    version: str
    pid: int
    since: float
    sees_file: bool
    counters: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Failing:
    """A part of the agent that failed within the last hour and starts by itself again; see ``agent/life.py``."""

    part: str
    times: int
    next_at: float
    advice: Advice
    needs_person: bool


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
    """The state of reconciling.

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
    """How things stand at one moment, first in one sentence.

    ``queued`` counts jobs that are worked on next, of which ``rate`` are done per minute, ``retrying`` those that wait
    for another try, ``parked`` those that wait for the world to change, ``dead`` those that need a person.
    ``letters`` are the first of the dead, one by one. ``data`` is what there is to say of the data folder, nothing when
    all is well. ``left_out`` counts the rows of both servers that could not be used; ``rows_left_out`` names the first.
    ``needs_you`` counts the scenes that need a person, ``taken_back`` those with values that a person has undone.
    ``contested`` names the fields that somebody else keeps changing, ``switched_off`` those that Plex takes in no form,
    ``brakes`` what the brakes hold, with examples.
    ``path_map_origin`` is "settings", "inferred" or "" before the agent ever settled it. Ages are seconds.
    """

    at: float
    standing: Standing
    folder: str
    agent: AgentState
    paused: bool
    plugin_off: str
    dry_run: bool
    failing: tuple[Failing, ...]
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
    left_out: int
    rows_left_out: tuple[Advice, ...]
    needs_you: NeedsYouCounts
    taken_back: int
    contested: tuple[Advice, ...]
    switched_off: tuple[Advice, ...]
    brakes: tuple[Advice, ...]

    def to_json(self) -> dict[str, object]:
        """Return it as what JSON can hold."""
        return asdict(self)

    @property
    def needs_person(self) -> bool:
        """Tell whether anything will not go on before somebody does something about it."""
        is_failing = any(failing.needs_person for failing in self.failing)
        last = self.reconcile.last
        is_braked = last is not None and last.state in {"braked", "failed"}
        is_in_doubt = self.contested or self.needs_you.total
        is_wrong = self.problems or self.brakes or self.data
        return bool(is_failing or is_braked or is_in_doubt or is_wrong)

    @property
    def left(self) -> int:
        """How many scenes will still be worked on without anybody's help."""
        return self.queued + self.retrying


def status(folder: Path, now: float) -> Status:
    """Say how things stand from what is remembered; asks no server."""
    with open_store(folder) as store:
        return _status(store, folder, now)


def _status(store: Store, folder: Path, now: float) -> Status:
    described = store.state.get(AGENT_STATUS, AgentStatus())
    settings = read_settings(folder, os.environ, StashFiles(folder).page)
    agent = _agent(folder, described)
    counts = store.jobs.counts()
    queued = [count for count in counts if count.state is State.QUEUED]
    waiting = [count for count in counts if count.state is State.WAITING]
    retrying = [count for count in waiting if count.cause not in PARKED]
    kept = store.state.get(PATH_MAP, KeptPathMap((), "", {}, keyed=False))
    return Status(
        at=now,
        standing=standing(store, settings, now),
        folder=str(folder),
        agent=agent,
        paused=settings.flag("paused"),
        plugin_off=described.plugin_off if agent.alive else "",
        dry_run=settings.flag("dry_run"),
        failing=tuple(_failing(folder, now)),
        outages=outages(store) if agent.alive else (),
        queued=sum(count.number for count in queued),
        oldest_queued=max((now - count.oldest for count in queued), default=0.0),
        retrying=sum(count.number for count in retrying),
        oldest_retrying=max((now - count.oldest for count in retrying), default=0.0),
        rate=described.rate if agent.alive else 0.0,
        parked=_groups(store, [count for count in waiting if count.cause in PARKED], now),
        dead=_groups(store, [count for count in counts if count.state is State.DEAD], now),
        letters=rows_of(store.queue.page(Search(Lane.DEAD), LETTERS, 0)),
        path_map=tuple(_rule(rule, kept.support) for rule in kept.rules),
        path_map_origin=kept.origin,
        runs=store.runs.newest(RUNS),
        reconcile=_reconciling(store, alive=agent.alive),
        problems=(*map(explain_error, (*settings.problems, *_unset(settings, store))), *path_map_doubts(store)),
        data=tuple(_data(store, folder, described if agent.alive else AgentStatus())),
        needs_you=needs_you_counts(store, now),
        taken_back=store.links.number_taken_back(),
        contested=contested(store, settings),
        switched_off=switched_off(store.state.get(KNOWN_SERVERS, KnownServers()).current),
        scenes=store.scenes.number(),
        links=store.links.number(),
        items=store.library.number(),
        left_out=store.left_out.number(),
        rows_left_out=tuple(dict.fromkeys(explain("left_out", row.facts) for row in store.left_out.listed(LETTERS))),
        brakes=tuple(brake_advice(store)),
    )


def _agent(folder: Path, described: AgentStatus) -> AgentState:
    return AgentState(
        alive=is_held(folder),
        version=described.version,
        pid=described.pid,
        since=described.started_at,
        sees_file=described.sees_file,
        counters=described.counters,
    )


def _failing(folder: Path, now: float) -> Iterator[Failing]:
    for one in failures(folder, now):
        advice = explain("part_failed", one.facts(now))
        yield Failing(one.part, one.times, one.next_at, advice, one.needs_person(now))


def _data(store: Store, folder: Path, described: AgentStatus) -> Iterator[Advice]:
    """Say what is wrong with the data folder, or was, as long as the file that was put aside is still there."""
    trouble = writing_trouble(folder)
    if trouble is not None:
        yield trouble
    if facts := two_agents(described):
        yield explain("two_agents", facts)
    yield from rebuilt(store)


def _reconciling(store: Store, *, alive: bool) -> Reconciling:
    planned = store.state.get(NEXT_RECONCILE)
    history = store.runs.newest_of(RECONCILE, RUNS)
    return Reconciling(
        last=next((run for run in history if run.ended_at), None),
        running=next((run for run in history if alive and not run.ended_at), None),
        next_at=(planned and planned.at) or 0.0,
        open_gaps=gap_counts(store),
        history=history,
    )


def _unset(settings: Settings, store: Store) -> tuple[NotConfigured, ...]:
    """Name the settings that are needed and missing; a server that was listed without a token wants none."""
    needed = ("plex_url",) if store.library.number() else ("plex_url", "plex_token")
    return tuple(NotConfigured(setting=key) for key in needed if not settings.text(key))


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


def _rule(rule: tuple[str, str], support: Mapping[str, int]) -> MapRule:
    stash, plex = rule
    return MapRule(stash, plex, support.get(f"{stash} => {plex}", 0))
