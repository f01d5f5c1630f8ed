"""Every operation that may change what Plex shows (docs/engineering/stash.md §1.2) is known to the simulator."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest
from graphql import GraphQLObjectType
from sim_stash_library import RECORDINGS, recorded

from plexsync_simulators.stash.graphql.schema import VERSIONS, load
from plexsync_simulators.stash.resolvers.all import all_resolvers

_BY_NOUN = (
    "sceneCreate sceneUpdate bulkSceneUpdate scenesUpdate sceneDestroy scenesDestroy sceneMerge sceneAssignFile",
    "sceneGenerateScreenshot migrateSceneScreenshots sceneAddO sceneDeleteO sceneResetO sceneIncrementO",
    "sceneDecrementO sceneAddPlay sceneDeletePlay sceneResetPlayCount sceneIncrementPlayCount sceneSaveActivity",
    "sceneResetActivity",
    "sceneMarkerCreate sceneMarkerUpdate bulkSceneMarkerUpdate sceneMarkerDestroy sceneMarkersDestroy",
    "metadataScan metadataClean metadataAutoTag metadataGenerate metadataIdentify metadataImport metadataExport",
    "moveFiles deleteFiles fileSetFingerprints exportObjects importObjects execSQL querySQL backupDatabase",
    "performerCreate performerUpdate bulkPerformerUpdate performerDestroy performersDestroy performerMerge",
    "studioCreate studioUpdate bulkStudioUpdate studioDestroy studiosDestroy",
    "tagCreate tagUpdate bulkTagUpdate tagDestroy tagsDestroy tagsMerge",
    "groupCreate groupUpdate bulkGroupUpdate groupDestroy groupsDestroy",
    "movieCreate movieUpdate bulkMovieUpdate movieDestroy moviesDestroy",
    "addGroupSubGroups removeGroupSubGroups reorderSubGroups",
    "galleryCreate galleryUpdate galleriesUpdate bulkGalleryUpdate galleryDestroy",
    "stashBoxBatchPerformerTag stashBoxBatchStudioTag runPluginTask runPluginOperation",
)
OPERATIONS = {name for names in _BY_NOUN for name in names.split()}


@cache
def mutations(version: str) -> set[str]:
    type_ = load(version).mutation_type
    assert isinstance(type_, GraphQLObjectType)
    return set(type_.fields)


def test_every_operation_is_known_and_is_one_of_the_newest_schema() -> None:
    assert all_resolvers().keys() >= OPERATIONS
    assert mutations(VERSIONS[-1]) >= OPERATIONS


def test_nothing_is_known_that_no_schema_has() -> None:
    queries = load(VERSIONS[-1]).query_type
    assert isinstance(queries, GraphQLObjectType)
    assert all_resolvers().keys() <= mutations(VERSIONS[-1]) | set(queries.fields)


@pytest.mark.parametrize("path", sorted((RECORDINGS / "hooks").glob("*.json")), ids=lambda path: path.stem)
def test_every_recorded_operation_is_known(path: Path) -> None:
    recording = recorded("hooks", path.stem)
    trigger = recording.get("trigger") if isinstance(recording, dict) else None
    query = (trigger or {}).get("query", "")
    named = [name for name in mutations(VERSIONS[-1]) if name + "(" in query or name + "}" in query]
    assert set(named) <= all_resolvers().keys(), query
