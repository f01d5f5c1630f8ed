"""The right item for a scene, as a person chooses it; only an item that holds one of its files can be chosen."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from plexsync.domain.person.decisions import Choice, Places, Says
from plexsync.store import Store
from plexsync.store.jobs import Priority
from plexsync.usecases.data_folder import open_store
from plexsync.usecases.queue.rows import scene_name
from plexsync.usecases.refusal import Refused

MOST = 1000


@dataclass(frozen=True, slots=True)
class Chosen:
    """The result of a decision: ``looked_at`` scenes are queued, for they may be concerned."""

    scene_id: int
    rating_key: str
    looked_at: int


@dataclass(frozen=True, slots=True)
class Decided:
    """A person's word on a scene and an item; ``says`` is "chosen" or "unlinked", ``since`` UTC seconds."""

    scene_id: int
    title: str
    rating_key: str
    says: Says
    path: str
    since: float


@dataclass(frozen=True, slots=True)
class DecidedPage:
    """A person's decisions about items, by scene."""

    rows: tuple[Decided, ...]


@dataclass(frozen=True, slots=True)
class _Items:
    """The items that hold a file of a scene: their libraries, all of their files, and the scene's among these."""

    sections: Mapping[str, str]
    keys: Mapping[str, Collection[str]]
    own: Mapping[str, Collection[str]]


def choose(folder: Path, scene_id: int, rating_key: str, now: float) -> Chosen:
    """Have an item, and no other, written for a scene; of other scenes that share it none has it any more.

    Raises :class:`Refused` for an item that holds no file of the scene.
    """
    with open_store(folder) as store, store.transaction():
        items = _items_of(store, scene_id, rating_key)
        store.decisions.drop(store.decisions.choices_of(scene_id))
        says = {key: Says.CHOSEN if key == rating_key else Says.UNLINKED for key in items.own}
        store.decisions.choose(_rows(scene_id, items, says, now))
        return Chosen(scene_id, rating_key, _look_at(store, scene_id, items.own, now))


def unlink(folder: Path, scene_id: int, rating_key: str, now: float) -> Chosen:
    """Write nothing to an item for a scene any more; what is there stays.

    Raises :class:`Refused` for an item that holds no file of the scene.
    """
    with open_store(folder) as store, store.transaction():
        items = _items_of(store, scene_id, rating_key)
        _drop(store, scene_id, rating_key, items)
        store.decisions.choose(_rows(scene_id, items, {rating_key: Says.UNLINKED}, now))
        return Chosen(scene_id, rating_key, _look_at(store, scene_id, items.own, now))


def relink(folder: Path, scene_id: int, rating_key: str, now: float) -> Chosen:
    """Take back what was decided about a scene and an item; raises :class:`Refused` where nothing was."""
    with open_store(folder) as store, store.transaction():
        items = _items_of(store, scene_id, rating_key)
        if not _drop(store, scene_id, rating_key, items):
            raise Refused("nothing_decided", {"scene": str(scene_id)})
        return Chosen(scene_id, rating_key, _look_at(store, scene_id, items.own, now))


def undo_choice(folder: Path, scene_id: int, now: float) -> Chosen:
    """Take back all that was decided about a scene's items; raises :class:`Refused` where nothing was."""
    with open_store(folder) as store, store.transaction():
        choices = store.decisions.choices_of(scene_id)
        if not choices:
            raise Refused("nothing_decided", {"scene": str(scene_id)})
        store.decisions.drop(choices)
        items = {choice.rating_key for choice in choices} | _holding(store, scene_id)
        return Chosen(scene_id, "", _look_at(store, scene_id, items, now))


def decided(folder: Path) -> DecidedPage:
    """Return what was decided about items, by scene."""
    with open_store(folder) as store:
        choices = store.decisions.choices(MOST)
        names = store.scenes.names({choice.scene_id for choice in choices})
        return DecidedPage(tuple(_decided(choice, names) for choice in choices))


def _decided(choice: Choice, names: Mapping[int, tuple[str, str]]) -> Decided:
    title = scene_name(*names.get(choice.scene_id, ("", "")))
    return Decided(choice.scene_id, title, choice.rating_key, choice.says, choice.path_key, choice.at)


def _holding(store: Store, scene_id: int) -> frozenset[str]:
    holding = store.library.holding(store.scenes.keys_of(scene_id))
    return frozenset(item for places in holding.values() for item, _ in places)


def _items_of(store: Store, scene_id: int, rating_key: str) -> _Items:
    """Return the items of a scene; raises :class:`Refused` if one is not among them."""
    files, found = frozenset(store.scenes.keys_of(scene_id)), _holding(store, scene_id)
    if rating_key not in found:
        raise Refused("not_its_item", {"item": ascii(rating_key)[1:-1][:60], "scene": str(scene_id)})
    keys = store.library.keys_of(found)
    own = {item: files.intersection(of_item) for item, of_item in keys.items()}
    return _Items(store.library.section_of(found), keys, own)


def _rows(scene_id: int, items: _Items, says: Mapping[str, Says], now: float) -> Iterable[Choice]:
    return (
        Choice(scene_id, word, item, items.sections.get(item, ""), path, now)
        for item, word in says.items()
        for path in items.own[item]
    )


def _drop(store: Store, scene_id: int, rating_key: str, items: _Items) -> bool:
    """Drop what was decided about a scene and an item; tells whether anything was."""
    places = Places(items.keys, items.sections, store.library.sections().keys())
    about = [choice for choice in store.decisions.choices_of(scene_id) if places.is_about(choice, rating_key)]
    store.decisions.drop(about)
    return bool(about)


def _look_at(store: Store, scene_id: int, items: Iterable[str], now: float) -> int:
    """Have the scene looked at, and all others that have a file in its items; returns how many.

    A person has asked for the scene alone: what the others lose, a brake judges.
    """
    keys = {key for of_item in store.library.keys_of(items).values() for key in of_item}
    scenes = frozenset({scene_id}).union(*store.scenes.claimants(keys).values())
    heeded = scenes - store.decisions.ignored_among(scenes).keys()
    for some, priority in ((heeded & {scene_id}, Priority.PERSON), (heeded - {scene_id}, Priority.FRESH)):
        store.jobs.enqueue(sorted(some), priority=priority, origin="person", now=now)
    return len(heeded)
