"""Mutations of scenes: what each writes, whether it moves `updated_at`, and which hook it fires.

The three answers per mutation are those of tests/recordings/stash/hooks/INDEX.md.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from plexsync_simulators.stash.clock import parse, rfc3339
from plexsync_simulators.stash.errors import ResolverError
from plexsync_simulators.stash.graphql.engine import Resolver
from plexsync_simulators.stash.graphql.inputs import atoi, ids
from plexsync_simulators.stash.library import pictures
from plexsync_simulators.stash.library.rows import Scene
from plexsync_simulators.stash.state import Request, Stash
from plexsync_simulators.stash.writing.columns import changes, write
from plexsync_simulators.stash.writing.scenes import SCENE_COLUMNS, destroyed_file

Arguments = Mapping[str, Any]


def scene_mutations() -> dict[str, Resolver]:
    """Return the resolvers by mutation name."""
    return {
        "sceneCreate": scene_create,
        "sceneUpdate": scene_update,
        "scenesUpdate": scenes_update,
        "bulkSceneUpdate": bulk_scene_update,
        "sceneDestroy": scene_destroy,
        "scenesDestroy": scenes_destroy,
        "sceneMerge": scene_merge,
        "sceneAssignFile": scene_assign_file,
        "sceneGenerateScreenshot": scene_generate_screenshot,
        "sceneAddO": _history("o_history", adds=True),
        "sceneDeleteO": _history("o_history", adds=False),
        "sceneAddPlay": _history("play_history", adds=True),
        "sceneDeletePlay": _history("play_history", adds=False),
        "sceneIncrementO": _counter("o_history", 1),
        "sceneDecrementO": _counter("o_history", -1),
        "sceneResetO": _counter("o_history", 0),
        "sceneIncrementPlayCount": _counter("play_history", 1),
        "sceneResetPlayCount": _counter("play_history", 0),
        "sceneSaveActivity": scene_save_activity,
        "sceneResetActivity": scene_reset_activity,
    }


async def scene_create(request: Request, arguments: Arguments) -> Scene:
    """Create a scene; the hook's input is null (recording scene_create)."""
    stash, given = request.stash, arguments["input"]
    file_ids = ids(given.get("file_ids"), "converting file ids")
    if not given.get("title") and not file_ids:
        raise ResolverError("title must be set if scene has no files")
    values = changes(None, given, SCENE_COLUMNS, stash)
    stash.library.files.many(file_ids)
    for scene in stash.library.scenes if file_ids else ():
        scene.file_ids = [id_ for id_ in scene.file_ids if id_ not in file_ids]
    scene = stash.library.scenes.add(file_ids=file_ids)
    write(scene, values)
    stash.database.commit()
    await stash.hooks.fire(request.session, "Scene.Create.Post", scene.id, None)
    return scene


async def scene_update(request: Request, arguments: Arguments) -> Scene:
    """Change one scene; it moves and fires even if nothing is different."""
    stash, given = request.stash, arguments["input"]
    scene, found = _scene_changes(stash, given)
    _write_scene(stash, scene, found)
    stash.database.commit()
    full = stash.shapes.full("SceneUpdateInput", given)
    await stash.hooks.fire(request.session, "Scene.Update.Post", scene.id, full, list(given))
    return stash.library.scenes.one(scene.id)


async def scenes_update(request: Request, arguments: Arguments) -> list[Scene]:
    """Change several scenes, each by its own input; every hook call gets the whole list (scenes_update_2)."""
    stash, inputs = request.stash, arguments["input"]
    prepared = [(*_scene_changes(stash, given), given) for given in inputs]
    for scene, found, _ in prepared:
        _write_scene(stash, scene, found)
    stash.database.commit()
    full = [stash.shapes.full("SceneUpdateInput", given) for given in inputs]
    for scene, _, given in prepared:
        await stash.hooks.fire(request.session, "Scene.Update.Post", scene.id, full, list(given))
    return [stash.library.scenes.one(scene.id) for scene, _, _ in prepared]


async def bulk_scene_update(request: Request, arguments: Arguments) -> list[Scene]:
    """Change many scenes alike: one write, then one hook per scene, one after the other."""
    stash, given = request.stash, arguments["input"]
    scenes = stash.library.scenes.many(ids(given.get("ids"), "converting ids"))
    prepared = [(scene, changes(scene, given, SCENE_COLUMNS, stash)) for scene in scenes]
    for scene, found in prepared:
        write(scene, found)
        stash.library.scenes.touch(scene)
    stash.database.commit()
    told = stash.shapes.full("BulkSceneUpdateInput", given)
    for scene in scenes:
        await stash.hooks.fire(request.session, "Scene.Update.Post", scene.id, told, list(given))
    return [stash.library.scenes.one(scene.id) for scene in scenes]


def _scene_changes(stash: Stash, given: Arguments) -> tuple[Scene, dict[str, object]]:
    scene = stash.library.scenes.one(atoi(given["id"], "converting id"))
    found = changes(scene, given, SCENE_COLUMNS, stash)
    if found.get("title") == "" and not scene.file_ids:
        raise ResolverError("title must be set if scene has no files")
    primary = given.get("primary_file_id")
    if primary is not None:
        id_ = atoi(primary, "converting primary file id")
        if id_ not in scene.file_ids:
            raise ResolverError(f"file with id {id_} not associated with scene")
        found["file_ids"] = [id_, *(other for other in scene.file_ids if other != id_)]
    return scene, found


def _write_scene(stash: Stash, scene: Scene, found: Mapping[str, object]) -> None:
    write(scene, found)
    stash.library.scenes.touch(scene)


async def scene_destroy(request: Request, arguments: Arguments) -> bool:
    """Delete one scene, with its files only if asked."""
    given = arguments["input"]
    scene = request.stash.library.scenes.one(atoi(given["id"], "converting id"))
    await _destroy(request, [scene], given, "SceneDestroyInput")
    return True


async def scenes_destroy(request: Request, arguments: Arguments) -> bool:
    """Delete several scenes: one write, then one hook per scene."""
    given = arguments["input"]
    scenes = request.stash.library.scenes.many(ids(given["ids"], "converting ids"))
    await _destroy(request, scenes, given, "ScenesDestroyInput")
    return True


async def _destroy(request: Request, scenes: list[Scene], given: Arguments, shape: str) -> None:
    stash = request.stash
    full = stash.shapes.full(shape, given)
    told = [(scene.id, {**full, **destroyed_file(stash, scene)}) for scene in scenes]
    for scene in scenes:
        destroy_scene(stash, scene, with_files=bool(given.get("delete_file") or given.get("destroy_file_entry")))
    stash.database.commit()
    for id_, hook_input in told:
        await stash.hooks.fire(request.session, "Scene.Destroy.Post", id_, hook_input)


def destroy_scene(stash: Stash, scene: Scene, *, with_files: bool) -> None:
    """Delete a scene and, if wanted, what is known of its files."""
    if with_files:
        for file in stash.library.files_of(scene):
            stash.library.forget_file(file)
    stash.library.forget_scene(scene)


def scene_merge(request: Request, arguments: Arguments) -> Scene:
    """Give the sources' files to the destination, which moves; the sources vanish; no hook (recording scene_merge)."""
    stash, given = request.stash, arguments["input"]
    library = stash.library
    source_ids = ids(given["source"], "converting source ids")
    destination = library.scenes.one(atoi(given["destination"], "converting destination id"))
    if destination.id in source_ids:
        raise ResolverError("cannot merge scene into itself")
    sources = library.scenes.many(source_ids)
    values = {key: value for key, value in (given.get("values") or {}).items() if value or key != "cover_image"}
    write(destination, changes(destination, values, SCENE_COLUMNS, stash))
    for source in sources:
        destination.file_ids += source.file_ids
        if given.get("o_history"):
            destination.o_history += source.o_history
        if given.get("play_history"):
            destination.play_history += source.play_history
        for marker in library.markers:
            marker.scene_id = destination.id if marker.scene_id == source.id else marker.scene_id
        library.scenes.drop(source.id)
    library.scenes.touch(destination)
    stash.database.commit()
    return destination


def scene_assign_file(request: Request, arguments: Arguments) -> bool:
    """Move a file to another scene; nothing else moves, no hook (recording scene_assign_file)."""
    library, given = request.stash.library, arguments["input"]
    scene = library.scenes.one(atoi(given["scene_id"], "converting scene id"))
    file = library.files.one(atoi(given["file_id"], "converting file id"))
    owner = library.scene_of(file)
    if owner is not None and owner.file_ids[0] == file.id and owner is not scene:
        raise ResolverError("assigning file to scene: cannot reassign primary file")
    if owner is not None:
        owner.file_ids.remove(file.id)
    scene.file_ids.append(file.id)
    request.stash.database.commit()
    return True


def scene_generate_screenshot(request: Request, arguments: Arguments) -> str:
    """Make a new cover: the scene moves, no hook; the answer is the word todo (scene_generate_screenshot)."""
    stash = request.stash
    scene = stash.library.scenes.one(atoi(arguments["id"], "converting id"))
    scene.cover = pictures.draw(scene.id * 1000 + int((arguments.get("at") or 0) * 10))
    stash.library.scenes.touch(scene)
    stash.database.commit()
    return "todo"


def scene_save_activity(request: Request, arguments: Arguments) -> bool:
    """Remember where playing stopped: no time stamp, no hook."""
    scene = request.stash.library.scenes.one(atoi(arguments["id"], "converting id"))
    if arguments.get("resume_time") is not None:
        scene.resume_time = arguments["resume_time"]
    scene.play_duration += arguments.get("playDuration") or 0
    request.stash.database.commit()
    return True


def scene_reset_activity(request: Request, arguments: Arguments) -> bool:
    """Forget where playing stopped and for how long: no time stamp, no hook."""
    scene = request.stash.library.scenes.one(atoi(arguments["id"], "converting id"))
    if arguments.get("reset_resume"):
        scene.resume_time = 0.0
    if arguments.get("reset_duration"):
        scene.play_duration = 0.0
    request.stash.database.commit()
    return True


def _history(attribute: str, *, adds: bool) -> Resolver:
    """Add or take away moments of a history: no time stamp, no hook (recordings scene_add_o, scene_add_play)."""

    def resolve(request: Request, arguments: Arguments) -> dict[str, object]:
        stash = request.stash
        history: list[str] = getattr(stash.library.scenes.one(atoi(arguments["id"], "converting id")), attribute)
        times = [rfc3339(parse(moment)) for moment in arguments.get("times") or ()]
        if adds:
            history += times or [stash.clock.stamp()]
        else:
            for moment in times or history[-1:]:
                if moment in history:
                    history.remove(moment)
        stash.database.commit()
        return {"count": len(history), "history": sorted(history, reverse=True)}

    return resolve


def _counter(attribute: str, step: int) -> Resolver:
    """The deprecated counters over the same histories; a step of 0 clears."""

    def resolve(request: Request, arguments: Arguments) -> int:
        stash = request.stash
        history: list[str] = getattr(stash.library.scenes.one(atoi(arguments["id"], "converting id")), attribute)
        if step > 0:
            history.append(stash.clock.stamp())
        else:
            del history[(-1 if step else 0) :]
        stash.database.commit()
        return len(history)

    return resolve
