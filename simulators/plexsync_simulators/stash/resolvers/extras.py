"""Mutations of markers and galleries: they show on scenes and move no scene (recordings marker_*, gallery_*)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from plexsync_simulators.stash.graphql.engine import Resolver
from plexsync_simulators.stash.graphql.inputs import atoi, bulk, ids
from plexsync_simulators.stash.library.rows import Gallery, Marker
from plexsync_simulators.stash.state import Request
from plexsync_simulators.stash.writing import columns
from plexsync_simulators.stash.writing.columns import Column, Columns, changes, write

Arguments = Mapping[str, Any]
_MARKER: Columns = {
    **columns.words("title"),
    **columns.plain("seconds end_seconds"),
    **columns.reference("scene_id", "scenes"),
    **columns.reference("primary_tag_id", "tags"),
    **columns.id_list("tag_ids", "tags"),
}
_GALLERY: Columns = {
    **columns.words("title code details photographer"),
    **columns.plain("rating100"),
    **columns.flags("organized"),
    **columns.dates("date"),
    **columns.text_list("urls"),
    **columns.first_text("url", "urls"),
    **columns.reference("studio_id", "studios"),
    **columns.id_list("tag_ids", "tags"),
    **columns.id_list("performer_ids", "performers"),
    "custom_fields": Column("custom_fields", columns.custom_fields),
}


def extra_mutations() -> dict[str, Resolver]:
    """Return the resolvers by mutation name."""
    return {
        "sceneMarkerCreate": marker_create,
        "sceneMarkerUpdate": marker_update,
        "bulkSceneMarkerUpdate": marker_bulk_update,
        "sceneMarkerDestroy": marker_destroy,
        "sceneMarkersDestroy": markers_destroy,
        "galleryCreate": gallery_create,
        "galleryUpdate": gallery_update,
        "galleriesUpdate": galleries_update,
        "bulkGalleryUpdate": bulk_gallery_update,
        "galleryDestroy": gallery_destroy,
    }


async def marker_create(request: Request, arguments: Arguments) -> Marker:
    """Create a marker."""
    stash, given = request.stash, arguments["input"]
    found = changes(None, given, _MARKER, stash)
    marker = stash.library.markers.add()
    write(marker, found)
    stash.database.commit()
    await stash.hooks.fire(request.session, "SceneMarker.Create.Post", marker.id, given)
    return marker


async def marker_update(request: Request, arguments: Arguments) -> Marker:
    """Change one marker."""
    given = arguments["input"]
    return (await _update_markers(request, [atoi(given["id"], "converting id")], given))[0]


async def marker_bulk_update(request: Request, arguments: Arguments) -> list[Marker]:
    """Change many markers alike."""
    given = arguments["input"]
    return await _update_markers(request, ids(given.get("ids"), "converting ids"), given)


async def _update_markers(request: Request, numbers: list[int], given: Arguments) -> list[Marker]:
    stash = request.stash
    markers = stash.library.markers.many(numbers)
    prepared = [(marker, changes(marker, given, _MARKER, stash)) for marker in markers]
    for marker, found in prepared:
        write(marker, found)
        stash.library.markers.touch(marker)
    stash.database.commit()
    for marker in markers:
        await stash.hooks.fire(request.session, "SceneMarker.Update.Post", marker.id, given, list(given))
    return markers


async def marker_destroy(request: Request, arguments: Arguments) -> bool:
    """Delete one marker; the hook is told a list of ids even so (recording marker_destroy)."""
    return await _destroy_markers(request, [str(arguments["id"])])


async def markers_destroy(request: Request, arguments: Arguments) -> bool:
    """Delete several markers."""
    return await _destroy_markers(request, [str(id_) for id_ in arguments["ids"]])


async def _destroy_markers(request: Request, wanted: list[str]) -> bool:
    stash = request.stash
    numbers = ids(wanted, "converting ids")
    stash.library.markers.many(numbers)
    for number in numbers:
        stash.library.markers.drop(number)
    stash.database.commit()
    for number in numbers:
        await stash.hooks.fire(request.session, "SceneMarker.Destroy.Post", number, wanted)
    return True


async def gallery_create(request: Request, arguments: Arguments) -> Gallery:
    """Create a gallery, with scenes if any are named."""
    stash, given = request.stash, arguments["input"]
    found = changes(None, _without_scenes(given), _GALLERY, stash)
    gallery = stash.library.galleries.add()
    _write_gallery(request, gallery, found, given)
    await stash.hooks.fire(request.session, "Gallery.Create.Post", gallery.id, given)
    return gallery


async def gallery_update(request: Request, arguments: Arguments) -> Gallery:
    """Change one gallery and, if named, its scenes."""
    stash, given = request.stash, arguments["input"]
    gallery = stash.library.galleries.one(atoi(given["id"], "converting id"))
    found = changes(gallery, _without_scenes(given), _GALLERY, stash)
    stash.library.galleries.touch(gallery)
    _write_gallery(request, gallery, found, given)
    full = stash.shapes.full("GalleryUpdateInput", given)
    await stash.hooks.fire(request.session, "Gallery.Update.Post", gallery.id, full, list(given))
    return gallery


async def galleries_update(request: Request, arguments: Arguments) -> list[Gallery]:
    """Change several galleries, each by its own input (resolver_mutation_gallery.go, not recorded)."""
    return [await gallery_update(request, {"input": given}) for given in arguments["input"]]


async def bulk_gallery_update(request: Request, arguments: Arguments) -> list[Gallery]:
    """Change many galleries alike: one write, then one hook per gallery; no scene moves."""
    stash, given = request.stash, arguments["input"]
    galleries = stash.library.galleries.many(ids(given.get("ids"), "converting ids"))
    prepared = [(gallery, changes(gallery, _without_scenes(given), _GALLERY, stash)) for gallery in galleries]
    for gallery, found in prepared:
        write(gallery, found)
        stash.library.galleries.touch(gallery)
        change = given.get("scene_ids")
        if change is not None:
            current = [scene.id for scene in stash.library.scenes if gallery.id in scene.gallery_ids]
            _give_scenes(request, gallery, bulk(current, change, ids(change.get("ids"), "converting scene ids")))
    stash.database.commit()
    for gallery in galleries:
        await stash.hooks.fire(request.session, "Gallery.Update.Post", gallery.id, given, list(given))
    return galleries


async def gallery_destroy(request: Request, arguments: Arguments) -> bool:
    """Delete galleries."""
    stash, given = request.stash, arguments["input"]
    galleries = stash.library.galleries.many(ids(given["ids"], "converting ids"))
    for gallery in galleries:
        _give_scenes(request, gallery, [])
        stash.library.galleries.drop(gallery.id)
    stash.database.commit()
    told = {**stash.shapes.full("GalleryDestroyInput", given), "checksum": "", "path": ""}
    for gallery in galleries:
        await stash.hooks.fire(request.session, "Gallery.Destroy.Post", gallery.id, told)
    return True


def _write_gallery(request: Request, gallery: Gallery, found: Mapping[str, object], given: Arguments) -> None:
    write(gallery, found)
    if given.get("scene_ids") is not None:
        _give_scenes(request, gallery, ids(given["scene_ids"], "converting scene ids"))
    request.stash.database.commit()


def _give_scenes(request: Request, gallery: Gallery, wanted: list[int]) -> None:
    """Let exactly these scenes bear the gallery; none of them moves."""
    for scene in request.stash.library.scenes:
        others = [id_ for id_ in scene.gallery_ids if id_ != gallery.id]
        scene.gallery_ids = [*others, gallery.id] if scene.id in wanted else others


def _without_scenes(given: Arguments) -> dict[str, object]:
    return {key: value for key, value in given.items() if key != "scene_ids"}
