"""The picture of both servers at the last reconcile that no brake stopped: what the next one is held against."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass

from plexsync.store import Store

KEPT = "picture"
SAMPLE = 200


@dataclass(frozen=True, slots=True)
class Picture:
    """Which Plex it was, how many items and which library folders it had, and some of the files Stash had.

    ``links_gone`` counts the synced items that were gone from Plex by then. ``sample`` are normalised paths, spread
    evenly over the library.
    """

    machine_id: str = ""
    items: int = 0
    links_gone: int = 0
    folders: tuple[str, ...] = ()
    sample: tuple[str, ...] = ()


def kept_picture(store: Store) -> Picture:
    """Return the kept picture, an empty one before the first run."""
    kept = store.get(KEPT)
    if kept is None:
        return Picture()
    return Picture(**{**kept, "folders": tuple(kept["folders"]), "sample": tuple(kept["sample"])})


def take_picture(store: Store, machine_id: str, folders: Sequence[str]) -> Picture:
    """Make a picture of what is remembered now."""
    return Picture(
        machine_id,
        items=store.library.number(),
        links_gone=store.links.gone(),
        folders=tuple(folders),
        sample=store.scenes.sample_of_keys(SAMPLE),
    )


def keep_picture(store: Store, picture: Picture) -> None:
    """Keep it for the next run."""
    store.put(KEPT, asdict(picture))
