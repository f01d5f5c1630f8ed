"""A Plex in memory that lists, edits and shows as a server does: the simulator's library behind our own protocols."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any
from urllib.parse import parse_qsl

from plexsync.domain.errors import BadAnswer, ItemGone, ItemRejected
from plexsync.domain.model import LIST_FIELDS, Artwork, Field, Item, ListedItem, Part, Section, Value
from plexsync.plex.artwork import Delivery, Upload, named, upload_name
from plexsync.plex.collections import Collection
from plexsync.plex.edits import Edit
from plexsync.plex.library import Identity, ItemsRead, ListedPage
from plexsync.plex.names import ELEMENT, OF_LOCK, PARAMETER
from plexsync.plex.picture_conversion import Picture
from plexsync.plex.pictures import Finder
from plexsync_simulators.plex.editing import edits as sim
from plexsync_simulators.plex.library import model
from plexsync_simulators.plex.library.dumping import dump_item
from plexsync_simulators.plex.library.gallery import ItemPictures
from plexsync_simulators.plex.library.loading import assign, load, load_item
from plexsync_simulators.plex.library.model import PlexLibrary, tag_of
from plexsync_simulators.plex.refusal import Refused
from plexsync_simulators.plex.switches import Switches

FOLDER = "/media"
_PICTURES = {Artwork.POSTER: "thumb", Artwork.ART: "art"}


class PlexInMemory:
    """Implements ``Items``, ``Libraries`` and ``Pictures``; ``sent`` are the edits that came, taken or not.

    ``longest`` is the longest URL that is taken. ``before`` is called with each edit that fits, and may raise. An edit
    that ``swallows`` picks is answered as if taken, and changes nothing. ``after`` may raise once an edit took effect.
    So many more ``tries`` are granted after accidents. ``listed`` and ``scanned`` are libraries that were listed and
    folders that were to be scanned, ``pictured`` the items that got a picture. ``before_read`` and ``before_upload``
    are called with what is to be read, or to get a picture, and may raise. ``machine_id`` is who answers.
    """

    def __init__(self, items: Mapping[str, Mapping[Field, Value]], **switches: Any) -> None:
        self.time: Callable[[], float] = time.time
        self._library = PlexLibrary(self._now)
        self._switches = Switches()
        self._switches.set(switches)
        rows = [{"ratingKey": key, "title": f"Film {key}", **_row(fields)} for key, fields in items.items()]
        load(self._library, {"sections": [{"key": "1", "title": "Movies", "items": rows, "locations": [FOLDER]}]})
        self.sent: list[Edit] = []
        self.reads: list[tuple[str, ...]] = []
        self.listed: list[str] = []
        self.scanned: list[str] = []
        self.pictured: list[str] = []
        self.longest = 1_000_000
        self.machine_id = "machine"
        self.tries = 0
        self.before: Callable[[Edit], None] = lambda _: None
        self.after: Callable[[Edit], None] = lambda _: None
        self.swallows: Callable[[Edit], bool] = lambda _: False
        self.before_read: Callable[[Sequence[str]], None] = lambda _: None
        self.before_upload: Callable[[str], None] = lambda _: None

    def _now(self) -> float:
        return self.time()

    # A person's acts.

    def add(self, key: str, *paths: str, **fields: Value) -> None:
        """Add an item that holds these files."""
        row = _row({Field(name): value for name, value in fields.items()})
        files = [{"path": path, "size": 1} for path in paths]
        load_item(self._library, self._library.section("1"), {"ratingKey": key, "files": files, **row})

    def give(self, key: str, *paths: str) -> None:
        """Give an item files that no other one keeps: as Plex does when it merges and splits items."""
        for item in self._library.items.values():
            for media in item.media:
                media.parts = [part for part in media.parts if part.path not in paths]
        found = self._library.item(int(key))
        parts = [model.Part(self._library.new_id(), path, 1, 0) for path in paths]
        found.media = [*(media for media in found.media if media.parts), model.Media(self._library.new_id(), parts)]
        self._library.changed(found)

    def restore(self, then: Item) -> None:
        """Let an item's texts be as they were, with the stamp of that time."""
        item = self._library.item(int(then.rating_key))
        shown = {PARAMETER[of]: value for of, value in then.fields.items() if of not in LIST_FIELDS}
        assign(self._library, item, shown)
        item.updated_at = then.updated_at
        item.forget_texts()

    # The sync's questions and edits.

    def identity(self) -> Identity:
        return Identity(self.machine_id, "1.0", claimed=True)

    def read(self, rating_keys: Sequence[str]) -> dict[str, Item]:
        self.reads.append(tuple(rating_keys))
        self.before_read(rating_keys)
        return {key: self.item(key) for key in rating_keys if int(key) in self._library.items}

    def collections(self, section_id: str) -> tuple[Collection, ...]:
        found = self._library.section(section_id).collections.values()
        return tuple(Collection(str(one.key), str(one.values["title"])) for one in found)

    def is_empty_collection(self, collection: Collection) -> bool:
        return not tag_of(self._library.item(int(collection.rating_key))).items

    def remove_collection(self, collection: Collection) -> None:
        self._library.remove_item(self._library.item(int(collection.rating_key)))

    def send(self, edit: Edit) -> None:
        self.sent.append(edit)
        keys = ",".join(edit.rating_keys)
        if edit.size > self.longest:
            raise ItemRejected(rating_key=keys, status="414", detail="Request-URI Too Large")
        self.before(edit)
        if self.swallows(edit):
            return
        if any(int(key) not in self._library.items for key in edit.rating_keys):
            raise ItemGone(rating_key=keys)
        try:
            decoded = sim.decode(parse_qsl(edit.query, keep_blank_values=True))
            for key in edit.rating_keys:
                sim.apply(self._library, self._library.item(int(key)), decoded, self._switches)
        except Refused as refusal:
            if refusal.status >= 500:
                raise BadAnswer(server="plex", url="memory", status=str(refusal.status), detail="") from refusal
            raise ItemRejected(rating_key=keys, status=str(refusal.status), detail=refusal.reason) from refusal
        self.after(edit)

    def remove(self, key: str) -> None:
        """Let an item vanish."""
        self._library.remove_item(self._library.item(int(key)))

    def has(self, key: str) -> bool:
        return int(key) in self._library.items

    def may_try_again(self) -> bool:
        self.tries -= 1
        return self.tries >= 0

    def item(self, key: str) -> Item:
        found = self._library.item(int(key))
        shown = dump_item(found)
        return Item(
            rating_key=key,
            section_id="1",
            fields={of: _value(shown, of) for of in Field},
            locked=frozenset(OF_LOCK[name] for name in found.locks if name in OF_LOCK),
            parts=_parts(found),
            updated_at=int(shown.get("updatedAt", 0)),
            pictures={image: f"{name}/{found.updated_at}" for image, name in _PICTURES.items()},
            locked_pictures=frozenset(image for image, name in _PICTURES.items() if name in found.locks),
        )

    @property
    def clock(self) -> float | None:
        return self.time()

    def sections(self) -> tuple[Section, ...]:
        found = self._library.section("1")
        return (Section("1", "Movies", "movie", tuple(found.locations), found.content_changed_at),)

    def listing(self, section: Section, since: int | None) -> Iterator[ListedPage]:
        self.listed.append(section.id)
        rows = [
            ListedItem(str(one.key), "1", str(one.values["title"]), one.updated_at, one.added_at, _parts(one))
            for one in self._library.section("1").items.values()
            if one.updated_at >= (since or 0)
        ]
        yield ListedPage(tuple(rows), is_end=True)

    def total(self, section: Section) -> int | None:
        return len(self._library.section(section.id).items)

    def read_items(self, rating_keys: Sequence[str], others: Sequence[str] = ()) -> ItemsRead:
        del others
        return ItemsRead(self.read(rating_keys))

    def scan(self, section_id: str, folder: str) -> None:
        self.scanned.append(f"{section_id}:{folder}")

    def present(self, rating_key: str, image: Artwork) -> tuple[Upload, ...]:
        shown = self._gallery(rating_key, image)
        return tuple(Upload(one.key, one.key == shown.selected) for one in shown.pictures)

    all_present = present

    def bring(self, rating_key: str, image: Artwork, picture: Picture, there: Sequence[Upload], name: str) -> Delivery:
        del there, name
        self.post(rating_key, image, picture)
        return Delivery(upload_name(image, picture.sha1), is_sent=True, is_selected_by_plex=True)

    def post(self, rating_key: str, image: Artwork, picture: Picture) -> bool:
        self.before_upload(rating_key)
        self.pictured.append(rating_key)
        given = self._gallery(rating_key, image).upload(f"{image.value}s", picture.data, 0.0)
        return self.select(rating_key, image, given.key)

    def select(self, rating_key: str, image: Artwork, name: str) -> bool:
        self._gallery(rating_key, image).selected = name
        self._library.changed(self._library.item(int(rating_key)), "pictured")
        return False

    def look_for(self, rating_key: str, image: Artwork, sha1: str, renamed: Finder) -> Upload:
        there = self.present(rating_key, image)
        found = named(there, sha1) or renamed(there)
        assert found is not None
        return found

    def set_locks(self, section_id: str, rating_keys: Sequence[str], image: Artwork, *, locked: bool) -> None:
        for rating_key in rating_keys:
            item = self._library.item(int(rating_key))
            assert item.section.key == section_id
            locks = item.locks
            locks.pop(_PICTURES[image], None)
            if locked:
                locks[_PICTURES[image]] = None

    def _gallery(self, rating_key: str, image: Artwork) -> ItemPictures:
        return self._library.item(int(rating_key)).gallery(_PICTURES[image])

    def names(self, key: str, of: Field) -> list[str]:
        """The names in a list, in their order."""
        return list(self.item(key).fields[of])


def _parts(item: model.Item) -> tuple[Part, ...]:
    return tuple(Part(part.path, part.size) for part in item.parts())


def _row(fields: Mapping[Field, Value]) -> dict[str, Any]:
    return {
        (ELEMENT[of] if of in LIST_FIELDS else PARAMETER[of]): list(value) if of in LIST_FIELDS else value
        for of, value in fields.items()
    }


def _value(shown: Mapping[str, Any], of: Field) -> Value:
    if of in LIST_FIELDS:
        return tuple(row["tag"] if isinstance(row, dict) else row for row in shown[ELEMENT[of]])
    return str(shown.get(PARAMETER[of]) or "")
