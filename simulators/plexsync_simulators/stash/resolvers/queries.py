"""The queries."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from plexsync_simulators.stash.errors import NIL_POINTER, ResolverError
from plexsync_simulators.stash.graphql.engine import Resolver
from plexsync_simulators.stash.graphql.inputs import atoi
from plexsync_simulators.stash.jobs import Job
from plexsync_simulators.stash.library.rows import Scene
from plexsync_simulators.stash.searching.finding import Found, Search
from plexsync_simulators.stash.state import Request

Arguments = Mapping[str, Any]


def all_queries() -> dict[str, Resolver]:
    """Return the resolvers by query name."""
    return {
        "findScene": find_scene,
        "findScenes": _finder("scenes", "scene_filter", "scene_ids"),
        "findPerformers": _finder("performers", "performer_filter", "performer_ids"),
        "findStudios": _finder("studios", "studio_filter"),
        "findTags": _finder("tags", "tag_filter"),
        "findGroups": _finder("groups", "group_filter"),
        "findMovies": _finder("groups", "movie_filter"),
        "findGalleries": _finder("galleries", "gallery_filter"),
        "findSceneMarkers": _finder("markers", "scene_marker_filter"),
        "findFiles": _finder("files", "file_filter"),
        "findFolders": _finder("folders", "folder_filter"),
        "findFile": find_file,
        "findFolder": find_folder,
        **{f"find{noun}": _one(table) for noun, table in _TABLES.items()},
        **{name: _all(table) for name, table in _ALL.items()},
        "stats": lambda request, _arguments: request.stash.library,
        "version": version,
        "systemStatus": system_status,
        "configuration": configuration,
        "plugins": plugins,
        "pluginTasks": plugin_tasks,
        "jobQueue": lambda request, _arguments: request.stash.jobs.queue(),
        "findJob": find_job,
    }


_ALL = {
    "allScenes": "scenes",
    "allPerformers": "performers",
    "allStudios": "studios",
    "allTags": "tags",
    "allMovies": "groups",
    "allGalleries": "galleries",
    "allSceneMarkers": "markers",
}
_TABLES = {
    "Performer": "performers",
    "Studio": "studios",
    "Tag": "tags",
    "Group": "groups",
    "Movie": "groups",
    "Gallery": "galleries",
}


def find_scene(request: Request, arguments: Arguments) -> Scene | None:
    """Return one scene by id, null if it is gone (recording find_scene_deleted)."""
    if arguments.get("id") is None:
        raise ResolverError("the simulator finds scenes by id only")
    if str(arguments["id"]) in request.stash.switches.names("broken_scenes"):
        raise ResolverError(NIL_POINTER)
    return request.stash.library.scenes.get(atoi(arguments["id"], "converting id"))


def find_file(request: Request, arguments: Arguments) -> object:
    """Return one file by id or exact path; a missing one is an error here."""
    library = request.stash.library
    if arguments.get("id") is not None:
        return library.files.one(atoi(arguments["id"], "converting id"))
    file = library.file_at(arguments.get("path") or "")
    if file is None:
        raise ResolverError("file not found")
    return file


def find_folder(request: Request, arguments: Arguments) -> object:
    """Return one folder by id or exact path; a missing one is an error here."""
    folders = request.stash.library.folders
    if arguments.get("id") is not None:
        return folders.one(atoi(arguments["id"], "converting id"))
    found = next((folder for folder in folders if folder.path == arguments.get("path")), None)
    if found is None:
        raise ResolverError("folder not found")
    return found


def _finder(table: str, filter_name: str, old_ids: str = "ids") -> Resolver:
    """Find by ids, else by filter; an empty list of ids means that none was given (find_scenes_ids_empty)."""

    def resolve(request: Request, arguments: Arguments) -> Found:
        search: Search = getattr(request.stash.searches, table)
        library = request.stash.library
        wanted = arguments.get("ids") or arguments.get(old_ids)
        if wanted:
            rows = search.by_ids(library, wanted)
            found = Found(rows, lambda: rows)
        else:
            found = search.find(library, arguments.get(filter_name), arguments.get("filter") or {})
        broken = request.stash.switches.names("broken_scenes") if table == "scenes" else frozenset()
        if any(str(row.id) in broken for row in (found.page if broken else ())):
            raise ResolverError(NIL_POINTER)
        return found

    return resolve


def _one(table: str) -> Resolver:
    def resolve(request: Request, arguments: Arguments) -> object:
        return getattr(request.stash.library, table).get(atoi(arguments["id"], "converting id"))

    return resolve


def _all(table: str) -> Resolver:
    return lambda request, _arguments: list(getattr(request.stash.library, table))


def version(request: Request, _arguments: Arguments) -> dict[str, str]:
    """Return the version; development builds tell tag, distance and commit (recording version)."""
    return {"version": request.stash.version.told, "hash": "cf3489efd", "build_time": "2026-11-23 00:52:48"}


def system_status(request: Request, _arguments: Arguments) -> dict[str, object]:
    """Return whether the server waits for a migration; the database is then older than the program."""
    stash = request.stash
    waits = stash.switches.needs_migration
    return {
        "status": "NEEDS_MIGRATION" if waits else "OK",
        "databaseSchema": stash.version.database_schema - int(waits),
        "databasePath": stash.config.database_shown or str(stash.config.database_path),
        "configPath": str(stash.config.path),
        "appSchema": stash.version.database_schema,
        "os": "linux",
        "workingDir": str(stash.config.folder),
        "homeDir": str(stash.config.folder),
        "ffmpegPath": "/usr/bin/ffmpeg",
        "ffprobePath": "/usr/bin/ffprobe",
    }


def configuration(request: Request, _arguments: Arguments) -> dict[str, object]:
    """Return the general settings; plugin settings have a reader of their own."""
    return {"general": general(request), "interface": interface(request), "ui": {}}


def interface(request: Request) -> dict[str, Any]:
    """Return the settings of the pages that the simulator has."""
    return {"disableCustomizations": request.stash.config.disable_customizations, "sfwContentMode": False}


def general(request: Request) -> dict[str, object]:
    """Return the general settings the simulator has; the password is told as its hash (configure_credentials)."""
    config = request.stash.config
    folder = str(config.folder)
    return {
        "apiKey": config.api_key,
        "username": config.username,
        "password": f"$2a$04${'x' * 53}" if config.password else "",
        "databasePath": config.database_shown or str(config.database_path),
        "configFilePath": str(config.path),
        "stashes": [{"path": path, "excludeVideo": False, "excludeImage": False} for path in _roots(request)],
        "parallelTasks": 1,
        "maxSessionAge": config.max_session_age,
        "pluginsPath": str(config.plugins_path),
        "pythonPath": config.python_path,
        "logFile": f"{folder}/stash.log",
        "logLevel": "Info",
        "generatedPath": f"{folder}/generated",
        "cachePath": f"{folder}/cache",
        "metadataPath": f"{folder}/metadata",
        "scrapersPath": f"{folder}/scrapers",
        "blobsPath": f"{folder}/blobs",
        "videoFileNamingAlgorithm": "OSHASH",
        "calculateMD5": False,
    }


def _roots(request: Request) -> list[str]:
    folders = request.stash.library.folders
    return list(request.stash.config.library_folders) or sorted(
        {folder.path for folder in folders if folder.parent_id is None}
    )


def plugins(request: Request, _arguments: Arguments) -> list[dict[str, object]]:
    """Return the plugins by id, with null where a list is empty except for the settings (recording plugins_list)."""
    return [_plugin(request, plugin) for plugin in sorted(request.stash.plugins.all(), key=lambda plugin: plugin.id)]


def _plugin(request: Request, plugin: Any) -> dict[str, Any]:
    base = f"{request.base_url}/plugin/{plugin.id}"
    return {
        "id": plugin.id,
        "name": plugin.name,
        "description": plugin.description,
        "url": plugin.url,
        "version": plugin.version,
        "enabled": request.stash.plugins.enabled(plugin),
        "requires": list(plugin.requires) or None,
        "tasks": [{"name": task.name, "description": task.description} for task in plugin.tasks] or None,
        "hooks": [{"name": hook.name, "description": "", "hooks": list(hook.triggers) or None} for hook in plugin.hooks]
        or None,
        "settings": [_setting(setting) for setting in plugin.settings],
        "paths": {
            "javascript": [f"{base}/javascript"] if plugin.javascript else None,
            "css": [f"{base}/css"] if plugin.css else None,
        },
    }


def _setting(setting: object) -> dict[str, object]:
    names = ("name", "display_name", "description", "type")
    return {name: getattr(setting, name) for name in names}


def plugin_tasks(request: Request, _arguments: Arguments) -> list[dict[str, object]]:
    """Return the tasks of all enabled plugins."""
    stash = request.stash
    return [
        {"name": task.name, "description": task.description, "plugin": _plugin(request, plugin)}
        for plugin in stash.plugins.all()
        if stash.plugins.enabled(plugin)
        for task in plugin.tasks
    ]


def find_job(request: Request, arguments: Arguments) -> Job | None:
    """Return a job of the queue or of the last ten, else null (recording find_job_unknown)."""
    return request.stash.jobs.find(str(arguments["input"]["id"]))
