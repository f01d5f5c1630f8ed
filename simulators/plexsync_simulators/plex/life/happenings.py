"""Things that happen to the items of a library, each as one call.

Source: docs/engineering/plex.md §1.6 and §1.7 (re-keyed items, versions, trash), §5 (what a scan does).
A switch decides where no source does.
"""

from __future__ import annotations

from collections.abc import Iterable

from plexsync_simulators.plex.library.dumping import dump_item
from plexsync_simulators.plex.library.loading import load_item
from plexsync_simulators.plex.library.model import Item, Media, PlexLibrary, Section, name_after_file
from plexsync_simulators.plex.refusal import Refused
from plexsync_simulators.shared.json_type import Json


def readd(library: PlexLibrary, item: Item, *, keep: bool = False) -> Item:
    """The same files under another rating key; all metadata and pictures are gone unless kept."""
    entry = dump_item(item)
    kept = set(entry) - {"ratingKey", "updatedAt"} if keep else {"media", "agent", "candidates"}
    entry = {name: value for name, value in entry.items() if name in kept}
    entry["updatedAt"] = int(library.clock())  # it is new, however long ago it is said to have been added
    library.remove_item(item)
    return load_item(library, item.section, entry)


def merge(library: PlexLibrary, item: Item, others: Iterable[Item]) -> None:
    """The others' files become versions of this item, the others go (docs/engineering/plex.md §1.7)."""
    for other in others:
        item.media.extend(other.media)
        library.remove_item(other)
    library.changed(item)


def split(library: PlexLibrary, item: Item) -> list[Item]:
    """Every version but the first becomes an item of its own, named after its file."""
    pieces = [_split_off(library, item, media) for media in item.media[1:]]
    del item.media[1:]
    library.changed(item)
    return pieces


def _split_off(library: PlexLibrary, item: Item, media: Media) -> Item:
    piece = library.add_item(item.section, item.kind)
    piece.media = [media]
    piece.values.update(name_after_file(media.parts[0].path), summary="")
    library.changed(piece, "created")
    return piece


def move(library: PlexLibrary, section: Section, source: str, target: str) -> int:
    """Move a file, or all files below a folder, on disk; a scan will notice. Returns how many files."""
    moved = 0
    for item in section.items.values():
        for part in item.parts():
            if part.path == source or part.path.startswith((source + "/", source + "\\")):
                _move(library, section, part.path, target + part.path[len(source) :])
                moved += 1
    if not moved:
        raise Refused(404, f"no file {source!r}")
    return moved


def _move(library: PlexLibrary, section: Section, source: str, target: str) -> None:
    if section.contains(target):
        section.moved[source] = target
        return
    section.vanished.add(source)
    for other in library.sections.values():
        if other.contains(target):
            other.unscanned.append({"path": target})


def relocate(library: PlexLibrary, section: Section, locations: list[str]) -> None:
    """Give a library other folders: items that lie in none of them go, their files stay on disk."""
    if not locations:
        raise Refused(400, "a library needs a folder")
    section.locations = locations
    leave(library, [item for item in section.items.values() if not any(map(section.contains, _paths(item)))])
    touch(library, section)


def rename(library: PlexLibrary, section: Section, title: str) -> None:
    """Give a library another title; key and uuid stay."""
    section.title = title
    touch(library, section)


def touch(library: PlexLibrary, section: Section) -> None:
    """Move a section's own `updatedAt`."""
    section.updated_at = max(section.updated_at, int(library.clock()))


def leave(library: PlexLibrary, items: list[Item]) -> None:
    """Take items out of the library while their files stay on disk, to be found again by a later scan."""
    for item in items:
        files = {name: dump_item(item)[name] for name in ("media", "agent", "candidates")}
        for media in files["media"]:
            media.pop("id")
            for part in media["parts"]:
                part.pop("id")
        item.section.unscanned.append(files)
        library.remove_item(item)


def empty(library: PlexLibrary, section: Section) -> int:
    """Remove all items and collections of a section; returns how many items there were."""
    items = list(section.items.values())
    for item in items:
        library.remove_item(item)
    for collection in list(section.collections.values()):
        library.remove_item(collection)
    return len(items)


def remove_section(library: PlexLibrary, section: Section) -> int:
    """Remove a library with all that is in it; returns how many items there were."""
    removed = empty(library, section)
    del library.sections[section.key]
    return removed


def _paths(item: Item) -> list[str]:
    return [part.path for part in item.parts()]


def another_server(document: Json, *, keep: bool, fresh_keys: bool) -> Json:
    """A dumped library as another server would have it: other rating keys, other guids, its own metadata.

    The keys are the old ones handed round, so that each names another film than before; or, if `fresh_keys`, new ones.
    """
    items = [item for section in document["sections"] for item in section["items"] if item["type"] != "collection"]
    keys = [int(item["ratingKey"]) for item in items]
    first = max(keys, default=0) + 1_000_000
    keys = list(range(first, first + len(keys))) if fresh_keys else keys[1:] + keys[:1]
    other = {id(item): _other_item(item, key, keep=keep) for item, key in zip(items, keys, strict=True)}
    return {
        "sections": [
            {name: section[name] for name in ("key", "title", "type", "agent", "language", "locations")}
            | {"items": [other[id(item)] for item in section["items"] if id(item) in other]}
            for section in document["sections"]
        ]
    }


def _other_item(item: Json, key: int, *, keep: bool) -> Json:
    dropped = {"guid", "media", "section"}
    entry = {name: value for name, value in item.items() if name not in dropped} if keep else {"agent": item["agent"]}
    media = [
        {"parts": [{name: part[name] for name in ("path", "size", "duration")} for part in one["parts"]]}
        | {"proxyType": one["proxyType"]}
        for one in item["media"]
    ]
    return {**entry, "ratingKey": str(key), "media": media}
