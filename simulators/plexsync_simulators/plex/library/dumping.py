"""A library as plain JSON, for whoever looks at it from outside and for the next start."""

from __future__ import annotations

import base64
import json

from plexsync_simulators.plex.fields import ELEMENTS
from plexsync_simulators.plex.library.gallery import GENERATED, ItemPictures
from plexsync_simulators.plex.library.model import Item, Media, PlexLibrary, Section
from plexsync_simulators.shared.json_type import Json


def dump_item(item: Item) -> Json:
    """One item in full: fields, tag lists, locks, pictures with their hashes, files."""
    entry: Json = {
        "ratingKey": str(item.key),
        "section": item.section.key,
        "type": item.kind,
        "guid": item.guid,
        "Guid": item.guids,
        **item.values,
        "titleSortShown": item.title_sort,
        "locked": list(item.locks),
        "addedAt": item.added_at,
        "updatedAt": item.updated_at,
        "inTrash": item.in_trash,
        "agent": item.agent,
        "candidates": item.candidates,
        "media": [_dump_media(media) for media in item.media],
        "thumb": _dump_gallery(item.galleries.get("thumb")),
        "art": _dump_gallery(item.galleries.get("art")),
    }
    for element, kind in ELEMENTS.items():
        entry[element] = [
            {"tag": one.tag.name, "role": one.text, "thumb": one.tag.thumb} if kind == "actor" else one.tag.name
            for one in item.tags.get(kind, [])
        ]
    return entry


def item_text(item: Item) -> str:
    """The same as JSON, kept with the item until it changes."""
    if item.dump_cache is None:
        item.dump_cache = json.dumps(dump_item(item), ensure_ascii=False, separators=(",", ":"))
    return item.dump_cache


def dump_section(section: Section) -> dict[str, object]:
    """Describe a section without its items."""
    return {
        "key": section.key,
        "title": section.title,
        "type": section.type,
        "agent": section.agent,
        "language": section.language,
        "locations": section.locations,
        "uuid": section.uuid,
        "createdAt": section.created_at,
        "updatedAt": section.updated_at,
        "scannedAt": section.scanned_at,
        "contentChangedAt": section.content_changed_at,
        "unscanned": section.unscanned,
        "vanished": sorted(section.vanished),
        "moved": section.moved,
        "unmounted": sorted(section.unmounted),
    }


def library_text(library: PlexLibrary, **more: object) -> str:
    """The whole library as JSON without the pictures' bytes, and what else is to stand beside its sections."""
    sections = ",".join(_section_text(section) for section in library.sections.values())
    beside = "".join(f",{json.dumps(name)}:{json.dumps(value)}" for name, value in more.items())
    return f'{{"sections":[{sections}]{beside}}}'


def _section_text(section: Section) -> str:
    items = ",".join(item_text(item) for item in [*section.collections.values(), *section.items.values()])
    return f'{json.dumps(dump_section(section), ensure_ascii=False)[:-1]},"items":[{items}]}}'


def state_text(library: PlexLibrary, **more: object) -> str:
    """The same with the pictures' bytes, to go on from after a restart."""
    blobs = {sha1: base64.b64encode(content).decode() for sha1, content in library.blobs.items()}
    return library_text(library, **more, blobs=blobs, next_id=library.next_id)


def _dump_media(media: Media) -> dict[str, object]:
    parts = [{"id": part.id, "path": part.path, "size": part.size, "duration": part.duration} for part in media.parts]
    return {"id": media.id, "parts": parts, "proxyType": media.proxy_type}


def _dump_gallery(gallery: ItemPictures | None) -> dict[str, object]:
    if gallery is None:
        return {"selected": GENERATED, "sha1": None, "uploads": []}
    uploads = [{"key": picture.key, "sha1": picture.sha1} for picture in gallery.pictures]
    return {"selected": gallery.selected, "sha1": gallery.selected_sha1(), "uploads": uploads}
