"""Planner and batch between a real store and servers in memory: scene N has the file N, item N holds it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path

from memory_stash import MemoryStash
from plex_in_memory import PlexInMemory

from plexsync.domain.model import Entity, Field, Item, Scene, SceneFile
from plexsync.index import ownership
from plexsync.runtime.context import Context
from plexsync.runtime.servers import Servers
from plexsync.runtime.shared import Shared
from plexsync.runtime.stash_load.prefetch import Prefetch
from plexsync.store import Store
from plexsync.store.jobs import Job, Priority, Work
from plexsync.store.links import SyncRecord
from plexsync.sync.batch import Batch, BatchRunner
from plexsync.sync.outcomes import Deferred, Outcome
from plexsync.sync.planner import Planner, ScenePlan
from plexsync.sync.steps import Moment

SETTINGS = {"stash_url": "http://stash.test:9999", "path_map": "/data => /media"}


def film(number: int) -> str:
    """A file as Plex names it."""
    return f"/media/{number}.mp4"


def file_of(number: int) -> SceneFile:
    """A file as Stash names it."""
    return SceneFile(f"/data/{number}.mp4", 1)


class SyncStage:
    """Both servers in the test's hands; one clock for all."""

    def __init__(
        self, folder: Path, store: Store, settings: Mapping[str, str], stash: MemoryStash, plex: PlexInMemory
    ) -> None:
        self.store = store
        self.stash = stash
        self.plex = plex
        self.plex.time = self.now
        given = {f"PLEXSYNC_{name.upper()}": value for name, value in (SETTINGS | dict(settings)).items()}
        context = Context(folder, given)
        context.reread(store)
        assert {problem.data["setting"] for problem in context.settings.problems} <= {"plex_url", "plex_token"}
        self.shared = Shared.begin(context, Prefetch(self.now))
        (target,) = self.shared.targets
        self.come_next: tuple[int, ...] = ()
        servers = Servers(stash, plex, plex, plex)
        self.runner = BatchRunner(store, self.shared, target, servers, self.now, following=self._following)
        self.index = self.runner.index
        self.planner = Planner(store, self.index, plex, stash)

    def with_settings(self, folder: Path, **settings: str) -> SyncStage:
        """The same servers and the same memory, with other settings."""
        other = SyncStage(folder, self.store, settings, self.stash, self.plex)
        other.index.make_ready()
        other.forget_questions()
        return other

    def now(self) -> float:
        return self.stash.clock

    def later(self, seconds: float = 1000.0) -> None:
        self.stash.clock += seconds

    def _following(self, but: Collection[int]) -> list[Job]:
        """The jobs of the scenes that come next."""
        jobs = self.store.jobs.claim(10_000, self.now(), but=but)
        return [job for job in jobs if job.scene_id in self.come_next]

    # Scenes and items.

    def add(self, number: int = 1, **values: object) -> None:
        """Add scenes, each with an item that holds its file; nothing is synced, all is known."""
        for scene in self.stash.add(*(f"Title {place + 1}" for place in range(number))):
            self.plex.add(str(scene), film(scene))
            self.stash.change_unstamped(scene, files=(file_of(scene),), **values)
        self.take_note()

    def take_note(self) -> None:
        """Let PlexSync know of everything there is."""
        self.index.forget_readiness()
        self.index.make_ready()
        with self.store.transaction():
            ownership.remember(self.store, ownership.readings(self.stash.scenes_by_id.values()), (), self.now())
        self.forget_questions()

    def forget_questions(self) -> None:
        for asked in (self.stash.asked, self.plex.sent, self.plex.reads, self.plex.listed):
            asked.clear()

    def scene(self, number: int) -> Scene:
        return self.stash.scenes_by_id[number]

    def item(self, number: int) -> Item:
        return self.plex.item(str(number))

    def title(self, number: int) -> str:
        return str(self.item(number).fields[Field.TITLE])

    def record(self, scene: int, item: int | None = None) -> SyncRecord:
        return self.store.links.of_scenes([scene])[scene, str(item or scene)]

    def forget_scene(self, number: int) -> None:
        """Let a scene be gone, and PlexSync know of it."""
        self.stash.destroy(number)
        with self.store.transaction():
            ownership.remember(self.store, (), [number], self.now())

    # Plans and batches.

    def plan(self, *numbers: int) -> dict[int, ScenePlan]:
        found = self.planner.plan([self.scene(number) for number in numbers or sorted(self.stash.scenes_by_id)])
        return {one.scene.id: one for one in found}

    def one(self, number: int = 1) -> ScenePlan:
        return self.plan(number)[number]

    def enqueue(self, *numbers: int, work: Work = Work.ALL, origin: str = "feed") -> tuple[Job, ...]:
        """Enqueue scenes and claim them."""
        now, jobs = self.now(), self.store.jobs
        priority = Priority.PERSON if origin == "person" else Priority.FRESH
        with self.store.transaction():
            if work is Work.CLEAR:
                jobs.enqueue_cleanup(numbers, origin=origin, now=now, run_id=0)
            else:
                jobs.enqueue(numbers, priority=priority, origin=origin, now=now, run_id=0)
        claimed = jobs.claim(10_000, now)
        if work is Work.IMAGE:
            jobs.leave_image(claimed, now)
            claimed = jobs.claim(10_000, now)
        return tuple(job for job in claimed if job.scene_id in numbers)

    def run(self, batch: Batch, between: Callable[[Moment], None] = lambda _: None) -> list[Moment]:
        """Take all steps of a batch and settle what they come to; ``between`` is called at each moment."""
        moments = []
        for moment in self.runner.steps(batch):
            self.runner.settlement.settle(moment.outcomes)
            moments.append(moment)
            between(moment)
        return moments

    def sync(self, *numbers: int, work: Work = Work.ALL, origin: str = "feed") -> list[Moment]:
        """Bring scenes over, all if none are named."""
        return self.run(Batch(self.enqueue(*numbers or sorted(self.stash.scenes_by_id), work=work, origin=origin)))

    def synced(self, number: int = 1, **values: object) -> None:
        """Add scenes and bring them over, an hour before now."""
        self.add(number, **values)
        self.sync()
        self.later(3600.0)
        self.forget_questions()

    def state(self, number: int = 1) -> tuple[str, str]:
        """State and cause of a job."""
        job = self.store.jobs.get(number)
        return ("", "") if job is None else (job.state.value, job.cause)


def studio(name: str) -> Entity:
    return Entity(1, name)


def born_again(scene: Scene) -> Scene:
    """Another scene under the same id."""
    return replace(scene, created_at="2031-01-01T00:00:00Z", updated_at="2031-01-01T00:00:00Z")


@contextmanager
def staged(folder: Path, **settings: str) -> Iterator[SyncStage]:
    with closing(Store(folder)) as store:
        yield SyncStage(folder, store, settings, MemoryStash(), PlexInMemory({}))


def outcomes(moments: Sequence[Moment]) -> dict[int, Outcome]:
    """The outcome of each scene's job; a job has one."""
    found = [outcome for moment in moments for outcome in moment.outcomes]
    assert len(found) == len({outcome.job.scene_id for outcome in found})
    return {outcome.job.scene_id: outcome for outcome in found}


def causes(moments: Sequence[Moment]) -> dict[int, str]:
    """The causes for which scenes wait."""
    return {one: outcome.setback.cause for one, outcome in outcomes(moments).items() if isinstance(outcome, Deferred)}
