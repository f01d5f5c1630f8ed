"""Plain JSON into a library; what `dumps` gives, `load` takes."""

from __future__ import annotations

import base64
import uuid
from collections.abc import Iterable, Mapping
from typing import Any

from plexsync_simulators.plex.fields import ELEMENTS, LOCKABLE, SCALARS
from plexsync_simulators.plex.library.gallery import GENERATED, ItemPictures, Picture
from plexsync_simulators.plex.library.model import Item, Media, Part, PlexLibrary, Section, name_after_file
from plexsync_simulators.plex.refusal import Refused

_EXTRA_VALUES = frozenset({"year", "viewCount", "lastViewedAt", "viewOffset", "lastRatedAt"})
_VALUES = frozenset(SCALARS) - {"addedAt"} | _EXTRA_VALUES
# Keys of an item that are not metadata to be assigned.
_STRUCTURE = frozenset(
    {"ratingKey", "section", "type", "guid", "Guid", "files", "media", "locked", "addedAt", "updatedAt"}
    | {"thumb", "art", "agent", "candidates", "inTrash", "titleSortShown"}
)


def load(library: PlexLibrary, document: Mapping[str, Any]) -> None:
    """Add everything the document names to the library; raises Refused(400) for what it does not know."""
    for sha1, encoded in document.get("blobs", {}).items():
        library.blobs[sha1] = base64.b64decode(encoded)
    _reserve(library, document)
    for entry in document.get("sections", []):
        _load_section(library, entry)


def _reserve(library: PlexLibrary, document: Mapping[str, Any]) -> None:
    """Keep the numbers the document asks for from being given to anything else meanwhile."""
    wanted = [
        int(item["ratingKey"])
        for section in document.get("sections", [])
        for item in section.get("items", [])
        if "ratingKey" in item
    ]
    library.next_id = max([library.next_id, document.get("next_id", 1), *(key + 1 for key in wanted)])


def _load_section(library: PlexLibrary, entry: Mapping[str, Any]) -> None:
    now = int(library.clock())
    kind = entry.get("type", "movie")
    section = Section(
        key=str(entry["key"]),
        title=entry["title"],
        type=kind,
        agent=entry.get("agent", "tv.plex.agents.none"),
        language=entry.get("language", "en-US"),
        locations=list(entry.get("locations", [])),
        uuid=entry.get("uuid") or str(uuid.uuid4()),
        created_at=entry.get("createdAt", now),
        updated_at=entry.get("updatedAt", now),
        scanned_at=entry.get("scannedAt", now),
        unscanned=[dict(file) for file in entry.get("unscanned", [])],
        vanished=set(entry.get("vanished", [])),
        moved=dict(entry.get("moved", {})),
        unmounted=set(entry.get("unmounted", [])),
    )
    if section.key in library.sections:
        raise Refused(409, f"section {section.key} exists")
    library.sections[section.key] = section
    loaded = [(load_item(library, section, one), one) for one in entry.get("items", [])]
    # Members that came after their collection have moved its times.
    for item, one in loaded:
        _set_times(item, one)
    section.content_changed_at = entry.get("contentChangedAt", section.content_changed_at)
    library.changes = max(library.changes, section.content_changed_at)


def load_item(library: PlexLibrary, section: Section, entry: Mapping[str, Any]) -> Item:
    """Add one item; without a title it is named after its first file, as a scan would."""
    if entry.get("type") == "collection":
        return _load_collection(library, section, entry)
    key = int(entry["ratingKey"]) if "ratingKey" in entry else None
    item = library.add_item(section, section.type, key, entry.get("guid", ""))
    item.guids = [guid if isinstance(guid, str) else guid["id"] for guid in entry.get("Guid", [])]
    item.media = [_media(library, one) for one in _media_entries(entry)]
    item.in_trash = bool(entry.get("inTrash", False))
    for part in item.parts():
        part.gone = item.in_trash and section.is_mounted(part.path)
    item.agent = dict(entry.get("agent", {}))
    item.candidates = list(entry.get("candidates", []))
    first = next(item.parts(), None)
    item.values.update(name_after_file(first.path) if first else {"title": ""}, summary="")
    _finish(library, item, entry)
    return item


def _load_collection(library: PlexLibrary, section: Section, entry: Mapping[str, Any]) -> Item:
    tag = library.tag("collection", entry["title"], section)
    if tag.collection is not None:
        raise Refused(409, "a collection of that name exists")
    tag.collection = library.add_item(section, "collection", int(entry["ratingKey"]), entry.get("guid", ""))
    tag.collection.collection_tag = tag
    tag.collection.values["summary"] = ""
    _finish(library, tag.collection, entry)
    return tag.collection


def _finish(library: PlexLibrary, item: Item, entry: Mapping[str, Any]) -> None:
    assign(library, item, {name: value for name, value in entry.items() if name not in _STRUCTURE})
    set_locks(item, entry.get("locked", []), locked=True)
    for element in ("thumb", "art"):
        if element in entry:
            item.galleries[element] = _load_gallery(entry[element])
    library.changed(item, "created")
    _set_times(item, entry)


def _set_times(item: Item, entry: Mapping[str, Any]) -> None:
    item.added_at = int(entry.get("addedAt", item.added_at))
    item.updated_at = int(entry.get("updatedAt", item.added_at if "addedAt" in entry else item.updated_at))
    item.forget_texts()
    item.section.touch(item)


def assign(library: PlexLibrary, item: Item, values: Mapping[str, Any]) -> None:
    """Set fields and whole tag lists as an agent or a person would, locks untouched.

    Tag lists go by element name ("Genre"); a tag is a name or `{"tag", "role", "thumb"}`. None or "" clears.
    """
    for name, value in values.items():
        if name in ELEMENTS:
            _detach_others(library, item, ELEMENTS[name], value)
            attach_named(library, item, ELEMENTS[name], value)
        elif name == "addedAt":
            item.added_at = int(value)
        elif name in _VALUES:
            assign_value(item, name, value)
        else:
            raise Refused(400, f"no field {name!r}")


def assign_value(item: Item, name: str, value: Any) -> None:
    """Set or, with None or "", clear one field; the year follows the date (docs/engineering/plex.md §2.2)."""
    if value is None or value == "":
        item.values.pop(name, None)
    else:
        item.values[name] = value
    if name in ("summary", "title"):
        item.values.setdefault(name, "")
    if name == "originallyAvailableAt":
        assign_value(item, "year", int(value[:4]) if value else None)


def _detach_others(library: PlexLibrary, item: Item, kind: str, entries: Iterable[object]) -> None:
    """Take off what is not named; what stays is not touched, so that its collection lives on."""
    named = {_tag_name(entry).casefold() for entry in entries}
    for tagging in list(item.tags.get(kind, [])):
        if tagging.tag.name.casefold() not in named:
            library.detach(item, tagging.tag)


def _tag_name(entry: Any) -> str:
    return entry if isinstance(entry, str) else str(entry["tag"])


def attach_named(library: PlexLibrary, item: Item, kind: str, entries: Iterable[Any]) -> None:
    """Put tags on an item; each is a name or `{"tag", "role", "thumb"}`."""
    for entry in entries:
        described = {"tag": entry} if isinstance(entry, str) else entry
        tag = library.tag(kind, described["tag"], item.section)
        library.set_photo(tag, described.get("thumb") or "")
        library.attach(item, tag, described.get("role", ""))


def set_locks(item: Item, names: Iterable[str], *, locked: bool) -> None:
    """Lock or unlock fields; raises Refused(400) for a name that has no lock."""
    for name in names:
        if name not in LOCKABLE:
            raise Refused(400, f"no lock {name!r}")
        if locked:
            item.locks[name] = None
        else:
            item.locks.pop(name, None)


def _media_entries(entry: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    files = [{"parts": [file]} for file in entry.get("files", [])]
    return [*files, *entry.get("media", [])]


def _media(library: PlexLibrary, entry: Mapping[str, Any]) -> Media:
    parts = [
        Part(
            id=library.new_id(file.get("id")),
            path=file["path"],
            size=int(file.get("size", 1_000_000)),
            duration=int(file.get("duration", 60_000)),
        )
        for file in entry["parts"]
    ]
    return Media(library.new_id(entry.get("id")), parts, entry.get("proxyType"))


def _load_gallery(entry: Mapping[str, Any]) -> ItemPictures:
    pictures = [Picture(one["key"], one["sha1"], 0.0) for one in entry.get("uploads", [])]
    return ItemPictures(pictures, entry.get("selected", GENERATED))
