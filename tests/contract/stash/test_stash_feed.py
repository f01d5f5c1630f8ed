"""The feed's poll, and reading, against a simulated Stash that runs as a process of its own."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from canned import canned
from stash_canned import client_of, recorded

from plexsync.domain.errors import BadAnswer
from plexsync.domain.model import Entity, EntityKind
from plexsync.stash import capabilities, scenes
from plexsync.stash.capabilities import Capabilities
from plexsync.stash.changes import feed, file_watch
from plexsync.stash.client import StashClient
from plexsync.stash.queries import CONTENT_ROWS, ENTITY_ROWS, KINDS
from plexsync_simulators.process import Process, start_stash

Ids = list[int]


@pytest.fixture(scope="module", params=["v0.27.2", "develop-2026-01"])
def stash(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Process]:
    with start_stash(version=request.param, dir=tmp_path_factory.mktemp("stash")) as process:
        yield process


@pytest.fixture
def client(stash: Process) -> Iterator[StashClient]:
    with client_of(stash.url) as client:
        yield client


@pytest.fixture
def able(client: StashClient) -> Capabilities:
    return capabilities.detect(client)


def create(client: StashClient, kind: str, count: int = 1, **fields: object) -> Ids:
    """Make new objects, each with a name of its own."""
    mutation = f"mutation($i: {kind.title()}CreateInput!) {{ {kind}Create(input: $i) {{ id }} }}"
    called = "title" if kind == "scene" else "name"
    return [
        int(client.query(mutation, {"i": {called: f"{kind} {time.time_ns()}", **fields}})[f"{kind}Create"]["id"])
        for _ in range(count)
    ]


def update(client: StashClient, kind: str, id_: int, **fields: object) -> None:
    mutation = f"mutation($i: {kind.title()}UpdateInput!) {{ {kind}Update(input: $i) {{ id }} }}"
    client.query(mutation, {"i": {"id": id_, **fields}})


def destroy(client: StashClient, kind: str, id_: int) -> None:
    mutation = f"mutation($i: {kind.title()}DestroyInput!) {{ {kind}Destroy(input: $i) }}"
    client.query(mutation, {"i": {"id": id_}})


def test_what_each_version_can_do(client: StashClient, able: Capabilities, stash: Process) -> None:
    version = client.query("{ version { version } }")["version"]["version"] or ""
    assert able == Capabilities(version, files_filter="v0.27" not in version, folders="v0.27" not in version)


def test_one_edit_comes_in_full_with_the_poll(client: StashClient, able: Capabilities) -> None:
    (parent,) = create(client, "studio")
    (studio,) = create(client, "studio", parent_id=parent)
    (tag,), (performer,), (group,) = (create(client, kind) for kind in ("tag", "performer", "group"))
    (scene,) = create(client, "scene")
    cursor = feed.first_cursor(client)
    update(
        client, "scene", scene, title="Ünï", date="2024-05-01", rating100=85, organized=True, details="x", director="y",
        studio_id=studio, tag_ids=[tag], performer_ids=[performer], groups=[{"group_id": group}],
    )  # fmt: skip
    polled = feed.poll(client, cursor, able)
    found = next(one for one in polled.scenes if one.id == scene)
    assert (found.title, found.date, found.rating100, found.organized) == ("Ünï", "2024-05-01", 85, True)
    assert (found.details, found.director) == ("x", "y")
    assert found.studio is not None
    assert found.studio.parent is not None
    assert (found.studio.id, found.studio.parent.id) == (studio, parent)
    assert [[one.id for one in some] for some in (found.tags, found.performers, found.groups)] == [
        [tag], [performer], [group],
    ]  # fmt: skip
    assert found == scenes.read(client, [scene]).scenes[scene]
    assert polled.scenes[0].id == scene
    assert polled.vanished == frozenset()
    assert not polled.clock_back


@pytest.mark.parametrize("kind", EntityKind)
def test_a_rename_is_told_by_name(client: StashClient, able: Capabilities, kind: EntityKind) -> None:
    (id_,) = create(client, kind.value)
    cursor = feed.first_cursor(client)
    name = f"renamed {time.time_ns()}"
    update(client, kind.value, id_, name=name)
    polled = feed.poll(client, cursor, able)
    assert name in {one.name for one in polled.entities if (one.kind, one.id) == (kind, id_)}


def test_a_studio_that_got_a_parent(client: StashClient, able: Capabilities) -> None:
    first, second = create(client, "studio", 2)
    cursor = feed.first_cursor(client)
    update(client, "studio", first, parent_id=second)
    polled = feed.poll(client, cursor, able)
    parents = {one.id: one.parent_id for one in polled.entities if one.kind is EntityKind.STUDIO}
    assert (parents[first], parents[second]) == (second, None)


def test_new_scenes_with_old_stamps_are_told_by_their_ids(
    client: StashClient, able: Capabilities, stash: Process
) -> None:
    """As an import makes them; the newest of them may be one that tells of itself."""
    cursor = feed.first_cursor(client)
    old = {"title": "imported", "updated_at": "2015-05-05T05:05:05Z", "files": []}
    ids = {int(id_) for id_ in stash.control("POST", "scene", [old, old])["ids"]}
    polled = feed.poll(client, cursor, able)
    assert polled.scene_ids.keys() >= ids
    assert (polled.vanished, polled.ids_back) == (frozenset(), False)
    (scene,) = create(client, "scene")
    polled = feed.poll(client, cursor, able)
    assert polled.scene_ids.keys() >= ids
    assert scene in {one.id for one in polled.scenes}


def test_the_newest_scene_gone_may_mean_that_ids_began_anew(client: StashClient, able: Capabilities) -> None:
    first, newest = create(client, "scene", 2)
    cursor = feed.first_cursor(client)
    destroy(client, "scene", first)
    cursor = (polled := feed.poll(client, cursor, able)).cursor
    assert not polled.ids_back
    destroy(client, "scene", newest)
    assert feed.poll(client, cursor, able).ids_back


@pytest.mark.parametrize("kind", KINDS)
def test_what_went_is_noticed_also_when_something_else_came(client: StashClient, able: Capabilities, kind: str) -> None:
    gone, _ = create(client, kind, 2)
    cursor = feed.first_cursor(client)
    assert feed.poll(client, cursor, able).vanished == frozenset()
    destroy(client, kind, gone)
    create(client, kind)
    polled = feed.poll(client, cursor, able)
    assert polled.vanished == {kind}
    create(client, kind)
    assert feed.poll(client, polled.cursor, able).vanished == frozenset()


def test_many_edits_are_all_told(client: StashClient, able: Capabilities) -> None:
    cursor = feed.first_cursor(client)
    made = set(create(client, "scene", CONTENT_ROWS + 7))
    polled = feed.poll(client, cursor, able)
    assert len(polled.scenes) == CONTENT_ROWS
    assert made <= {scene.id for scene in polled.scenes} | polled.scene_ids.keys()
    assert not polled.scene_ids.keys() & {scene.id for scene in polled.scenes}
    stamps = scenes.read(client, sorted(polled.scene_ids)).scenes
    assert {id_: scene.updated_at for id_, scene in stamps.items()} == polled.scene_ids


def test_many_renamed_entities_are_all_told(client: StashClient, able: Capabilities) -> None:
    cursor = feed.first_cursor(client)
    made = set(create(client, "tag", ENTITY_ROWS + 3))
    assert made <= {one.id for one in feed.poll(client, cursor, able).entities if one.kind is EntityKind.TAG}


def test_the_next_cursor_tells_the_same_second_again_and_not_the_past(client: StashClient, able: Capabilities) -> None:
    (scene,) = create(client, "scene")
    polled = feed.poll(client, feed.first_cursor(client), able)
    update(client, "scene", scene, title="once more within the second")
    again = feed.poll(client, feed.Cursor.from_json(polled.cursor.to_json()), able)
    assert "once more within the second" in {one.title for one in again.scenes if one.id == scene}
    assert again.cursor.zone is not None


def test_reading_around_gone_scenes(client: StashClient) -> None:
    alive = create(client, "scene", 5)
    dead = create(client, "scene", 5)
    for id_ in dead:
        destroy(client, "scene", id_)
    mixed = [*dead[:2], *alive, *dead[2:], alive[0], 999_999_999]
    read = scenes.read(client, mixed)
    assert read.scenes.keys() == set(alive)
    assert read.gone == {*dead, 999_999_999}
    assert scenes.read(client, dead) == scenes.Read({}, frozenset(dead), {})


def test_more_than_a_batch(client: StashClient) -> None:
    alive = create(client, "scene", scenes.BATCH + 5)
    assert scenes.read(client, alive).scenes.keys() == set(alive)


def test_a_listing_in_pages_is_the_whole(client: StashClient) -> None:
    create(client, "scene", 10)
    pages = list(scenes.listing(client, page=4))
    ids = [scene.id for page in pages for scene in page.scenes]
    assert ids == [id_ for page in pages for id_ in page.ids]
    assert ids == sorted(set(ids))
    assert len(ids) == client.counts()["scene"]
    assert all(len(page.ids) <= 4 for page in pages)


def test_the_recent_ones(client: StashClient) -> None:
    (scene,) = create(client, "scene")
    assert scene in scenes.since(client, time.time() - 60)
    assert scenes.since(client, time.time() + 60) == {}


def test_all_entities_of_a_kind(client: StashClient) -> None:
    (parent,) = create(client, "studio")
    (child,) = create(client, "studio", parent_id=parent)
    found = scenes.entities(client, EntityKind.STUDIO)
    assert found[child].parent_id == parent
    assert len(found) == client.counts()["studio"]
    assert found[child].updated_at
    assert scenes.entities(client, EntityKind.STUDIO, rows=1) == found
    assert scenes.entities(client, EntityKind.STUDIO, rows=len(found)) == found


def test_the_database_moves_with_an_edit(client: StashClient) -> None:
    (scene,) = create(client, "scene")
    watch = file_watch.FileWatch(file_watch.database_path(client, ""))
    assert watch.visible
    scenes.read(client, [scene])
    assert not watch.moved()
    update(client, "scene", scene, title="z")
    assert watch.moved()


def test_no_poll_without_the_servers_clock() -> None:
    dateless = recorded("graphql/version.json")
    with (
        canned(dateless, date=False) as server,
        client_of(server.url) as client,
        pytest.raises(BadAnswer, match="Date"),
    ):
        feed.first_cursor(client)


def test_an_entity_equals_what_a_scene_shows_of_it(client: StashClient) -> None:
    (tag,) = create(client, "tag")
    (scene,) = create(client, "scene", tag_ids=[tag])
    name = scenes.entities(client, EntityKind.TAG)[tag].name
    assert scenes.read(client, [scene]).scenes[scene].tags == (Entity(tag, name),)


def scan(client: StashClient) -> None:
    """Let Stash look at its disk, and wait until it has."""
    job = client.query("mutation { metadataScan(input: {}) }")["metadataScan"]
    ended = {"FINISHED", "FAILED", "CANCELLED"}
    deadline = time.monotonic() + 20
    while (
        client.query("query($i: FindJobInput!) { findJob(input: $i) { status } }", {"i": {"id": job}})["findJob"][
            "status"
        ]
        not in ended
    ):
        assert time.monotonic() < deadline
        time.sleep(0.05)


def requests(stash: Process) -> int:
    return int(stash.control("GET", "counters")["kinds"].get("query", 0))


def test_one_edit_takes_one_request(tmp_path: Path) -> None:
    with start_stash(dir=tmp_path) as stash, client_of(stash.url) as client:
        able = capabilities.detect(client)
        (scene,) = create(client, "scene")
        cursor = feed.first_cursor(client)
        update(client, "scene", scene, title="one")
        before = requests(stash)
        assert feed.poll(client, cursor, able).scenes[0].title == "one"
        assert requests(stash) == before + 1


def test_gone_scenes_cost_two_queries_a_batch_however_many_they_are(client: StashClient, stash: Process) -> None:
    alive = create(client, "scene", 3)
    before = requests(stash)
    scenes.read(client, alive)
    assert requests(stash) == before + 1
    scenes.read(client, [*alive, *range(10**6, 10**6 + scenes.BATCH - 3)])
    assert requests(stash) == before + 4


def test_a_changed_file_is_told_where_the_version_can(client: StashClient, able: Capabilities, stash: Process) -> None:
    path = f"/data/{time.time_ns()}.mp4"
    (added,) = stash.control("POST", "scene", {"title": "moved", "files": [{"path": path, "size": 1, "duration": 1}]})[
        "ids"
    ]
    moved = path.replace(".mp4", ".mkv")
    stash.control("POST", "files", {"move": [[path, moved]]})
    cursor = feed.first_cursor(client)
    scan(client)
    told = {scene.id: [one.path for one in scene.files] for scene in feed.poll(client, cursor, able).scenes}
    assert not able.files_filter or told[int(added)] == [moved]


def test_a_server_that_moves_to_a_zone_further_west(able: Capabilities, client: StashClient, stash: Process) -> None:
    create(client, "scene")
    edited, later = create(client, "scene", 2)
    cursor = feed.poll(client, feed.first_cursor(client), able).cursor
    assert cursor.zone == 0
    stash.control("POST", "timezone", {"zone": "America/New_York"})
    try:
        update(client, "scene", edited, title="hidden")
        hidden = feed.poll(client, cursor, able)
        assert "hidden" not in {scene.title for scene in hidden.scenes}
        found = feed.poll(client, hidden.cursor.widened(), able)
        assert edited in {scene.id for scene in found.scenes} | found.scene_ids.keys()
        assert found.cursor.zone in {-4 * 3600, -5 * 3600}
        update(client, "scene", later, title="later")
        after = feed.poll(client, found.cursor, able)
        assert later in {scene.id for scene in after.scenes} | after.scene_ids.keys()
    finally:
        stash.control("POST", "timezone", {"zone": "UTC"})


def test_a_clock_that_is_set_back_is_told(able: Capabilities, client: StashClient, stash: Process) -> None:
    (scene,) = create(client, "scene")
    cursor = feed.first_cursor(client)
    stash.control("POST", "clock_offset", {"seconds": -7200})
    try:
        polled = feed.poll(client, cursor, able)
        assert polled.clock_back
        update(client, "scene", scene, title="in the past")
        after = feed.poll(client, polled.cursor, able)
        assert not after.clock_back
        assert scene in {one.id for one in after.scenes} | after.scene_ids.keys()
    finally:
        stash.control("POST", "clock_offset", {"seconds": 0})
