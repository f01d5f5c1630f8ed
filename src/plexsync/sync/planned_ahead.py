"""The batch that comes next, read and planned in little steps while the edits of this one are on their way.

Nothing is written to Plex here. A plan that was made ahead counts for the very next batch alone, and only as long as
nothing was said, written or decided about its scene and its items since. All other scenes are planned in their turn.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from plexsync.domain.model import Scene, Verdict
from plexsync.plex.editing.capabilities import known_servers
from plexsync.runtime.clock import has_passed
from plexsync.store import Store
from plexsync.store.jobs import Job
from plexsync.store.state import MACHINE_ID, RESTORED_AT
from plexsync.sync.batch_sizes import parts
from plexsync.sync.planner import Planner, ScenePlan
from plexsync.sync.undoing.plan import NO_PLANS, Undoing, UndoPlanner

AT_ONCE = 100
"""Scenes that are read or planned in one step: in smaller ones the same takes more requests, and no less time."""

HOLDS = 30.0
"""Seconds after which nothing that was planned ahead counts any more."""

_log = logging.getLogger("plexsync")


@dataclass(frozen=True, slots=True)
class AheadTools:
    """The tools for planning ahead.

    ``following`` returns the jobs that come next, but for those of some scenes. ``read`` reads scenes
    in Stash and remembers their files. ``may_read`` tells whether Stash has time for it now.
    """

    store: Store
    planner: Planner
    undo_planner: UndoPlanner
    following: Callable[[Collection[int]], Sequence[Job]]
    read: Callable[[Sequence[int]], Sequence[Scene]]
    may_read: Callable[[], bool]
    now: Callable[[], float]


class PlannedAhead:
    """Plans of the batch that follows another one; for the worker's thread."""

    def __init__(self, tools: AheadTools, at_work: Sequence[ScenePlan], scene_ids: Collection[int]) -> None:
        """Begin; ``at_work`` are the plans of the batch that is written meanwhile, ``scene_ids`` its scenes."""
        self._tools = tools
        self._busy_items = _items_of(at_work)
        self._busy_scenes = scene_ids
        self._began = tools.now()
        self._revisions: dict[int, int] = {}
        self._grounds: _Grounds | None = None
        self._found: list[Undoing] = []
        self._steps: Iterator[None] | None = self._plan()

    @property
    def has_work(self) -> bool:
        """Tell whether there is anything to do now."""
        return self._steps is not None and self._tools.may_read()

    def go_on(self) -> None:
        """Do a little; trouble ends it, and the batch itself meets that in its turn."""
        try:
            if self._steps is not None:
                next(self._steps)
        except StopIteration:
            self._steps = None
        except Exception:  # noqa: BLE001  the edge of a batch that is not at work yet
            _log.debug("planning ahead ends", exc_info=True)
            self.close()

    def close(self) -> None:
        """Go on no more, and forget all plans."""
        self._steps, self._grounds = None, None
        self._found.clear()

    def of(self, jobs: Sequence[Job]) -> Undoing:
        """Return the plans that still hold, of these jobs."""
        if self._grounds is None or has_passed(HOLDS, self._began, self._tools.now()):
            return NO_PLANS
        wanted = {job.scene_id for job in jobs if self._revisions.get(job.scene_id) == job.revision}
        plans = [one for found in self._found for one in found.scene_plans if one.scene.id in wanted]
        now = _Grounds.of(self._tools.store, [one.scene.id for one in plans])
        if now.server != self._grounds.server:
            return NO_PLANS
        holding = {one.scene.id for one in plans if self._is_free(one) and now.is_same(self._grounds, one.scene.id)}
        return Undoing.joined(self._found).only(holding)

    def _is_free(self, scene_plan: ScenePlan) -> bool:
        """Tell whether nothing that the plan goes by was written meanwhile."""
        return self._busy_items.isdisjoint(_items_of([scene_plan]))

    def _plan(self) -> Iterator[None]:
        jobs = self._tools.following(self._busy_scenes)
        self._revisions = {job.scene_id: job.revision for job in jobs}
        self._grounds = _Grounds.of(self._tools.store, tuple(self._revisions))
        yield
        for part in parts(tuple(self._revisions), AT_ONCE):
            scenes = self._tools.read(part)
            yield
            wishes = self._tools.store.undos.wanted(part)
            plans = self._tools.planner.plan(self._certain(scenes), {row.scene_id for row in wishes})
            yield
            self._found.append(self._tools.undo_planner.plan(plans, wishes))
            yield

    def _certain(self, scenes: Sequence[Scene]) -> list[Scene]:
        """Return the scenes whose items are known: nothing is listed for others while edits are on their way.

        So one that claims the item of another scene is read in its turn, and both are looked at then.
        """
        links = self._tools.planner.links(scenes)
        return [scene for scene in scenes if links[scene.id].verdict is Verdict.LINKED]


@dataclass(frozen=True, slots=True)
class _Grounds:
    """The grounds of plans besides the servers: who Plex is and takes, what is remembered and wished of each scene."""

    server: tuple[object, ...]
    records: Mapping[int, int]
    wishes: Mapping[int, int]

    @classmethod
    def of(cls, store: Store, scene_ids: Sequence[int]) -> _Grounds:
        state = (store.state.get(MACHINE_ID, ""), store.state.get(RESTORED_AT, 0.0), known_servers(store).current.off)
        return cls(state, store.links.marks(scene_ids), store.undos.number_wanted(scene_ids))

    def is_same(self, other: _Grounds, scene_id: int) -> bool:
        """Tell whether both have seen the same of a scene."""
        mine, others = ((seen.records.get(scene_id), seen.wishes.get(scene_id, 0)) for seen in (self, other))
        return mine == others


def _items_of(scene_plans: Sequence[ScenePlan]) -> AbstractSet[str]:
    """Return the items that plans are about, or go by."""
    return {key for one in scene_plans for key in (*one.items, *one.records, *one.link.rating_keys)}
