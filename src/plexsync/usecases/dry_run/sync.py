"""The effect of a sync, scene by scene and field by field."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice

from plexsync.domain.advice import Advice, explain
from plexsync.domain.model import Verdict
from plexsync.stash import scenes as stash_scenes
from plexsync.stash.client import StashClient
from plexsync.sync.planner import Planner, ScenePlan
from plexsync.usecases.dry_run.item_view import ItemView, item_views
from plexsync.usecases.dry_run.pictures import ExpectedPictures
from plexsync.usecases.dry_run.rehearsal import Rehearsal, rehearse
from plexsync.usecases.opening import Opened
from plexsync.usecases.runs.sync import Scope

AT_ONCE = 200


@dataclass(frozen=True, slots=True)
class Prospect:
    """The effect of a sync on one scene; ``doubts`` say why nothing where it has no item."""

    scene_id: int
    title: str
    verdict: str
    items: tuple[ItemView, ...]
    doubts: tuple[Advice, ...]

    def number(self, outcome: str) -> int:
        """Count the fields and pictures with an outcome."""
        return sum(item.number(outcome) for item in self.items)

    @property
    def is_in_sync(self) -> bool:
        """Tell whether there is nothing to say but that it is in sync."""
        return not (self.doubts or any(map(self.number, ("changes", "may change", "kept"))))


def expected(opened: Opened, scope: Scope, scenes: Iterable[int]) -> int:
    """Return about how many scenes a dry run looks at, for its progress."""
    return opened.store.scenes.number() if scope == "all" else len(tuple(scenes))


def prospects(
    opened: Opened, *, scope: Scope, moment: float | None = None, scenes: Iterable[int] = ()
) -> Iterator[Prospect]:
    """Yield what a sync would do to each scene: nothing is written to Plex and no job changes.

    Raises server and settings errors; a scene that Stash does not have is left out.
    """
    with rehearse(opened) as rehearsal:
        yield from prospects_in(opened, rehearsal, _ids(opened, scope, moment, scenes))


def prospects_in(opened: Opened, rehearsal: Rehearsal, ids: Iterator[int]) -> Iterator[Prospect]:
    """Yield what a sync would do to some scenes, by a rehearsal that is ready; raises as :func:`prospects`."""
    for _, prospect in considered(opened, rehearsal, ids):
        yield prospect


def considered(opened: Opened, rehearsal: Rehearsal, ids: Iterator[int]) -> Iterator[tuple[ScenePlan, Prospect]]:
    """Yield the plan of each scene beside what a sync would do to it; raises as :func:`prospects`."""
    libraries = {key: section.title for key, section in rehearsal.store.library.sections().items()}
    pictures = ExpectedPictures(rehearsal.index.target, opened.context.stash)
    for scene_plan in _scene_plans(rehearsal.planner, opened.context.stash, ids):
        yield scene_plan, _prospect(scene_plan, libraries, pictures)


def _prospect(scene_plan: ScenePlan, libraries: Mapping[str, str], pictures: ExpectedPictures) -> Prospect:
    link, scene = scene_plan.link, scene_plan.scene
    doubtful = link.verdict is not Verdict.LINKED
    doubts = tuple(explain(reason.code, reason.data) for reason in link.reasons) if doubtful else ()
    items = item_views(scene_plan, libraries, pictures.views(scene_plan))
    return Prospect(scene.id, scene.title, link.verdict.value, items, doubts)


def _scene_plans(planner: Planner, client: StashClient, ids: Iterator[int]) -> Iterator[ScenePlan]:
    while batch := list(islice(ids, AT_ONCE)):
        read = stash_scenes.read(client, batch).scenes
        yield from planner.plan([read[scene] for scene in batch if scene in read])


def _ids(opened: Opened, scope: Scope, moment: float | None, scenes: Iterable[int]) -> Iterator[int]:
    client = opened.context.stash
    if scope == "scenes":
        yield from dict.fromkeys(scenes)
    elif scope == "since":
        if moment is None:
            raise ValueError("since when?")
        yield from sorted(stash_scenes.since(client, moment))
    else:
        for ids in stash_scenes.all_ids(client):
            yield from ids
