"""The source of every field of every type: one table of readers per GraphQL type."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from plexsync_simulators.stash.graphql.plans import Fields, Reader
from plexsync_simulators.stash.reading.attributes import attributes
from plexsync_simulators.stash.reading.people import GROUP, GROUP_DESCRIPTION, PERFORMER, STUDIO, TAG, count_readers
from plexsync_simulators.stash.reading.scenes import (
    FILE,
    FOLDER,
    FOUND_FILES,
    FOUND_SCENES,
    GALLERY,
    MARKER,
    SCENE,
    SCENE_GROUP,
    SCENE_PATHS,
    found_readers,
)
from plexsync_simulators.stash.reading.stats import STATS

_FOUND = {
    "Performers": "performers",
    "Studios": "studios",
    "Tags": "tags",
    "Groups": "groups",
    "Movies": "movies",
    "Galleries": "galleries",
    "SceneMarkers": "scene_markers",
    "Folders": "folders",
}
_CONCRETE = {"BaseFile": "VideoFile", "VisualFile": "VideoFile", "Movie": "Group"}


def all_fields() -> Fields:
    """Return the readers of all types the simulator has rows for; other types are read from mappings."""
    plain: Mapping[str, Mapping[str, Reader]] = {
        "Scene": SCENE,
        "ScenePathsType": SCENE_PATHS,
        "SceneGroup": SCENE_GROUP,
        "SceneMovie": SCENE_GROUP,
        "VideoFile": FILE,
        "Folder": FOLDER,
        "SceneMarker": MARKER,
        "Gallery": GALLERY,
        "Performer": PERFORMER,
        "Studio": STUDIO,
        "Tag": TAG,
        "Group": GROUP,
        "GroupDescription": GROUP_DESCRIPTION,
        "Movie": GROUP,
        "FindScenesResultType": FOUND_SCENES,
        "FindFilesResultType": FOUND_FILES,
        **{f"Find{noun}ResultType": found_readers(answer) for noun, answer in _FOUND.items()},
        "StatsResultType": STATS,
        "Job": attributes("id status subTasks description progress startTime endTime addTime error"),
    }
    with_arguments = {
        **count_readers(),
        ("ConfigResult", "plugins"): _plugin_settings,
        ("VideoFile", "fingerprint"): _fingerprint,
    }
    return Fields(plain, with_arguments, _CONCRETE)


def _plugin_settings(_row: Any, request: Any, arguments: Mapping[str, Any]) -> Any:
    """Only settings that were saved once; ids are case-sensitive (recordings plugin_settings_*)."""
    saved = request.stash.config.plugin_settings
    include = arguments.get("include")
    return dict(saved) if include is None else {id_: saved[id_] for id_ in include if id_ in saved}


def _fingerprint(row: Any, _request: Any, arguments: Mapping[str, Any]) -> Any:
    return row.fingerprints.get(arguments["type"])
