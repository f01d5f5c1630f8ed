"""Items as Plex shows them: short rows in a listing, everything when read by rating key.

Source: docs/engineering/plex.md §1.3; the recordings rs_movie_listing.json, ws_library_movie_get_200.json,
rs_metadata_movie_182_full.json and rs_metadata_collection_161.json.
"""

from __future__ import annotations

from pathlib import PurePosixPath

from plexsync_simulators.plex.answers.shape import Shape
from plexsync_simulators.plex.fields import ROW_LIMITS, TAGS
from plexsync_simulators.plex.library.model import Item, Media, Part, Section, Tagging
from plexsync_simulators.shared.json_type import Json

_BEFORE_THUMB = (
    *("contentRating", "summary", "rating", "audienceRating", "userRating"),
    *("viewCount", "viewOffset", "lastViewedAt", "lastRatedAt", "year", "tagline"),
)


def row(item: Item, shape: Shape) -> Json:
    """An item in a listing, its lists cut short, without labels, locks and streams."""
    shown = shape.trim(_row(item, shape))
    return item.distortion.apply(shown) if item.distortion else shown


def _row(item: Item, shape: Shape) -> Json:
    if item.kind == "collection":
        return _collection(item)
    shown = _scalars(item)
    shown["Media"] = [_media(media, item.section, shape, streams=False) for media in item.media]
    for kind, limit in ROW_LIMITS.items():
        if taggings := item.tags.get(kind):
            shown[TAGS[kind]] = [{"tag": tagging.tag.name} for tagging in taggings[:limit]]
    if shape.guids and item.guids:
        shown["Guid"] = [{"id": guid} for guid in item.guids]
    return shown


def full(item: Item, shape: Shape) -> Json:
    """An item read by its rating key: all tags with their ids, labels, locks, streams."""
    shown = shape.trim(_full(item, shape))
    return item.distortion.apply(shown) if item.distortion else shown


def _full(item: Item, shape: Shape) -> Json:
    shown = _collection(item) if item.kind == "collection" else _scalars(item)
    head: Json = {
        name: shown.pop(name) for name in ("ratingKey", "key", "guid", "studio", "type", "title") if name in shown
    }
    head.update(
        librarySectionTitle=item.section.title,
        librarySectionID=int(item.section.key),
        librarySectionKey=f"/library/sections/{item.section.key}",
    )
    shown = {**head, **shown}
    if item.kind != "collection":
        shown["Media"] = [_media(media, item.section, shape, streams=True) for media in item.media]
    for kind, element in TAGS.items():
        if taggings := item.tags.get(kind):
            shown[element] = [_tag(tagging) for tagging in taggings]
    if item.guids:
        shown["Guid"] = [{"id": guid} for guid in item.guids]
    if item.locks:
        shown["Field"] = [{"locked": True, "name": name} for name in item.locks]
    return shown


def _scalars(item: Item) -> Json:
    values = item.values
    shown: Json = {
        "ratingKey": str(item.key),
        "key": f"/library/metadata/{item.key}",
        "guid": item.guid,
    }
    _copy(shown, values, ("studio",))
    shown["type"] = item.kind
    shown["title"] = values["title"]
    if (title_sort := item.title_sort) != values["title"]:
        shown["titleSort"] = title_sort
    _copy(shown, values, ("originalTitle", "editionTitle", *_BEFORE_THUMB))
    _pictures(shown, item)
    shown["duration"] = item.duration
    _copy(shown, values, ("originallyAvailableAt",))
    shown["addedAt"] = item.added_at
    shown["updatedAt"] = item.updated_at
    return shown


def _collection(item: Item) -> Json:
    tag = item.collection_tag
    members = list(tag.items.values()) if tag else []
    years = sorted(year for member in members if (year := member.values.get("year")))
    title = str(item.values["title"])
    shown: Json = {
        "ratingKey": str(item.key),
        "key": f"/library/collections/{item.key}/children",
        "guid": item.guid,
        "type": "collection",
        "title": title,
    }
    if item.title_sort != title:
        shown["titleSort"] = item.title_sort
    _copy(shown, item.values, ("contentRating", "userRating"))
    shown.update(subtype=item.section.type, summary=item.values.get("summary", ""), index=tag.id if tag else 0)
    shown["ratingCount"] = 1
    suffix = f"{item.updated_at}?width=400&height=600"
    shown["thumb"] = f"/library/collections/{item.key}/composite/{suffix}"
    for element, gallery in item.galleries.items():
        if gallery.selected_sha1() is not None:
            shown[element] = f"/library/metadata/{item.key}/{element}/{item.updated_at}"
    shown.update(addedAt=item.added_at, updatedAt=item.updated_at, childCount=str(len(members)))
    if years:
        shown.update(maxYear=str(years[-1]), minYear=str(years[0]))
    return shown


def _copy(shown: Json, values: Json, names: tuple[str, ...]) -> None:
    for name in names:
        if name in values:
            shown[name] = values[name]


def _pictures(shown: Json, item: Item) -> None:
    for element in ("thumb", "art"):
        gallery = item.galleries.get(element)
        if gallery is None or gallery.selected is not None:
            shown[element] = f"/library/metadata/{item.key}/{element}/{item.updated_at}"


def _tag(tagging: Tagging) -> Json:
    tag = tagging.tag
    shown: Json = {"id": tag.id, "filter": f"{tag.kind}={tag.id}", "tag": tag.name}
    if tag.kind == "actor":
        if tagging.text:
            shown["role"] = tagging.text
        if tag.thumb:
            shown["thumb"] = tag.thumb
    return shown


def _media(media: Media, section: Section, shape: Shape, *, streams: bool) -> Json:
    first = media.parts[0]
    container = _container(first.path)
    shown: Json = {
        "id": media.id,
        "duration": sum(part.duration for part in media.parts),
        "bitrate": 2000,
        "width": 1920,
        "height": 1080,
        "aspectRatio": 1.78,
        "audioChannels": 2,
        "audioCodec": "aac",
        "videoCodec": "h264",
        "videoResolution": "1080",
        "container": container,
        "videoFrameRate": "24p",
        "audioProfile": "lc",
        "videoProfile": "high",
    }
    if media.proxy_type is not None:
        shown["proxyType"] = media.proxy_type
    shown["Part"] = [_part(part, section, shape, streams=streams) for part in media.parts]
    return shown


def _part(part: Part, section: Section, shape: Shape, *, streams: bool) -> Json:
    container = _container(part.path)
    shown: Json = {
        "id": part.id,
        "key": f"/library/parts/{part.id}/1600000000/file.{container}",
        "duration": part.duration,
        "file": part.path,
        "size": part.size,
        "audioProfile": "lc",
        "container": container,
        "videoProfile": "high",
    }
    if shape.check_files:
        there = not part.gone and part.path not in section.vanished and section.is_mounted(part.path)
        shown.update(accessible=there, exists=there)
    if streams:
        video = {"streamType": 1, "codec": "h264", "index": 0, "width": 1920, "height": 1080, "displayTitle": "1080p"}
        audio = {"streamType": 2, "codec": "aac", "index": 1, "channels": 2, "selected": True}
        shown["Stream"] = [{"id": 2 * part.id, **video}, {"id": 2 * part.id + 1, **audio}]
    return shown


def _container(path: str) -> str:
    return PurePosixPath(path).suffix.lstrip(".").lower() or "mp4"


def section_row(section: Section) -> Json:
    """A section as `/library/sections` lists it."""
    return {
        "allowSync": True,
        "art": "/:/resources/movie-fanart.jpg",
        "composite": f"/library/sections/{section.key}/composite/{section.scanned_at}",
        "filters": True,
        "refreshing": section.refreshing,
        "thumb": "/:/resources/movie.png",
        "key": section.key,
        "type": section.type,
        "title": section.title,
        "agent": section.agent,
        "scanner": "Plex Movie" if section.type == "movie" else "Plex TV Series",
        "language": section.language,
        "uuid": section.uuid,
        "updatedAt": section.updated_at,
        "createdAt": section.created_at,
        "scannedAt": section.scanned_at,
        "content": True,
        "directory": True,
        "contentChangedAt": section.content_changed_at,
        "hidden": 0,
        "Location": [
            {"id": int(section.key) * 100 + index, "path": path} for index, path in enumerate(section.locations)
        ],
    }
