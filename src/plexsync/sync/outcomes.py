"""The outcomes of jobs, and the one place that settles them.

==========  ==========================================================================================
Done        nothing is left to do
ImageLeft   everything but its images is done
Deferred    waits, for a cause and until a time
Parked      waits for an item in Plex; stays queued if it has got one meanwhile
Dead        needs a person
SceneGone   the scene is no longer in Stash
Cleared     the scene is gone, and what it left in Plex is gone too
==========  ==========================================================================================
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from plexsync.domain.errors import ItemError
from plexsync.domain.model import Link, Scene, Verdict
from plexsync.domain.reconcile.gaps import GapKind
from plexsync.index import ownership
from plexsync.runtime.observer.happenings import AttemptFailed, PicturesSent, ScenesSynced
from plexsync.runtime.observer.observer import Observer
from plexsync.store import Store
from plexsync.store.jobs import Job, Setback, State
from plexsync.sync.retry_policy import parked

_OF_SCENES = tuple(kind.value for kind in GapKind if kind is not GapKind.ORPHAN)


@dataclass(frozen=True, slots=True)
class Outcome:
    """The outcome of one job."""

    job: Job


@dataclass(frozen=True, slots=True)
class Done(Outcome):
    """Nothing is left to do; ``gaps`` are closed by it, and what was left on ``old_items`` may be forgotten.

    ``fields`` had to be written, None where nobody looked at the text; so many items were given ``pictures``. ``alike``
    are scenes whose doubt has ended with it, because they say the same.
    """

    gaps: tuple[str, ...] = ()
    old_items: tuple[str, ...] = ()
    fields: int | None = None
    pictures: int = 0
    alike: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class ImageLeft(Done):
    """Everything but its images is done."""


@dataclass(frozen=True, slots=True)
class Deferred(Outcome):
    """It waits: the setback says what for and until when; ``error`` is what went wrong, if anything did."""

    setback: Setback
    error: ItemError | None = None


@dataclass(frozen=True, slots=True)
class Dead(Outcome):
    """It needs a person."""

    setback: Setback
    error: ItemError


@dataclass(frozen=True, slots=True)
class Parked(Outcome):
    """It waits for an item in Plex; ``link`` is why, as the plan had it."""

    scene: Scene
    link: Link


@dataclass(frozen=True, slots=True)
class SceneGone(Outcome):
    """The scene is no longer in Stash."""


@dataclass(frozen=True, slots=True)
class Cleared(Outcome):
    """The scene is gone, and so is what it left in Plex."""


def set_back(job: Job, setback: Setback, error: ItemError) -> Deferred | Dead:
    """Return what an item's trouble makes of a job."""
    return Dead(job, setback, error) if setback.state is State.DEAD else Deferred(job, setback, error)


RATE_SECONDS = 300.0
LEAST_SECONDS = 15.0
"""Over less time than this no rate is worth telling."""


class Throughput:
    """Counts what was finished lately; moments are UTC seconds."""

    def __init__(self) -> None:
        self._finished: deque[tuple[float, int]] = deque()

    def note(self, number: int, now: float) -> None:
        """Note that so many were finished just now."""
        if number:
            self._finished.append((now, number))
        while self._finished and self._finished[0][0] <= now - RATE_SECONDS:
            self._finished.popleft()

    def per_minute(self, now: float) -> float:
        """Return how many a minute were finished in the last five, or since the first of them."""
        lately = [(at, number) for at, number in tuple(self._finished) if at > now - RATE_SECONDS]
        seconds = max(LEAST_SECONDS, now - min((at for at, _ in lately), default=now))
        return sum(number for _, number in lately) * 60 / seconds


class LinkSource(Protocol):
    """It knows which item belongs to which scene as the index is now; asks no server."""

    def links(self, scenes: Sequence[Scene]) -> Mapping[int, Link]:
        """Link scenes."""


class Archive(Protocol):
    """It knows what gone scenes left behind."""

    def forget(self, scene_id: int) -> None:
        """Forget a scene that is gone."""


class Settlement:
    """Settles outcomes, all that come together in one transaction, and tells of them."""

    def __init__(
        self,
        store: Store,
        links: LinkSource,
        records: Archive,
        observer: Observer,
        now: Callable[[], float] = time.time,
    ) -> None:
        self._store = store
        self._links = links
        self._records = records
        self._observer = observer
        self.rate = Throughput()
        self._now = now

    def settle(self, outcomes: Sequence[Outcome]) -> None:
        """Note what became of jobs. One that was wanted once more meanwhile stays queued, whatever its outcome."""
        if not outcomes:
            return
        now = self._now()
        with self._store.transaction():
            for outcome in outcomes:
                self._settle(outcome, now)
            self._forget([outcome.job.scene_id for outcome in outcomes if isinstance(outcome, SceneGone)], now)
            self._park([outcome for outcome in outcomes if isinstance(outcome, Parked)], now)
        self._tell(outcomes, now)

    def _tell(self, outcomes: Sequence[Outcome], now: float) -> None:
        synced: dict[int, int] = {}
        for outcome in outcomes:
            scene = outcome.job.scene_id
            match outcome:
                case Done(fields=int(fields)):
                    synced[scene] = fields
                case Done(pictures=pictures) if pictures:
                    self._observer.tell(PicturesSent(scene, pictures))
                case Deferred(error=ItemError() as error) | Dead(error=error):
                    self._observer.tell(AttemptFailed(scene, error, isinstance(outcome, Dead)))
        if synced:
            self.rate.note(sum(not fields for fields in synced.values()), now)  # the others were noted when sent
            self._observer.tell(ScenesSynced(synced))

    def _settle(self, outcome: Outcome, now: float) -> None:
        jobs, job = self._store.jobs, outcome.job
        match outcome:
            case ImageLeft():
                jobs.leave_image([job], now)
                self._close(outcome, now)
            case Done():
                jobs.finish([job], now)
                self._close(outcome, now)
            case Deferred(setback=setback) | Dead(setback=setback):
                jobs.defer(job, setback, now)
            case Cleared():
                self._records.forget(job.scene_id)
                self._store.gaps.close([job.scene_id], (GapKind.ORPHAN.value,), now)

    def _close(self, outcome: Done, now: float) -> None:
        scene = outcome.job.scene_id
        self._store.gaps.close([scene], outcome.gaps, now)
        for key in outcome.old_items:
            self._store.links.forget(scene, key)
        self._store.jobs.wake_waiting(outcome.alike, "ambiguous", now)

    def _forget(self, scene_ids: Sequence[int], now: float) -> None:
        ownership.remember(self._store, (), scene_ids, now)
        self._store.jobs.forget(scene_ids)
        self._store.decisions.forget(scene_ids)
        self._store.gaps.close(scene_ids, _OF_SCENES, now)

    def _park(self, outcomes: Sequence[Parked], now: float) -> None:
        """Let scenes wait that have no item, or none without doubt; those whose cause has ended meanwhile stay queued.

        Another thread, or the edit that overtook the batch, noted the end and could not yet wake them.
        """
        links = self._links.links([outcome.scene for outcome in outcomes]) if outcomes else {}
        for outcome in outcomes:
            link = _settled(outcome.link, links[outcome.scene.id])
            if link.verdict not in {Verdict.LINKED, Verdict.IGNORED}:
                self._store.jobs.defer(outcome.job, parked(link, now), now)


def _settled(planned: Link, by_index: Link) -> Link:
    """Return the link by the index, unless that leaves a doubt that a rule has settled in the plan."""
    is_settled = planned.verdict is Verdict.DECLINED and by_index.verdict is Verdict.AMBIGUOUS
    return planned if is_settled else by_index
