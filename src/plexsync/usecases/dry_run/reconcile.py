"""The findings of a reconcile, scene by scene and field by field."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from plexsync.domain.advice import KIND_WORDS, Advice, explain
from plexsync.domain.model import Scene
from plexsync.domain.reconcile.brakes import trip
from plexsync.domain.reconcile.gaps import Gap
from plexsync.domain.text import fold
from plexsync.reconcile.baseline import kept_baseline
from plexsync.reconcile.compare import Finding, Progress, Reconcile
from plexsync.reconcile.request import asked_request
from plexsync.reconcile.run import Tally, figures_of, summed
from plexsync.runtime.mass_change import limits
from plexsync.stash import timestamps
from plexsync.sync.planner import ScenePlan
from plexsync.usecases.dry_run.item_view import ItemView, item_views
from plexsync.usecases.dry_run.pictures import ExpectedPictures
from plexsync.usecases.dry_run.rehearsal import Rehearsal, rehearse
from plexsync.usecases.opening import Opened
from plexsync.usecases.runs.reconcile import ReconcileRequest, summary


@dataclass(frozen=True, slots=True)
class FoundGap:
    """A gap as a dry run shows it; ``items`` only where the scene was read in full.

    ``kind`` is "" for a scene without a gap, of which a picture may change. ``fields`` maps the fields concerned to
    their own kinds. The scene was edited last at ``edited_at`` (UTC seconds, 0 where it was not read). ``taking``
    counts the items from which it would take something away.
    """

    kind: str
    scene_id: int
    title: str
    advice: Advice
    reasons: tuple[Advice, ...]
    items: tuple[ItemView, ...]
    fields: Mapping[str, str] = field(default_factory=dict)
    edited_at: int = 0
    taking: int = 0

    @property
    def words(self) -> str:
        """Its kind, as a person reads it."""
        if self.kind:
            return KIND_WORDS[self.kind]
        return f"a picture {'would' if any(item.number('changes') for item in self.items) else 'may'} change"


class ReconcileDryRun:
    """A run that only looks: nothing is queued, nothing kept, nothing written."""

    def __init__(self, opened: Opened, asked: ReconcileRequest, now: float) -> None:
        """Raises :class:`BadSetting` for a range that is not understood."""
        self._opened = opened
        self._request = asked_request(asked.arguments(), opened.context.settings, now)
        self._tally = Tally()
        self._run: Reconcile | None = None
        self._renames: dict[str, str] = {}
        self.result: Mapping[str, Any] = {}

    @property
    def progress(self) -> Progress:
        """How far it is."""
        return Progress() if self._run is None else self._run.seen

    @property
    def renames(self) -> Mapping[str, str]:
        """Names of performers, studios, tags and groups as PlexSync remembers them, and as Stash has them now (folded).

        Known once a run over all scenes has listed them.
        """
        names = self.progress.names
        if names is not None and not self._renames:
            before = self._opened.store.scenes
            for one in names.changed:
                for row in before.entity_rows(one.kind, [one.id]).values():
                    self._renames[fold(row.name)] = fold(one.name)
        return self._renames

    @property
    def gaps(self) -> int:
        """How many gaps were found, known at the end."""
        return int(self.result["gaps"])

    @property
    def pictures(self) -> int:
        """How many scenes without a gap have a picture that may change, known at the end."""
        return int(self.result["pictures"])

    def lines(self) -> tuple[str, ...]:
        """Sum up what was found, at the end."""
        return tuple(summary(self.result, is_preview=True))

    def found(self, show: Callable[[float], None]) -> Iterator[FoundGap]:
        """Yield the gaps a run would find, and scenes of which a picture may change; sums them up in ``result``.

        Raises server and settings errors.
        """
        store = self._opened.store
        libraries = {key: section.title for key, section in store.library.sections().items()}
        with rehearse(self._opened) as rehearsal:
            pictures = ExpectedPictures(rehearsal.index.target, self._opened.context.stash)
            for finding in self._findings(rehearsal, show):
                views = _views(finding.scene_plan, libraries, pictures)
                if finding.gap is not None:
                    yield _found(finding, finding.gap, store.scenes.title(finding.scene_id), views)
                elif finding.picture and finding.scene_plan is not None:
                    yield _of_picture(finding.scene_plan.scene, views)

    def _findings(self, rehearsal: Rehearsal, show: Callable[[float], None]) -> Iterator[Finding]:
        stash, before = self._opened.context.stash, kept_baseline(rehearsal.store)
        who = rehearsal.index.target.identity().machine_id
        self._run = run = Reconcile(rehearsal.store, stash, rehearsal.index, self._request, frozenset(before.sample))
        for finding in run.findings(show):
            self._tally.add(finding)
            yield finding
        figures = figures_of(rehearsal.store, before, who, rehearsal.index, run, self._tally)
        reasons = () if self._request.allowed else trip(figures, limits(self._opened.target.settings))
        brakes = [{"code": reason.code, "data": dict(reason.data)} for reason in reasons]
        self.result = {**summed(self._tally, run), "taking": figures.taking, "linked": figures.linked, "brakes": brakes}


def _views(
    scene_plan: ScenePlan | None, libraries: Mapping[str, str], pictures: ExpectedPictures
) -> tuple[ItemView, ...]:
    return () if scene_plan is None else item_views(scene_plan, libraries, pictures.views(scene_plan))


def _found(finding: Finding, gap: Gap, title: str, views: tuple[ItemView, ...]) -> FoundGap:
    return FoundGap(
        kind=gap.kind.value,
        scene_id=gap.scene_id,
        title=title if finding.scene_plan is None else finding.scene_plan.scene.title,
        advice=explain(f"gap_{gap.kind.value}", {}),
        reasons=tuple(explain(reason.code, reason.data) for reason in gap.reasons),
        items=tuple(view for view in views if view.rating_key == gap.rating_key),
        fields={of.value: kind.value for of, kind in gap.fields.items()},
        edited_at=0 if finding.scene_plan is None else _edited_at(finding.scene_plan.scene),
        taking=finding.taking,
    )


def _of_picture(scene: Scene, views: tuple[ItemView, ...]) -> FoundGap:
    items = tuple(view for view in views if view.number("may change") + view.number("changes"))
    advice = explain("picture_may_change", {"scene": str(scene.id)})
    return FoundGap("", scene.id, scene.title, advice, (), items, edited_at=_edited_at(scene))


def _edited_at(scene: Scene) -> int:
    return max(0, timestamps.instant(scene.updated_at))
