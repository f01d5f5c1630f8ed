"""Every GraphQL document PlexSync sends to Stash.

All are checked against the recorded schemas from v0.27 on (tests/contract/stash/test_stash_queries.py). The scene
fragment holds what :class:`plexsync.domain.model.Scene` has and nothing more: each further list costs Stash a
transaction per scene, and an image_path one per performer (docs/engineering/stash.md §4.4).
"""

from __future__ import annotations

from collections.abc import Iterable

from plexsync.domain.model import EntityKind

SCENE = "scene"
KINDS: tuple[str, ...] = (SCENE, *(kind.value for kind in EntityKind))
"""The five kinds of Stash object that matter to Plex."""

CONTENT_ROWS = 40
"""How many changed scenes a poll brings along in full."""

ENTITY_ROWS = 100
"""How many changed entities of one kind a poll brings along."""

WHOLE_SCENE = """
fragment Whole on Scene {
  id title details date director rating100 organized created_at updated_at
  studio { id name parent_studio { id name } }
  performers { id name }
  tags { id name }
  groups { group { id name } }
  files { path size duration }
}"""

CAPABILITIES = """
query Capabilities {
  version { version }
  query: __type(name: "Query") { fields { name } }
  scene: __type(name: "Scene") { fields { name } }
  filter: __type(name: "SceneFilterType") { inputFields { name } }
}"""

SCENES_BY_ID = f"""
query Scenes($ids: [ID!]!) {{ findScenes(ids: $ids) {{ scenes {{ ...Whole }} }} }}
{WHOLE_SCENE}"""

LISTING = """
query Listing($after: Int!, $rows: Int!) {
  findScenes(
    scene_filter: { id: { value: $after, modifier: GREATER_THAN } }
    filter: { sort: "id", direction: ASC, per_page: $rows }
  ) {
    scenes { id title date director rating100 organized created_at updated_at studio { id } files { path size } }
  }
}"""

PLUGIN_SETTINGS = """
query PluginSettings($ids: [ID!]) {
  configuration { plugins(include: $ids) }
  plugins { id enabled }
  interface: __type(name: "ConfigInterfaceResult") { fields { name } }
}"""

TROUBLESHOOTING = "query Troubleshooting { configuration { interface { disableCustomizations } } }"

READINESS = "query Readiness { systemStatus { status } }"

WATCHED = "query Watched { stats { total_play_duration total_play_count total_o_count } }"

FOLDERS = """
query Folders($page: Int!, $rows: Int!) {
  findFolders(filter: { sort: "id", direction: ASC, page: $page, per_page: $rows }) { count folders { id path } }
}"""

DATABASE = "query Database { configuration { general { databasePath } } }"
LIBRARY_FOLDERS = "query LibraryFolders { configuration { general { stashes { path } } } }"


RESOLUTIONS = """
query Resolutions($ids: [ID!]) {
  findScenes(ids: $ids, filter: { per_page: -1 }) { scenes { id files { width height } } }
}
"""


def existing(ids: Iterable[int]) -> str:
    """Ask for each id by itself: one that is gone answers null and spoils nothing (recorded find_scene_deleted)."""
    fields = " ".join(f's{id_}: findScene(id: "{id_}") {{ id }}' for id_ in ids)
    return f"query Existing {{ {fields} }}"


def scene_ids(criterion: str) -> str:
    """Ask for a page of ids by ``updated_at``, ``created_at`` or ``files``: variables stamp, after, rows.

    The pages follow the id, so that scenes edited between two pages are neither skipped nor told twice.
    """
    test, more = f"{criterion}: $stamp", ""
    if criterion == "files":
        test, more = "files_filter: { updated_at: $stamp }", " files { updated_at }"
    return f"""
query SceneIds($stamp: TimestampCriterionInput!, $after: Int!, $rows: Int!) {{
  findScenes(
    scene_filter: {{ {test}, id: {{ value: $after, modifier: GREATER_THAN }} }}
    filter: {{ sort: "id", direction: ASC, per_page: $rows }}
  ) {{ scenes {{ id created_at updated_at{more} }} }}
}}"""


ALL_IDS = """
query AllIds($after: Int!, $rows: Int!) {
  findScenes(
    scene_filter: { id: { value: $after, modifier: GREATER_THAN } }
    filter: { sort: "id", direction: ASC, per_page: $rows }
  ) { scenes { id } }
}"""

WITHOUT_COVER = """
query WithoutCover($after: Int!, $rows: Int!) {
  findScenes(
    scene_filter: { is_missing: "cover", id: { value: $after, modifier: GREATER_THAN } }
    filter: { sort: "id", direction: ASC, per_page: $rows }
  ) { scenes { id } }
}"""

NEWER = """
query Newer($after: Int!, $rows: Int!) {
  findScenes(
    scene_filter: { id: { value: $after, modifier: GREATER_THAN } }
    filter: { sort: "id", direction: ASC, per_page: $rows }
  ) { scenes { id updated_at } }
}"""


def entities(kind: EntityKind) -> str:
    """Ask for a page of all entities of a kind, or those with a time stamp above a bound.

    Variables: filter (may be null), page (from 1 on) and rows.
    """
    name = kind.value
    return f"""
query Entities($filter: {name.capitalize()}FilterType, $page: Int!, $rows: Int!) {{
  {_find(name)}({name}_filter: $filter, filter: {{ sort: "id", direction: ASC, page: $page, per_page: $rows }}) {{
    {name}s {{ {_entity_fields(kind)} }}
  }}
}}"""


def count_alias(kind: str) -> str:
    """Name the answer's field that counts a kind."""
    return f"count_{kind}"


def poll(*, files: bool) -> str:
    """Ask what has a time stamp above a bound (variable stamp) in all kinds, and how many of each there are.

    ``files`` adds the scenes of changed files, where the server has that filter.
    """
    parts = [_changed_scenes("scenes", "updated_at: $stamp", "updated_at")]
    if files:
        parts.append(_changed_scenes("files", "files_filter: { updated_at: $stamp }", "id", " files { updated_at }"))
    parts += [_changed_entities(kind) for kind in EntityKind]
    parts += [_count(kind) for kind in KINDS]
    fields = "\n  ".join(parts)
    return f"query Poll($stamp: TimestampCriterionInput!) {{\n  {fields}\n}}{WHOLE_SCENE}"


def _find(kind: str) -> str:
    return f"find{kind.capitalize()}s"


def _entity_fields(kind: EntityKind) -> str:
    return "id name updated_at" + (" parent_studio { id }" if kind is EntityKind.STUDIO else "")


def _changed_scenes(alias: str, criterion: str, sort: str, more: str = "") -> str:
    return (
        f"{alias}: findScenes(scene_filter: {{ {criterion} }}, "
        f'filter: {{ sort: "{sort}", direction: DESC, per_page: {CONTENT_ROWS} }}) '
        f"{{ count scenes {{ ...Whole{more} }} }}"
    )


def _changed_entities(kind: EntityKind) -> str:
    name = kind.value
    return (
        f"{name}: {_find(name)}({name}_filter: {{ updated_at: $stamp }}, "
        f'filter: {{ sort: "updated_at", direction: DESC, per_page: {ENTITY_ROWS} }}) '
        f"{{ count {name}s {{ {_entity_fields(kind)} }} }}"
    )


def _count(kind: str) -> str:
    return (
        f'{count_alias(kind)}: {_find(kind)}(filter: {{ sort: "id", direction: DESC, per_page: 1 }}) '
        f"{{ count {kind}s {{ id }} }}"
    )


COUNTS = "query Counts { " + " ".join(_count(kind) for kind in KINDS) + " }"
