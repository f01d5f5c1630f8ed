"""How scenes, their files, markers and galleries are read."""

from __future__ import annotations

from typing import Any

from plexsync_simulators.stash.clock import unix
from plexsync_simulators.stash.graphql.plans import Reader
from plexsync_simulators.stash.library.rows import File, Folder, Gallery, Marker, Scene
from plexsync_simulators.stash.reading.attributes import attributes, constants, first_url, row_id
from plexsync_simulators.stash.searching.finding import Found


def _files(scene: Scene, request: Any) -> list[File]:
    return [request.stash.library.files.one(id_) for id_ in scene.file_ids]


def _studio(row: Scene, request: Any) -> Any:
    return request.stash.library.studios.get(row.studio_id)


def _performers(row: Scene | Gallery, request: Any) -> list[Any]:
    performers = request.stash.library.performers
    return [performers.one(id_) for id_ in sorted(row.performer_ids)]


def tags_of(row: Any, request: Any) -> list[Any]:
    """Read the tags of a row, by name as the server does."""
    tags = request.stash.library.tags
    return sorted((tags.one(id_) for id_ in row.tag_ids), key=_tag_order)


def _tag_order(tag: Any) -> str:
    return str(tag.sort_name or tag.name).casefold()


def _markers(scene: Scene, request: Any) -> list[Marker]:
    markers = (row for row in request.stash.library.markers if row.scene_id == scene.id)
    return sorted(markers, key=lambda row: row.seconds)


def _galleries(scene: Scene, request: Any) -> list[Gallery]:
    return [request.stash.library.galleries.one(id_) for id_ in scene.gallery_ids]


def _gallery_scenes(gallery: Gallery, request: Any) -> list[Scene]:
    return [scene for scene in request.stash.library.scenes if gallery.id in scene.gallery_ids]


def _itself(row: object, _request: object) -> object:
    return row


def _url(suffix: str) -> Reader:
    return lambda scene, request: f"{request.base_url}/scene/{scene.id}/{suffix}"


def _screenshot(scene: Scene, request: Any) -> str:
    """The `t` is the second of the last edit, whatever was edited (recording paths_with_apikey)."""
    return f"{request.base_url}/scene/{scene.id}/screenshot?t={unix(scene.updated_at)}"


def _stream(scene: Scene, request: Any) -> str:
    """The one address that carries the API key (recording paths_with_apikey)."""
    key = request.stash.config.api_key
    return f"{request.base_url}/scene/{scene.id}/stream" + (f"?apikey={key}" if key else "")


def _last(name: str) -> Reader:
    return lambda scene, _request: max(getattr(scene, name), default=None)


def _length(name: str) -> Reader:
    return lambda scene, _request: len(getattr(scene, name))


def _newest_first(name: str) -> Reader:
    return lambda scene, _request: sorted(getattr(scene, name), reverse=True)


SCENE: dict[str, Reader] = {
    **attributes("title code details director urls date rating100 organized created_at updated_at"),
    **attributes("resume_time play_duration stash_ids custom_fields"),
    **constants("captions", value=None),
    "interactive": lambda scene, request: any(file.interactive for file in _files(scene, request)[:1]),
    "interactive_speed": lambda scene, request: next(
        (file.interactive_speed for file in _files(scene, request)[:1]), None
    ),
    **constants("sceneStreams", value=[]),
    "id": row_id,
    "url": first_url,
    "o_counter": _length("o_history"),
    "play_count": _length("play_history"),
    "o_history": _newest_first("o_history"),
    "play_history": _newest_first("play_history"),
    "last_played_at": _last("play_history"),
    "files": _files,
    "paths": _itself,
    "studio": _studio,
    "performers": _performers,
    "tags": tags_of,
    "groups": lambda scene, _request: list(scene.groups.items()),
    "movies": lambda scene, _request: list(scene.groups.items()),
    "scene_markers": _markers,
    "galleries": _galleries,
}
SCENE_PATHS: dict[str, Reader] = {
    "screenshot": _screenshot,
    "stream": _stream,
    "preview": _url("preview"),
    "webp": _url("webp"),
    "funscript": _url("funscript"),
    "interactive_heatmap": _url("interactive_heatmap"),
    "caption": _url("caption"),
}
# A row here is (group id, the scene's number in the group).
SCENE_GROUP: dict[str, Reader] = {
    "group": lambda pair, request: request.stash.library.groups.one(pair[0]),
    "movie": lambda pair, request: request.stash.library.groups.one(pair[0]),
    "scene_index": lambda pair, _request: pair[1],
}


def _folder(row: File | Folder, request: Any) -> Folder | None:
    parent_id = row.folder_id if isinstance(row, File) else row.parent_id
    folder: Folder | None = request.stash.library.folders.get(parent_id)
    return folder


def _folder_id(row: File | Folder, _request: object) -> str | None:
    parent_id = row.folder_id if isinstance(row, File) else row.parent_id
    return None if parent_id is None else str(parent_id)


def _fingerprints(file: File, _request: object) -> list[dict[str, str]]:
    return [{"type": kind, "value": value} for kind, value in file.fingerprints.items()]


FILE: dict[str, Reader] = {
    **attributes("basename size width height mod_time duration created_at updated_at"),
    **constants("zip_file_id zip_file", value=None),
    **constants("format", value="mp4"),
    **constants("video_codec", value="h264"),
    **constants("audio_codec", value=""),
    **constants("frame_rate", value=10),
    **constants("bit_rate", value=10000),
    "id": row_id,
    "path": lambda file, request: request.stash.library.path(file),
    "parent_folder": _folder,
    "parent_folder_id": _folder_id,
    "fingerprints": _fingerprints,
}
FOLDER: dict[str, Reader] = {
    **attributes("path mod_time created_at updated_at"),
    **constants("zip_file_id zip_file", value=None),
    "id": row_id,
    "parent_folder": _folder,
    "parent_folder_id": _folder_id,
}


def _marker_url(suffix: str) -> Reader:
    return lambda row, request: f"{request.base_url}/scene/{row.scene_id}/scene_marker/{row.id}/{suffix}"


MARKER: dict[str, Reader] = {
    **attributes("title seconds end_seconds created_at updated_at"),
    "id": row_id,
    "scene": lambda row, request: request.stash.library.scenes.one(row.scene_id),
    "primary_tag": lambda row, request: request.stash.library.tags.one(row.primary_tag_id),
    "tags": tags_of,
    "stream": _marker_url("stream"),
    "preview": _marker_url("preview"),
    "screenshot": _marker_url("screenshot"),
}
GALLERY: dict[str, Reader] = {
    **attributes("title code details photographer date rating100 organized urls created_at updated_at custom_fields"),
    **constants("files chapters", value=[]),
    **constants("folder cover", value=None),
    **constants("image_count", value=0),
    "id": row_id,
    "url": first_url,
    "scenes": _gallery_scenes,
    "studio": _studio,
    "tags": tags_of,
    "performers": _performers,
}


def _total(name: str) -> Reader:
    """A sum over the primary files of all scenes found."""

    def read(found: Found, request: Any) -> float:
        files = request.stash.library.files
        primary = (files.one(scene.file_ids[0]) for scene in found.rows if scene.file_ids)
        return float(sum(getattr(file, name) for file in primary))

    return read


def _sum(name: str) -> Reader:
    return lambda found, _request: sum(getattr(row, name) for row in found.rows)


def found_readers(name: str) -> dict[str, Reader]:
    """Return how the answer of a find query is read; `name` is its field of rows."""
    return {"count": lambda found, _request: found.count, name: lambda found, _request: found.page}


FOUND_SCENES: dict[str, Reader] = {
    **found_readers("scenes"),
    "duration": _total("duration"),
    "filesize": _total("size"),
}
FOUND_FILES: dict[str, Reader] = {
    **found_readers("files"),
    "duration": _sum("duration"),
    "size": _sum("size"),
    **constants("megapixels", value=0),
}
