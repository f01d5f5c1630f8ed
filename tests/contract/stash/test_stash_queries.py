"""Every document PlexSync sends is valid in every recorded schema it may be sent to."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from graphql import GraphQLSchema, build_client_schema, parse, validate

from plexsync.domain.model import EntityKind
from plexsync.stash import queries

SCHEMAS = Path(__file__).parents[2] / "recordings" / "stash" / "schema"
VERSIONS = sorted(path.stem for path in SCHEMAS.glob("*.json"))
WITHOUT_FILES_FILTER = {"v0.27.2", "v0.28.1", "v0.29.3"}

EVERYWHERE = {
    "CAPABILITIES": queries.CAPABILITIES,
    "SCENES_BY_ID": queries.SCENES_BY_ID,
    "LISTING": queries.LISTING,
    "DATABASE": queries.DATABASE,
    "RESOLUTIONS": queries.RESOLUTIONS,
    "LIBRARY_FOLDERS": queries.LIBRARY_FOLDERS,
    "PLUGIN_SETTINGS": queries.PLUGIN_SETTINGS,
    "COUNTS": queries.COUNTS,
    "WATCHED": queries.WATCHED,
    "NEWER": queries.NEWER,
    "ALL_IDS": queries.ALL_IDS,
    "WITHOUT_COVER": queries.WITHOUT_COVER,
    "READINESS": queries.READINESS,
    "existing": queries.existing([1, 2, 30]),
    "poll": queries.poll(files=False),
    "scene_ids updated_at": queries.scene_ids("updated_at"),
    "scene_ids created_at": queries.scene_ids("created_at"),
    **{f"entities {kind.value}": queries.entities(kind) for kind in EntityKind},
}
WITH_FILES_FILTER = {"poll": queries.poll(files=True), "scene_ids files": queries.scene_ids("files")}


@pytest.fixture(scope="module", params=VERSIONS)
def recorded(request: pytest.FixtureRequest) -> tuple[str, GraphQLSchema]:
    version = str(request.param)
    recording = json.loads((SCHEMAS / f"{version}.json").read_text(encoding="utf-8"))
    return version, build_client_schema(recording.get("data", recording))


def test_all_six_recorded_versions_are_tried() -> None:
    assert len(VERSIONS) == 6


def test_what_is_sent_everywhere_is_valid_everywhere(recorded: tuple[str, GraphQLSchema]) -> None:
    _, schema = recorded
    wrong = {name: validate(schema, parse(document)) for name, document in EVERYWHERE.items()}
    assert {name: errors for name, errors in wrong.items() if errors} == {}


def test_what_needs_the_files_filter_is_valid_exactly_where_it_exists(recorded: tuple[str, GraphQLSchema]) -> None:
    version, schema = recorded
    valid = [not validate(schema, parse(document)) for document in WITH_FILES_FILTER.values()]
    assert valid == [version not in WITHOUT_FILES_FILTER] * len(WITH_FILES_FILTER)


def test_troubleshooting_mode_is_asked_for_exactly_where_it_exists(recorded: tuple[str, GraphQLSchema]) -> None:
    version, schema = recorded
    assert (not validate(schema, parse(queries.TROUBLESHOOTING))) == (version == "develop-2026-02")


def test_folders_can_be_listed_since_v0_29(recorded: tuple[str, GraphQLSchema]) -> None:
    version, schema = recorded
    assert (not validate(schema, parse(queries.FOLDERS))) == (version not in {"v0.27.2", "v0.28.1"})
