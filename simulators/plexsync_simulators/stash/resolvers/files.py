"""Mutations of files, and the jobs that look at the imagined disk."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from plexsync_simulators.stash.errors import ResolverError
from plexsync_simulators.stash.graphql.engine import Resolver
from plexsync_simulators.stash.graphql.inputs import atoi, ids
from plexsync_simulators.stash.jobs import Job
from plexsync_simulators.stash.library.rows import Folder
from plexsync_simulators.stash.state import Request
from plexsync_simulators.stash.tasks.auto_tag import AutoTag, Generate
from plexsync_simulators.stash.tasks.clean import Clean
from plexsync_simulators.stash.tasks.identify import Identify
from plexsync_simulators.stash.tasks.scan import Scan

Arguments = Mapping[str, Any]


def file_mutations() -> dict[str, Resolver]:
    """Return the resolvers by mutation name."""
    return {
        "moveFiles": move_files,
        "deleteFiles": _forgetting("delete primary file"),
        "destroyFiles": _forgetting("destroy primary file entry"),
        "fileSetFingerprints": set_fingerprints,
        "metadataScan": metadata_scan,
        "metadataClean": metadata_clean,
        "metadataAutoTag": metadata_auto_tag,
        "metadataGenerate": metadata_generate,
        "metadataIdentify": metadata_identify,
        "migrateSceneScreenshots": migrate_scene_screenshots,
    }


def move_files(request: Request, arguments: Arguments) -> bool:
    """Move or rename files: only their own `updated_at` moves, no hook (recording move_files)."""
    stash, given = request.stash, arguments["input"]
    files = stash.library.files.many(ids(given["ids"], "converting ids"))
    basename = given.get("destination_basename") or ""
    if basename and len(files) != 1:
        raise ResolverError("must specify one file when providing destination path")
    folder = _destination(request, given)
    for file in files:
        file.folder_id, file.basename = folder.id, basename or file.basename
        stash.library.files.touch(file)
    stash.database.commit()
    return True


def _destination(request: Request, given: Arguments) -> Folder:
    library = request.stash.library
    if given.get("destination_folder_id") is not None:
        return library.folders.one(atoi(given["destination_folder_id"], "converting destination folder id"))
    path = given.get("destination_folder")
    if path is None:
        raise ResolverError("must specify destination folder or path")
    roots = [f"/{folder.path.split('/')[1]}" for folder in library.folders if folder.path != "/"]
    if not any(path == root or path.startswith(f"{root}/") for root in roots):
        raise ResolverError(f"folder path {path} must be within a stash library path")
    return library.folder_at(path)


def _forgetting(word: str) -> Resolver:
    """Forget files that are nobody's primary one: no hook, nothing else moves (delete_files, destroy_files).

    The one deletes them from the disk too; the other does not, so a scan finds them again.
    """

    def resolve(request: Request, arguments: Arguments) -> bool:
        stash = request.stash
        files = stash.library.files.many(ids(arguments["ids"], "converting ids"))
        primary = {scene.file_ids[0] for scene in stash.library.scenes if scene.file_ids}
        for file in files:
            if file.id in primary:
                raise ResolverError(f"cannot {word} {stash.library.path(file)}")
        for file in files:
            stash.library.forget_file(file)
        stash.database.commit()
        return True

    return resolve


def set_fingerprints(request: Request, arguments: Arguments) -> bool:
    """Set fingerprints of a file: nothing moves, no hook."""
    stash, given = request.stash, arguments["input"]
    file = stash.library.files.one(atoi(given["id"], "converting id"))
    for one in given["fingerprints"]:
        if one.get("value"):
            file.fingerprints[one["type"]] = one["value"]
        else:
            file.fingerprints.pop(one["type"], None)
    stash.database.commit()
    return True


def metadata_scan(request: Request, arguments: Arguments) -> str:
    """Queue a scan."""
    given = arguments["input"]
    covers = bool(given.get("scanGenerateCovers"))
    scan = Scan(
        request,
        tuple(given.get("paths") or ()),
        rescan=bool(given.get("rescan")),
        covers=covers,
        phashes=bool(given.get("scanGeneratePhashes")),
    )
    return request.stash.jobs.add("Scanning...", scan.run)


def metadata_clean(request: Request, arguments: Arguments) -> str:
    """Queue a clean."""
    given = arguments["input"]
    clean = Clean(request, tuple(given.get("paths") or ()), dry_run=given["dryRun"])
    return request.stash.jobs.add("Cleaning...", clean.run)


def metadata_auto_tag(request: Request, arguments: Arguments) -> str:
    """Queue auto-tagging by names in paths."""
    given = arguments["input"]
    kinds = {kind: tuple(given.get(kind) or ()) for kind in ("performers", "studios", "tags")}
    return request.stash.jobs.add("Auto-tagging...", AutoTag(request.stash, kinds, tuple(given.get("paths") or ())).run)


def metadata_generate(request: Request, arguments: Arguments) -> str:
    """Queue the making of covers, hashes and heatmaps."""
    given = arguments["input"]
    scene_ids = ids(given.get("sceneIDs"), "converting scene ids")
    generate = Generate(
        request.stash,
        tuple(scene_ids),
        covers=bool(given.get("covers")),
        phashes=bool(given.get("phashes")),
        heatmaps=bool(given.get("interactiveHeatmapsSpeeds")),
        overwrite=bool(given.get("overwrite")),
    )
    return request.stash.jobs.add("Generating...", generate.run)


def metadata_identify(request: Request, arguments: Arguments) -> str:
    """Queue the identifying of scenes by what a scraper would find; the first source's options come first."""
    given = arguments["input"]
    own = (given["sources"][0].get("options") or {}) if given["sources"] else {}
    options = {**(given.get("options") or {}), **{name: value for name, value in own.items() if value is not None}}
    scene_ids = tuple(ids(given.get("sceneIDs"), "converting scene ids"))
    identify = Identify(request, options, scene_ids, tuple(given.get("paths") or ()))
    return request.stash.jobs.add("Identifying...", identify.run)


def migrate_scene_screenshots(request: Request, arguments: Arguments) -> str:
    """Queue the taking over of old screenshot files: covers are written, no scene moves (migrate_screenshots.go)."""
    stash, overwrites = request.stash, bool(arguments["input"].get("overwriteExisting"))

    async def run(job: Job) -> None:
        for scene in stash.library.scenes:
            old = stash.outside.screenshots.get(str(scene.id))
            if old is not None and (overwrites or scene.cover is None):
                scene.cover = old
                stash.database.commit()
        job.progress = 1.0

    return stash.jobs.add("Migrating scene screenshots to blobs...", run)
