"""The picture of both servers at the last reconcile that no brake stopped: what the next one is held against."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass

from plexsync.store import Store

KEPT = "picture"
SAMPLE = 200


@dataclass(frozen=True, slots=True)
class Baseline:
    """Which Plex it was, how many items and which library folders it had, and some of the files Stash had.

    ``links_gone`` counts the synced items that were gone from Plex by then, ``chosen`` are the libraries' names in the
    settings. ``sample`` are Stash's paths of files, spread evenly over the library.
    """

    machine_id: str = ""
    items: int = 0
    links_gone: int = 0
    folders: tuple[str, ...] = ()
    chosen: tuple[str, ...] = ()
    sample: tuple[str, ...] = ()


def kept_picture(store: Store) -> Baseline:
    """Return the kept picture, an empty one before the first run."""
    kept = store.get(KEPT)
    if kept is None:
        return Baseline()
    return Baseline(
        machine_id=kept["machine_id"],
        items=kept["items"],
        links_gone=kept["links_gone"],
        folders=tuple(kept["folders"]),
        chosen=tuple(kept["chosen"]),
        sample=tuple(kept["sample"]),
    )


def take_picture(
    store: Store, machine_id: str, folders: Sequence[str], chosen: Sequence[str], before: Baseline | None = None
) -> Baseline:
    """Make a picture of what is remembered now; ``before`` is one whose sample is to be kept."""
    return Baseline(
        machine_id,
        items=store.library.number(),
        links_gone=store.links.gone(),
        folders=tuple(folders),
        chosen=tuple(chosen),
        sample=store.scenes.sample_of_paths(SAMPLE) if before is None else before.sample,
    )


def keep_picture(store: Store, picture: Baseline) -> None:
    """Keep it for the next run."""
    store.put(KEPT, asdict(picture))
