"""Reconcile runs: what asks for one, and what becomes of what it finds.

A run compares first and asks last: only when all is known, and no brake trips, is anything queued; the repair is the
queue's. One thread does one run after the other, so there are never two at once.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import nullcontext
from dataclasses import dataclass, field, replace

from plexsync.detect.initial_scan import entity_row
from plexsync.domain.errors import PlexSyncError
from plexsync.domain.model import Reason
from plexsync.domain.reconcile.brakes import Figures, Side, trip
from plexsync.domain.reconcile.gaps import QUEUED, GapKind
from plexsync.index.index import Index
from plexsync.reconcile.baseline import baseline_now, keep_baseline, kept_baseline
from plexsync.reconcile.compare import Finding, Reconcile, Request, detail_of
from plexsync.runtime.mass_change import limits, taken_of_late
from plexsync.runtime.observer.happenings import RunBegan, RunEnded
from plexsync.runtime.shared import Shared
from plexsync.runtime.target import Target
from plexsync.store import Store
from plexsync.store.gaps import Found, GapRow
from plexsync.store.history.runs import RECONCILE
from plexsync.store.jobs import UNLINKED, Priority, State
from plexsync.store.state import Baseline

CHUNK = 500
SHOW_SECONDS = 1.0
EXAMPLES = 3
_OF_ALL = frozenset({GapKind.ORPHAN.value, GapKind.DUPLICATE.value, GapKind.UNREADABLE.value})

Tell = Callable[[float, Mapping[str, object]], None]
"""Hears progress (0..1) and the figures so far, and may raise :class:`Stopped`."""


class RunStopped(Exception):
    """A run is to end: whoever asked for it is gone, or the agent ends."""


@dataclass(slots=True)
class Tally:
    """The findings of a run so far: scenes by kind of gap, scenes to touch, items that would lose something.

    ``unknown`` are those to touch of which nothing is remembered, even if something about them is to be reported. Of
    those of ``pictures`` no more than a picture may change.
    """

    kinds: Counter[str] = field(default_factory=Counter)
    scenes: set[int] = field(default_factory=set)
    touched: set[int] = field(default_factory=set)
    unknown: set[int] = field(default_factory=set)
    pictures: set[int] = field(default_factory=set)
    taking: int = 0
    examples: list[dict[str, str]] = field(default_factory=list)
    _last: dict[str, int] = field(default_factory=dict)

    def add(self, finding: Finding) -> None:
        """Count a finding; of one scene and kind they come in a row and count once."""
        self.taking += finding.taking
        if finding.taking and finding.scene_plan is not None and len(self.examples) < EXAMPLES:
            self.examples.append({"scene": str(finding.scene_id), "takes": "; ".join(finding.scene_plan.losses)})
        if finding.gap is None:
            self._add_without_gap(finding)
            return
        kind = finding.gap.kind.value
        if self._last.get(kind) != finding.scene_id:
            self.kinds[kind] += 1
            self._last[kind] = finding.scene_id
        if finding.gap.kind is not GapKind.ORPHAN and finding.scene_id:
            self.scenes.add(finding.scene_id)

    def _add_without_gap(self, finding: Finding) -> None:
        if finding.picture:
            self.pictures.add(finding.scene_id)
        if finding.is_remembered:
            return
        self.touched.add(finding.scene_id)
        if finding.scene_plan is not None and not finding.scene_plan.records:
            self.unknown.add(finding.scene_id)


class Runner:
    """Carries out reconcile runs against one target; for one thread."""

    def __init__(self, store: Store, shared: Shared, target: Target, now: Callable[[], float] = time.time) -> None:
        self._store = store
        self._shared = shared
        self._context = shared.context.copy()
        self._target = target.seen_from(self._context)
        self._now = now

    def run(self, request: Request, tell: Tell) -> tuple[int, str, Mapping[str, object]]:
        """Carry out a run; returns its id, its state and its figures.

        Raises :class:`Stopped` and server or settings errors; the row of the run, if it had begun, then says so.
        """
        self._context.catch_up(self._shared.context)
        who = self._target.identity().machine_id  # before there is a run: a server that is away has none
        run = self._store.runs.start(RECONCILE, request.origin, request.scope, self._now(), allowed=request.allowed)
        self._shared.observer.tell(RunBegan(run, RECONCILE, request.scope, request.origin))
        try:
            with self._shared.coverage.comparing() if request.is_full else nullcontext():
                state, result = self._carry_out(run, request, who, tell)
        except RunStopped:
            self._end(run, "stopped", {})
            raise
        except PlexSyncError as error:
            self._end(run, "failed", {"code": error.code, "data": error.data})
            raise
        self._end(run, state, result)
        return run, state, result

    def _end(self, run: int, state: str, result: Mapping[str, object]) -> None:
        self._store.runs.end(run, state, result, self._now())
        self._shared.observer.tell(RunEnded(run, RECONCILE, state, result))

    def _carry_out(self, run: int, request: Request, who: str, tell: Tell) -> tuple[str, Mapping[str, object]]:
        before = kept_baseline(self._store)
        if before.chosen != self._context.settings.names("plex_libraries"):
            before = replace(before, items=0, folders=())  # a person chose others: that they differ says nothing
        index = Index(self._store, self._target, self._target.servers, self._now)
        reconcile = Reconcile(self._store, self._context.stash, index, request, frozenset(before.sample))
        tally = Tally()
        try:
            self._keep(run, reconcile.findings(self._teller(run, tell, tally, reconcile)), tally)
        except (RunStopped, PlexSyncError):
            reconcile.take_back()
            raise
        figures = figures_of(self._store, before, who, index, reconcile, tally)
        reasons = () if request.allowed else trip(figures, limits(self._context.settings))
        if reasons:
            self._store.gaps.hold(run)
            reconcile.take_back()
            held = {**_in_words(reasons), "examples": tally.examples}
            return "braked", {**summed(tally, reconcile), **held, **_taking(figures)}
        acted = self._act(run, request, tally)
        if request.is_about_all_kinds:
            self._settle(run, reconcile)
        if request.is_full:
            self._shared.coverage.complete()
        chosen = self._context.settings.names("plex_libraries")
        rest = None if request.scope == "all" else before
        keep_baseline(self._store, baseline_now(self._store, who, index.library_sync.folders, chosen, rest))
        self._shared.wanted.set()
        return "done", {**summed(tally, reconcile), **acted, **_taking(figures)}

    def _teller(self, run: int, tell: Tell, tally: Tally, reconcile: Reconcile) -> Callable[[float], None]:
        """Make what shows how far a run is: in its row now and then, and to whoever listens."""
        shown_at = 0.0

        def show(progress: float) -> None:
            nonlocal shown_at
            seen = {"compared": reconcile.seen.compared, "total": reconcile.seen.total}
            figures = {**_so_far(tally, reconcile), **seen, "progress": round(progress, 3)}
            tell(progress, figures)
            if self._now() - shown_at >= SHOW_SECONDS:
                shown_at = self._now()
                self._store.runs.show(run, figures)

        return show

    def _keep(self, run: int, findings: Iterator[Finding], tally: Tally) -> None:
        """Write gaps down as they are found, some hundred at a time."""
        batch: list[Found] = []
        for finding in findings:
            tally.add(finding)
            gap = finding.gap
            if gap is not None:
                batch.append(Found(gap.kind.value, gap.scene_id, gap.rating_key, detail_of(gap)))
            if len(batch) >= CHUNK:
                self._see(run, batch)
                batch = []
        self._see(run, batch)

    def _see(self, run: int, batch: list[Found]) -> None:
        with self._store.transaction():
            self._store.gaps.see(batch, run, self._now())

    def _act(self, run: int, request: Request, tally: Tally) -> Mapping[str, object]:
        """Queue what is to be repaired; returns how many scenes were queued by kind, and what became of the others."""
        queued: Counter[str] = Counter()
        others: Counter[str] = Counter()
        after = scenes = 0
        while rows := self._store.gaps.seen_in(run, after, CHUNK):
            after = rows[-1].id
            with self._store.transaction():
                scenes += self._act_on(run, request, rows, queued, others)
            self._shared.wanted.set()
        touched = sorted(tally.unknown | tally.touched - tally.scenes)
        for start in range(0, len(touched), CHUNK):
            with self._store.transaction():
                chunk = touched[start : start + CHUNK]
                idle = sorted(set(chunk) - self._store.jobs.queued_among(chunk))
                self._store.jobs.enqueue(idle, priority=Priority.BULK, origin=RECONCILE, now=self._now())
        return {"queued": scenes, "queued_by_kind": dict(queued), **others}

    def _act_on(
        self,
        run: int,
        request: Request,
        rows: tuple[GapRow, ...],
        queued: Counter[str],
        others: Counter[str],
    ) -> int:
        """Deal with some gaps of a run; returns how many scenes were queued."""
        states = self._store.jobs.among({row.scene_id for row in rows})
        actions: dict[int, str] = {}
        to_sync: list[int] = []
        to_clear: list[int] = []
        for row in rows:
            action = self._action(row, states.get(row.scene_id), allowed=request.allowed)
            actions[row.id] = action
            if action != "queued":
                others[action] += 1
            elif row.kind == GapKind.ORPHAN.value:
                to_clear.append(row.scene_id)
            elif row.scene_id not in to_sync:
                to_sync.append(row.scene_id)
            if action == "queued":
                queued[row.kind] += 1
        self._store.gaps.act(actions)
        self._store.jobs.enqueue(to_sync, priority=Priority.BULK, origin=RECONCILE, now=self._now(), run_id=run)
        self._store.jobs.enqueue_cleanup(to_clear, origin=RECONCILE, now=self._now(), run_id=run)
        self._store.runs.add(run, len(to_sync) + len(to_clear))
        self._store.runs.take(run, len(to_clear))
        return len(to_sync) + len(to_clear)

    def _action(self, row: GapRow, job: tuple[State, str] | None, *, allowed: bool) -> str:
        """Say what to do about a gap: dead letters are a person's, and what is queued needs no second asking.

        Only a person releases a scene that a brake holds.
        """
        kind = GapKind(row.kind)
        is_clearing = kind is GapKind.ORPHAN and self._context.settings.text("orphan_policy") == "clear"
        if kind not in QUEUED and not is_clearing:
            return "reported"
        if job is None or job[0] is State.DONE:
            return "queued"
        state, cause = job
        if state is State.DEAD:
            return "given_up"
        if state is State.WAITING and cause == "stopped":
            return "queued"
        if state is State.WAITING and cause == "brake":
            return "queued" if allowed else "held"
        is_stuck = state is State.WAITING and cause in UNLINKED and cause != kind.value
        return "queued" if is_stuck else "already_queued"

    def _close(self, run: int, scope: frozenset[int] | None) -> None:
        """Close the gaps that a run no longer saw where it looked; what only a full run sees, only that one closes."""
        after = 0
        while rows := self._store.gaps.unseen(run, after, CHUNK):
            after = rows[-1][0]
            with self._store.transaction():
                self._store.gaps.end(
                    (id_ for id_, scene, kind in rows if scope is None or (scene in scope and kind not in _OF_ALL)),
                    self._now(),
                )

    def _settle(self, run: int, reconcile: Reconcile) -> None:
        """Close the gaps that are no more, and remember entities under their new names."""
        self._close(run, reconcile.seen.in_scope)
        names = reconcile.seen.names
        if names is None:
            return
        with self._store.transaction():
            for one in names.changed:
                self._store.scenes.remember_entities(one.kind, [entity_row(one)])
            for kind, ids in names.gone.items():
                self._store.scenes.forget_entities(kind, ids)


def figures_of(  # noqa: PLR0913, PLR0917  the baseline, and all parts of the one now
    store: Store, before: Baseline, who: str, index: Index, reconcile: Reconcile, tally: Tally
) -> Figures:
    """Sum up what the brakes go by; a run over some scenes knows of all libraries, but not of all of Stash."""
    is_all = reconcile.seen.in_scope is None
    links, items = store.links.number(), store.library.number()
    lost = max(0, store.links.gone() - before.links_gone)
    return Figures(
        stash=Side(
            "",
            "",
            known=len(before.sample) if is_all else 0,
            listed=reconcile.seen.sample_found,
            is_empty=not reconcile.seen.scenes,
        ),
        plex=Side(before.machine_id, who, known=before.items, listed=items, is_empty=not items),
        linked=links,
        links_gone=lost,
        taking=tally.taking + lost,
        taken=taken_of_late(store, index.now()),
        folders_gone=tuple(sorted(set(before.folders) - set(index.library_sync.folders))),
    )


def summed(tally: Tally, reconcile: Reconcile) -> dict[str, object]:
    """Return a run's figures: scenes looked at, gaps by kind, and the scenes without one by what they are instead.

    Of some no more than a picture may change, others are ``apart`` (not for Plex), or have ``unasked`` gaps alone.
    """
    looked, pictures = reconcile.seen.scenes, tally.pictures - tally.scenes
    found = tally.scenes | pictures
    apart = Counter(verdict.value for scene, verdict in reconcile.seen.apart.items() if scene not in found)
    unasked = len(reconcile.seen.unasked - found - reconcile.seen.apart.keys() - {0})
    return {
        **_so_far(tally, reconcile),
        "pictures": len(pictures),
        "apart": dict(apart),
        "unasked": unasked,
        "nothing_to_do": max(0, looked - len(found) - sum(apart.values()) - unasked),
    }


def _so_far(tally: Tally, reconcile: Reconcile) -> dict[str, object]:
    return {"scenes": reconcile.seen.scenes, "kinds": dict(tally.kinds), "gaps": sum(tally.kinds.values())}


def _taking(figures: Figures) -> dict[str, int]:
    return {"taking": figures.taking, "linked": figures.linked}


def _in_words(reasons: tuple[Reason, ...]) -> dict[str, object]:
    return {"brakes": [{"code": reason.code, "data": dict(reason.data)} for reason in reasons]}
