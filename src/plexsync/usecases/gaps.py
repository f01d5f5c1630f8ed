"""The gaps that reconcile runs found, as a person sees them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path

from plexsync.domain.advice import KIND_WORDS, Advice, explain
from plexsync.domain.reconcile.gaps import GapKind
from plexsync.store import Store
from plexsync.store.gaps import GapRow
from plexsync.usecases.data_folder import open_store

_NOT_QUEUED = frozenset({"given_up", "held", "found"})
"""Actions after which no queue mends a gap."""


@dataclass(frozen=True, slots=True)
class GapView:
    """A gap with its scene's title, its kind in words, and what is known of it."""

    gap: GapRow
    title: str
    words: str
    advice: Advice
    reasons: tuple[Advice, ...]

    @property
    def fields(self) -> tuple[str, ...]:
        """The fields it is about."""
        return tuple(self.gap.detail.get("fields", {}))

    def to_json(self) -> dict[str, object]:
        """Return it as what JSON can hold."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class GapCount:
    """How many open gaps are of a kind, and what was done about them."""

    kind: str
    words: str
    number: int
    queued: int


@dataclass(frozen=True, slots=True)
class GapPage:
    """Some gaps, by kind and scene, and how many are open of each kind."""

    counts: tuple[GapCount, ...]
    gaps: tuple[GapView, ...]


def listed(folder: Path, kinds: Iterable[str] = (), limit: int = 100, run_id: int | None = None) -> GapPage:
    """Return open gaps, or those one run saw; all kinds if none is named."""
    chosen = tuple(kinds) or tuple(kind.value for kind in GapKind)
    with open_store(folder) as store:
        rows = store.gaps.listed(chosen, limit, run_id=run_id)
        return GapPage(gap_counts(store), tuple(_view(gap, title) for gap, title in rows))


def of_scene(folder: Path, scene_id: int) -> tuple[GapView, ...]:
    """Return a scene's gaps, open ones first."""
    with open_store(folder) as store:
        return tuple(_view(gap, "") for gap in store.gaps.of_scene(scene_id))


def gap_counts(store: Store) -> tuple[GapCount, ...]:
    """Count the open gaps, in the order of their kinds."""
    found = store.gaps.counts()
    rows = []
    for kind, words in KIND_WORDS.items():
        number = sum(count for (of, _), count in found.items() if of == kind)
        queued = sum(
            count for (of, what), count in found.items() if of == kind and what in {"queued", "already_queued"}
        )
        if number:
            rows.append(GapCount(kind, words, number, queued))
    return tuple(rows)


def _view(gap: GapRow, title: str) -> GapView:
    reasons = tuple(explain(one["code"], one["data"]) for one in gap.detail.get("reasons", ()))
    return GapView(gap, title, KIND_WORDS[gap.kind], _advice(gap), reasons)


def _advice(gap: GapRow) -> Advice:
    """Say what it is; what is to be done depends on what the run could do."""
    kind = explain(f"gap_{gap.kind}", {})
    if gap.closed_at or gap.action not in _NOT_QUEUED:
        return kind
    return Advice(kind.text, str(explain(f"gap_{gap.action}", {"scene": str(gap.scene_id)})))
