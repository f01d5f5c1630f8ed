"""The causes for which a scene needs a person: words, what can be done, and the rows of each."""

from __future__ import annotations

import os
import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import Literal

from plexsync.domain.address import plex_page
from plexsync.domain.advice import TITLES, Advice, explain
from plexsync.domain.paths.key import Parsed, parse
from plexsync.domain.phrases import quoted, short
from plexsync.overview.scene_counts import LATE_SECONDS, NEEDS_PERSON
from plexsync.runtime.settings import read_settings
from plexsync.store import Store
from plexsync.store.files.stash_files import StashFiles
from plexsync.store.jobs import Job, State
from plexsync.store.person.queue import TitledJob
from plexsync.store.state import MACHINE_ID
from plexsync.usecases.data_folder import open_store
from plexsync.usecases.needs_you.counts import needs_you_counts
from plexsync.usecases.queue.rows import scene_name
from plexsync.usecases.refusal import Refused

FIRST_ROWS = 3
LONGEST_FACT = 160
_LOOKED_AT = 200
"""Rows of which the common folder is found out."""

_NUMBER = re.compile(r"\d+")


class Remedy(str, Enum):
    """The act of a button about a cause."""

    NONE = ""
    RETRY = "retry"
    CHOOSE = "choose"
    SCAN = "scan"
    PATH_MAP = "path_map"
    BUG_REPORT = "bug_report"


_FOR_ALL: Mapping[str, Remedy] = {
    "ambiguous": Remedy.NONE,
    "unmapped": Remedy.PATH_MAP,
    "missing": Remedy.SCAN,
    "bug": Remedy.BUG_REPORT,
}
_FOR_ONE: Mapping[str, Remedy] = {"ambiguous": Remedy.CHOOSE, "unmapped": Remedy.NONE, "missing": Remedy.NONE}

CAUSES: tuple[str, ...] = tuple(TITLES)
"""Every cause that a scene can need a person for."""


@dataclass(frozen=True, slots=True)
class NeedyScene:
    """A scene that needs a person; ``fact`` is the one thing that matters about it.

    ``rating_key`` is an item it is about, "" for none. ``since`` and ``tried_at`` are UTC seconds, 0.0 for never.
    """

    scene_id: int
    title: str
    fact: str
    rating_key: str
    attempts: int
    tried_at: float
    since: float


@dataclass(frozen=True, slots=True)
class CauseGroup:
    """The scenes that need a person for one cause; ``rows`` are the first of them.

    ``folder`` is the one that all of their files share, where that matters, else "".
    """

    cause: str
    title: str
    number: int
    advice: Advice
    for_all: Remedy
    for_one: Remedy
    folder: str
    rows: tuple[NeedyScene, ...]


Fate = Literal["in_sync", "on_the_way", "other"]
"""The state of a scene that needed a person before; any other one is ignored or waits for something else."""


@dataclass(frozen=True, slots=True)
class Became:
    """The state now of a scene that was among the rows before."""

    scene_id: int
    state: Fate


@dataclass(frozen=True, slots=True)
class NeedsYou:
    """All that needs a person, by cause, the largest first; ``ignored`` counts the scenes that the person ignores.

    ``became`` is about those scenes that were asked about and are no longer among the rows. ``plex_page`` and a rating
    key make the address of an item in Plex Web; it is "" where that is not known.
    """

    total: int
    ignored: int
    groups: tuple[CauseGroup, ...]
    became: tuple[Became, ...]
    plex_page: str


@dataclass(frozen=True, slots=True)
class NeedyPage:
    """Some scenes of one cause, from ``offset`` on, and how many there are."""

    cause: str
    total: int
    offset: int
    rows: tuple[NeedyScene, ...]


def needs_you(folder: Path, now: float, seen: Collection[int] = (), first: int = FIRST_ROWS) -> NeedsYou:
    """Say what needs a person, with the ``first`` rows of each cause, and what became of scenes ``seen`` before."""
    with open_store(folder) as store:
        counts = needs_you_counts(store, now)
        groups = tuple(_group(store, one.cause, one.number, first, now) for one in counts.causes)
        settings = read_settings(folder, os.environ, StashFiles(folder).page)
        page = plex_page(settings.text("plex_url"), store.state.get(MACHINE_ID) or "", "")
        rest = frozenset(seen) - {row.scene_id for group in groups for row in group.rows}
        return NeedsYou(counts.total, counts.ignored, groups, tuple(_became(store, rest)), page)


def scenes_of(folder: Path, cause: str, now: float, *, limit: int, offset: int = 0) -> NeedyPage:
    """Return some of the scenes that need a person for one cause; raises :class:`Refused` for an unknown one."""
    require_known(cause)
    with open_store(folder) as store:
        numbers = {one.cause: one.number for one in needs_you_counts(store, now).causes}
        rows = rows_of(store, jobs_of(store, cause, now, limit, offset))
        return NeedyPage(cause, numbers.get(cause, 0), offset, rows)


def require_known(cause: str) -> None:
    """Raise :class:`Refused` for a word that is no such cause."""
    if cause not in CAUSES:
        raise Refused("no_such_cause", {"detail": short(ascii(cause), 60), "allowed": ", ".join(CAUSES)})


def jobs_of(store: Store, cause: str, now: float, limit: int, offset: int = 0) -> tuple[TitledJob, ...]:
    """Return some jobs that need a person for one cause."""
    if cause == "missing":
        return store.queue.missing_since(now - LATE_SECONDS, limit, offset)
    if cause in NEEDS_PERSON:
        return store.queue.waiting_for(cause, limit, offset)
    return store.queue.dead_of(cause, limit, offset)


def _group(store: Store, cause: str, number: int, first: int, now: float) -> CauseGroup:
    jobs = jobs_of(store, cause, now, _LOOKED_AT if cause == "unmapped" else first)
    folder = _common_folder(one.path for one in jobs) if cause == "unmapped" else ""
    return CauseGroup(
        cause=cause,
        title=TITLES.get(cause, cause),
        number=number,
        advice=explain(f"needs_{cause}", {"path": folder, "because": "one_folder"} if folder else {}),
        for_all=_FOR_ALL.get(cause, Remedy.RETRY),
        for_one=_FOR_ONE.get(cause, Remedy.RETRY),
        folder=folder,
        rows=rows_of(store, jobs[:first]),
    )


def _became(store: Store, scene_ids: Collection[int]) -> Iterator[Became]:
    jobs, ignored = store.jobs.among(scene_ids), store.decisions.ignored_among(scene_ids)
    fates: Mapping[State, Fate] = {State.DONE: "in_sync", State.QUEUED: "on_the_way"}
    for scene in sorted(scene_ids):
        state, _ = jobs.get(scene, (State.DONE, ""))
        yield Became(scene, "other" if scene in ignored else fates.get(state, "other"))


def _common_folder(paths: Iterable[str]) -> str:
    """Return the deepest folder that holds all of some files, "" where there is none."""
    parents = [parse(path).parent() for path in paths if path]
    if not parents or any(one.root != parents[0].root for one in parents):
        return ""
    names = parents[0].names
    for one in parents:
        shared = [mine == theirs for mine, theirs in zip(names, one.names, strict=False)]
        names = names[: shared.index(False) if False in shared else len(shared)]
    return Parsed(parents[0].root, names).text() if names else ""


def rows_of(store: Store, jobs: Iterable[TitledJob]) -> tuple[NeedyScene, ...]:
    """Put jobs that need a person into rows."""
    shown = tuple(jobs)
    rivals = {rival for one in shown for rival in _rivals(one.job)}
    names = {scene: scene_name(*name) for scene, name in store.scenes.names(rivals).items()}
    return tuple(_row(one, names) for one in shown)


def _row(one: TitledJob, names: Mapping[int, str]) -> NeedyScene:
    job = one.job
    return NeedyScene(
        scene_id=job.scene_id,
        title=scene_name(one.title, one.path),
        fact=short(_fact(one, names), LONGEST_FACT),
        rating_key=job.detail.get("rating_key") or job.detail.get("item", ""),
        attempts=job.attempts,
        tried_at=job.changed_at if job.attempts else 0.0,
        since=job.parked_at,
    )


def _fact(one: TitledJob, names: Mapping[int, str]) -> str:
    """Say the one thing that matters."""
    job, facts = one.job, one.job.detail
    if job.cause == "ambiguous":
        others = " and ".join(quoted(names.get(rival) or f"scene {rival}") for rival in _rivals(job))
        return f"shares item {facts.get('item', '?')} with {others}"
    if job.cause in {"missing", "unmapped"}:
        return one.path or facts.get("path", "")
    if job.cause == "not_applied":
        return ": ".join(filter(None, (facts.get("fields", ""), facts.get("names", ""))))
    value = f"{facts['field']} {facts.get('value', '')}".strip() if facts.get("field") else ""
    said = facts.get("detail") or (f"item {facts['rating_key']}" if facts.get("rating_key") else "")
    answer = f"answer {facts['status']}: {said}" if facts.get("status") else said
    return ", ".join(filter(None, (value, answer)))


def _rivals(job: Job) -> tuple[int, ...]:
    """Return the scenes that share the item of an ambiguous one."""
    if job.cause != "ambiguous":
        return ()
    return tuple(int(number) for number in _NUMBER.findall(job.detail.get("scenes", ""))[:5])
