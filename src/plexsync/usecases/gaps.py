"""The gaps that reconcile runs found, as a person sees them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any

from plexsync.domain.advice import Advice, explain
from plexsync.domain.gaps import GapKind
from plexsync.store import Store
from plexsync.store.gaps import GapRow
from plexsync.usecases.reconcile import WORDS, kind_advice


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

    def to_json(self) -> dict[str, Any]:
        """Return it as what JSON can hold."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class GapCount:
    """How many open gaps are of a kind, and what was done about them."""

    kind: str
    words: str
    number: int
    queued: int


def listed(store: Store, kinds: Iterable[str] = (), limit: int = 100, run_id: int | None = None) -> tuple[GapView, ...]:
    """Return open gaps, or those one run saw, by kind and scene; all kinds if none is named."""
    chosen = tuple(kinds) or tuple(kind.value for kind in GapKind)
    return tuple(_view(gap, title) for gap, title in store.gaps.listed(chosen, limit, run_id=run_id))


def of_scene(store: Store, scene_id: int) -> tuple[GapView, ...]:
    """Return a scene's gaps, open ones first."""
    return tuple(_view(gap, "") for gap in store.gaps.of_scene(scene_id))


def counts(store: Store) -> tuple[GapCount, ...]:
    """Count the open gaps, in the order of their kinds."""
    found = store.gaps.counts()
    rows = []
    for kind, words in WORDS.items():
        number = sum(count for (of, _), count in found.items() if of == kind)
        queued = sum(
            count for (of, what), count in found.items() if of == kind and what in {"queued", "already_queued"}
        )
        if number:
            rows.append(GapCount(kind, words, number, queued))
    return tuple(rows)


def _view(gap: GapRow, title: str) -> GapView:
    reasons = tuple(explain(one["code"], one["data"]) for one in gap.detail.get("reasons", ()))
    return GapView(gap, title, WORDS[gap.kind], kind_advice(GapKind(gap.kind)), reasons)
