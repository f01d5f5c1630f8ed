"""How both servers looked at the last reconcile that no brake stopped: what the next one is held against."""

from __future__ import annotations

from collections.abc import Sequence

from plexsync.store import Store
from plexsync.store.state import BASELINE, Baseline

SAMPLE = 200


def kept_baseline(store: Store) -> Baseline:
    """Return the kept baseline, an empty one before the first run."""
    return store.state.get(BASELINE, Baseline())


def baseline_now(
    store: Store, machine_id: str, folders: Sequence[str], chosen: Sequence[str], before: Baseline | None = None
) -> Baseline:
    """Return how things look by what is remembered now; ``before`` is one whose sample is to be kept."""
    return Baseline(
        machine_id,
        items=store.library.number(),
        links_gone=store.links.gone(),
        folders=tuple(folders),
        chosen=tuple(chosen),
        sample=store.scenes.sample_of_paths(SAMPLE) if before is None else before.sample,
    )


def keep_baseline(store: Store, baseline: Baseline) -> None:
    """Keep it for the next run."""
    store.state.put(BASELINE, baseline)
