"""The state of the simulated server: sections, items, files and the tag rows they share."""

from __future__ import annotations

import re
import time
import uuid
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import PurePosixPath, PureWindowsPath
from typing import Literal

from plexsync_simulators.plex.fields import TYPE_IDS
from plexsync_simulators.plex.library.gallery import ItemPictures
from plexsync_simulators.plex.library.order import Order
from plexsync_simulators.plex.refusal import Refused
from plexsync_simulators.shared.json_type import Json

Change = Literal["created", "edited", "pictured", "matched", "refreshed", "moved", "deleted"]
Listener = Callable[[Change, "Item"], None]
_DATED = re.compile(r"(.+?)[ ._]\((\d{4})\).*")
_ARTICLES = ("the ", "a ", "an ")


@dataclass(slots=True)
class Part:
    """One file; duration in milliseconds, size in bytes; `gone` once a scan found it missing."""

    id: int
    path: str
    size: int
    duration: int
    gone: bool = False


@dataclass(slots=True)
class Media:
    """One version of a movie: a file, or several stacked ones."""

    id: int
    parts: list[Part]
    proxy_type: int | None = None


@dataclass(slots=True, eq=False)
class SharedTag:
    """One tag row, shared by every item that carries the tag; `thumb` is a person's photo, everywhere."""

    id: int
    kind: str
    name: str
    thumb: str = ""
    items: dict[int, Item] = field(default_factory=dict)
    collection: Item | None = None


@dataclass(slots=True)
class Tagging:
    """A tag on an item; `text` is the role an actor plays."""

    tag: SharedTag
    text: str = ""


@dataclass(frozen=True, slots=True)
class Distortion:
    """Attributes that an item is shown with, whatever it has, and those it is shown without."""

    values: dict[str, object]
    absent: frozenset[str]

    def apply(self, shown: dict[str, object]) -> dict[str, object]:
        """The row with the distortion in it."""
        return {name: value for name, value in {**shown, **self.values}.items() if name not in self.absent}


@dataclass(frozen=True, slots=True)
class Past:
    """An item as it was, shown in its place until then (epoch seconds)."""

    item: Item
    until: float


@dataclass(slots=True, eq=False)
class Item:
    """A movie, or a collection object (then `collection_tag` is the tag its members carry)."""

    key: int
    section: Section
    kind: str
    guid: str
    added_at: int
    updated_at: int
    values: Json = field(default_factory=dict)
    tags: dict[str, list[Tagging]] = field(default_factory=dict)
    locks: dict[str, None] = field(default_factory=dict)
    media: list[Media] = field(default_factory=list)
    guids: list[str] = field(default_factory=list)
    galleries: dict[str, ItemPictures] = field(default_factory=dict)
    # The agent's own values, and other matches that it would offer: guid, name, year, score, agent.
    agent: Json = field(default_factory=dict)
    candidates: list[Json] = field(default_factory=list)
    collection_tag: SharedTag | None = None
    in_trash: bool = False
    # Values shown instead of the truth, and the row as it was shown until a while ago.
    distortion: Distortion | None = None
    past: Past | None = None
    # Texts kept until the item changes: its row for one shape, and what `dump` says of it.
    row_cache: tuple[object, str] | None = None
    dump_cache: str | None = None

    def forget_texts(self) -> None:
        """Something the item shows has changed: make its texts anew when they are next wanted."""
        self.row_cache = self.dump_cache = None

    @property
    def title_sort(self) -> str:
        """The set sort title, else the title without its English article."""
        explicit = self.values.get("titleSort")
        return str(explicit) if explicit else default_title_sort(str(self.values.get("title", "")))

    @property
    def duration(self) -> int:
        """Milliseconds of the first version."""
        return sum(part.duration for part in self.media[0].parts) if self.media else 0

    def parts(self) -> Iterator[Part]:
        """All files of all versions."""
        for media in self.media:
            yield from media.parts

    def gallery(self, element: str) -> ItemPictures:
        """The pictures of `element`, which is "thumb" or "art"."""
        if element not in self.galleries:
            self.galleries[element] = ItemPictures()
        return self.galleries[element]


@dataclass(slots=True, eq=False)
class Section:
    """A library section ("library" in Plex's own pages)."""

    key: str
    title: str
    type: str
    agent: str
    language: str
    locations: list[str]
    uuid: str
    created_at: int
    updated_at: int
    scanned_at: int
    content_changed_at: int = 1
    refreshing: bool = False
    items: dict[int, Item] = field(default_factory=dict)
    collections: dict[int, Item] = field(default_factory=dict)
    # Files that came to the disk or went from it, unnoticed until the next scan.
    unscanned: list[dict[str, object]] = field(default_factory=list)
    vanished: set[str] = field(default_factory=set)
    # Files moved on disk, old path to new one, until the next scan; folders that are not mounted.
    moved: dict[str, str] = field(default_factory=dict)
    unmounted: set[str] = field(default_factory=set)
    # Standing orders by type and field, and how often something in them has changed.
    orders: dict[tuple[int, str], Order[Item]] = field(default_factory=dict)
    revision: int = 0
    # The last filtered question and what was found.
    answered: tuple[object, list[Item]] | None = None

    def of_type(self, type_id: int) -> dict[int, Item]:
        """The items with that type number (1 movie, 18 collection ...), by rating key."""
        if type_id == TYPE_IDS["collection"]:
            return self.collections
        return self.items if type_id == TYPE_IDS.get(self.type) else {}

    def contains(self, path: str) -> bool:
        """Whether the path lies in one of the section's folders."""
        return any(inside(path, location) for location in self.locations)

    def is_mounted(self, path: str) -> bool:
        """Whether the disk the path lies on is there."""
        return not any(inside(path, folder) for folder in self.unmounted)

    def touch(self, item: Item) -> None:
        """Let the standing orders know of an item that came, changed or went."""
        self.revision += 1
        type_id = TYPE_IDS.get(item.kind)
        for (of_type, _), order in self.orders.items():
            if of_type == type_id:
                order.touch(item.key)


class PlexLibrary:
    """All sections, found by key; every change goes through here so that nobody misses it."""

    def __init__(self, clock: Callable[[], float] = time.time) -> None:
        self.clock = clock
        self.sections: dict[str, Section] = {}
        self.items: dict[int, Item] = {}
        self.tags: dict[tuple[str, str, str], SharedTag] = {}
        self.tags_by_id: dict[int, SharedTag] = {}
        self.blobs: dict[str, bytes] = {}
        self.listeners: list[Listener] = []
        self.keep_empty_collections = False
        self.next_id = 1
        self.changes = 1

    def clear(self) -> None:
        """Forget everything without a word, as when another server's data takes its place."""
        for table in (self.sections, self.items, self.tags, self.tags_by_id, self.blobs):
            table.clear()
        self.next_id = self.changes = 1

    def new_id(self, wanted: int | None = None) -> int:
        """The next free number, or `wanted`; rating keys, media, parts and tags share one row of numbers."""
        number = self.next_id if wanted is None else wanted
        self.next_id = max(self.next_id, number + 1)
        return number

    def section(self, key: str) -> Section:
        """The section, or Refused(404)."""
        try:
            return self.sections[key]
        except KeyError:
            raise Refused(404, f"no section {key}") from None

    def item(self, key: int) -> Item:
        """The item or collection, or Refused(404)."""
        try:
            return self.items[key]
        except KeyError:
            raise Refused(404, f"no item {key}") from None

    def add_item(self, section: Section, kind: str, key: int | None = None, guid: str = "") -> Item:
        """A new empty item; call `changed` once it is filled. Raises Refused(409) for a rating key in use."""
        if key is not None and key in self.items:
            raise Refused(409, f"rating key {key} is taken")
        now = int(self.clock())
        number = self.new_id(key)
        item = Item(number, section, kind, guid or _new_guid(kind), added_at=now, updated_at=now)
        self.items[number] = item
        (section.collections if kind == "collection" else section.items)[number] = item
        return item

    def remove_item(self, item: Item) -> None:
        """Take the item away for good, tags and all."""
        for kind in list(item.tags):
            for tagging in list(item.tags[kind]):
                self.detach(item, tagging.tag)
        if item.collection_tag is not None:
            self._dissolve(item.collection_tag)
        else:
            self._forget(item)

    def changed(self, item: Item, change: Change = "edited", *, dated: bool = True) -> None:
        """Note a change: `updatedAt` (whole seconds, never backwards) if `dated`, `contentChangedAt`, listeners."""
        if dated:
            item.updated_at = max(item.updated_at, int(self.clock()))
        self.changed_quietly(item)
        self.changes += 1
        item.section.content_changed_at = self.changes
        for listener in self.listeners:
            listener(change, item)

    def changed_quietly(self, item: Item) -> None:
        """Note a change that moves no time and is told to nobody, as watching is."""
        item.forget_texts()
        item.section.touch(item)

    def tag(self, kind: str, name: str, section: Section) -> SharedTag:
        """The shared row for a name, made if new: case does not matter, white space and accents do.

        The first spelling stays. New labels get a capital first letter (docs/engineering/plex.md §2.4).
        """
        scope = section.key if kind == "collection" else ""
        key = (kind, name.casefold(), scope)
        found = self.tags.get(key)
        if found is None:
            shown = name[:1].upper() + name[1:] if kind == "label" and name[:1].isascii() else name
            found = self.tags[key] = SharedTag(self.new_id(), kind, shown)
            self.tags_by_id[found.id] = found
        return found

    def find_tag(self, kind: str, name: str, section: Section) -> SharedTag | None:
        """The row for a name, if there is one."""
        return self.tags.get((kind, name.casefold(), section.key if kind == "collection" else ""))

    def attach(self, item: Item, tag: SharedTag, text: str = "", *, twice: bool = False) -> None:
        """Put a tag on an item, once unless `twice`; a collection tag brings the collection object with it."""
        taggings = item.tags.setdefault(tag.kind, [])
        if item.key in tag.items and not twice:
            present = next(tagging for tagging in taggings if tagging.tag is tag)
            present.text = text or present.text
            return
        taggings.append(Tagging(tag, text))
        tag.items[item.key] = item
        if tag.kind == "collection":
            self._grow_collection(tag, item.section)

    def detach(self, item: Item, tag: SharedTag) -> None:
        """Take a tag off an item; a collection left empty goes, unless empty ones are kept."""
        if tag.items.pop(item.key, None) is None:
            return
        item.tags[tag.kind] = [tagging for tagging in item.tags[tag.kind] if tagging.tag is not tag]
        if tag.collection is None:
            return
        if tag.items or self.keep_empty_collections:
            self.changed(tag.collection)
        else:
            self._dissolve(tag)

    def rename_collection(self, collection: Item, title: str) -> None:
        """Give a collection and its tag another name; Refused(409) if another one has it."""
        tag = tag_of(collection)
        scope = collection.section.key
        other = self.tags.get(("collection", title.casefold(), scope))
        if other is not None and other is not tag and other.collection is not None:
            raise Refused(409, "a collection of that name exists")
        self.tags.pop(("collection", tag.name.casefold(), scope), None)
        self.tags[("collection", title.casefold(), scope)] = tag
        tag.name = title
        collection.values["title"] = title
        for member in tag.items.values():
            member.forget_texts()

    def set_photo(self, tag: SharedTag, thumb: str) -> None:
        """Give a person a photo, which shows on every item the person is on (docs/engineering/plex.md §2.4)."""
        if thumb and thumb != tag.thumb:
            tag.thumb = thumb
            for holder in tag.items.values():
                holder.forget_texts()

    def _grow_collection(self, tag: SharedTag, section: Section) -> None:
        if tag.collection is None:
            tag.collection = self.add_item(section, "collection")
            tag.collection.collection_tag = tag
            tag.collection.values.update(title=tag.name, summary="")
            self.changed(tag.collection, "created")
        else:
            self.changed(tag.collection)

    def _dissolve(self, tag: SharedTag) -> None:
        collection, tag.collection = tag.collection, None
        for member in list(tag.items.values()):
            self.detach(member, tag)
            self.changed(member)
        if collection is not None:
            self._forget(collection)

    def _forget(self, item: Item) -> None:
        del self.items[item.key]
        item.section.items.pop(item.key, None)
        item.section.collections.pop(item.key, None)
        self.changed(item, "deleted")


def tag_of(collection: Item) -> SharedTag:
    """The tag a collection's members carry; raises Refused(404) for an item that is no collection."""
    if collection.collection_tag is None:
        raise Refused(404, f"{collection.key} is no collection")
    return collection.collection_tag


def refuse_broken(items: Iterable[Item], broken: frozenset[str]) -> None:
    """Refuse what concerns an item that is broken for good; `broken` are rating keys."""
    for item in items if broken else ():
        if str(item.key) in broken:
            raise Refused(500, f"item {item.key} is broken")


def inside(path: str, folder: str) -> bool:
    """Whether a path lies below a folder, in either system's notation."""
    separator = "\\" if "\\" in folder else "/"
    return path.startswith(folder.rstrip("/\\") + separator)


def default_title_sort(title: str) -> str:
    """The title without a leading English article, as Plex sorts it."""
    lowered = title.lower()
    for article in _ARTICLES:
        if lowered.startswith(article) and len(title) > len(article):
            return title[len(article) :]
    return title


def name_after_file(path: str) -> dict[str, object]:
    """The title, and the year if there is one in brackets, that a scan takes from a file's name."""
    stem = (PureWindowsPath(path) if "\\" in path else PurePosixPath(path)).stem
    match = _DATED.fullmatch(stem)
    return {"title": match[1], "year": int(match[2])} if match else {"title": stem}


def _new_guid(kind: str) -> str:
    if kind == "collection":
        return f"collection://{uuid.uuid4()}"
    return f"tv.plex.agents.none://{uuid.uuid4()}"
