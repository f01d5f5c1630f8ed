"""A reconcile loses nothing: neither our values, nor what waits, nor what is not in Plex yet. Its brakes hold."""

from __future__ import annotations

import time
from contextlib import closing
from typing import Any

import pytest
from brake_stage import SETTINGS, empty_many, reasons, sync
from inside import Inside, inside, item, scene, small_world

from plexsync.domain.errors import BadSetting
from plexsync.domain.reconcile.gaps import GapKind
from plexsync.reconcile.compare import Request
from plexsync.reconcile.request import asked_request
from plexsync.reconcile.run import RunStopped
from plexsync.store import Store
from plexsync.store.jobs import State
from plexsync.sync.worker import Worker
from plexsync_simulators.world import World, make_world

PLAIN = {"image_poster": "off"}
OLD = {"created_at": "2024-01-01T00:00:00Z", "updated_at": "2024-01-01T00:00:00Z"}
TAGS = [{"id": "1", "name": "Alpha", **OLD}, {"id": "2", "name": "Beta", **OLD}]


def synced(stage: Inside) -> Inside:
    stage.sync()
    assert stage.reconcile().state == "done"
    stage.work()
    return stage


def two_scenes(**fields: Any) -> World:
    return small_world(scene(1, "a.mp4", **fields), scene(2, "b.mp4"), items=[item("a.mp4"), item("b.mp4")], tags=TAGS)


def with_actors(stage: Inside, scenes: list[str]) -> int:
    return sum(bool(stage.item_of(one)["Role"]) for one in scenes)


@pytest.mark.parametrize("first", ["worker", "reconcile"])
def test_what_was_ours_stays_ours_on_an_item_under_a_new_key(first: str) -> None:
    with inside(two_scenes(tag_ids=["1", "2"]), settings=PLAIN) as stage:
        synced(stage)
        key = stage.item_of_file("a.mp4")["ratingKey"]
        time.sleep(1.1)  # or the item's stamp is that of our own write
        stage.plex.control("POST", f"items/{key}/rekey", {"keep": True})
        if first == "reconcile":
            stage.reconcile()
        for _ in range(6):
            stage.later += 200  # nothing tells of it but a full listing
            stage.work()
        stage.edit_scene("1", tag_ids=["1"])
        stage.poll()
        stage.work()
        assert stage.item_of_file("a.mp4")["Genre"] == ["Alpha"]


@pytest.mark.parametrize("keep", [True, False])
def test_an_item_that_comes_with_another_scenes_file_is_no_item_under_a_new_key(*, keep: bool) -> None:
    with inside(two_scenes(tag_ids=["1"], details="Words of the first"), settings=PLAIN) as stage:
        synced(stage)
        key = stage.item_of_file("b.mp4")["ratingKey"]
        time.sleep(1.1)  # or the item's stamp is that of our own write
        stage.plex.control("POST", f"items/{key}/rekey", {"keep": keep})
        stage.mutate("sceneMerge", source=["1"], destination="2")
        stage.stash_watcher.turn(lambda _: None)  # at once: no poll of Plex is due as yet
        no_items = {"match": {"method": "GET", "path_regex": "/library/metadata/"}, "kind": "reset"}
        stage.plex.control("POST", "faults", [{**no_items, "times": -1}])
        stage.worker.turn()  # by now the file is known to be the second scene's
        stage.plex.control("POST", "faults", [])
        stage.later += 120
        stage.work()
        first, second = stage.item_of_file("a.mp4"), stage.item_of_file("b.mp4")
        assert (first["title"], first["Genre"]) == ("Scene 2", [])
        assert (second["title"], second["Genre"], second.get("summary", "")) == ("Scene 2", [], "")


@pytest.mark.parametrize("kinds", [frozenset({GapKind.DRIFT}), frozenset(GapKind)])
def test_a_scene_that_waits_for_its_file_goes_on_though_a_run_listed_it_first(kinds: frozenset[GapKind]) -> None:
    world = small_world(scene(1, "a.mp4"), scene(2, "b.mp4"), items=[item("a.mp4")])
    with inside(world, settings=PLAIN) as stage:
        stage.sync()
        assert stage.job(2).cause == "missing"
        stage.plex.control("POST", "items", {"section": "1", **item("b.mp4")})
        stage.reconcile(kinds=kinds)
        stage.work()
        assert stage.job(2).state is State.DONE
        assert stage.item_of_file("b.mp4")["title"] == "Scene 2"


def test_what_was_taken_out_of_the_queue_is_found_again() -> None:
    with inside(two_scenes(), settings=PLAIN) as stage:
        synced(stage)
        stage.edit_scene("1", title="Edited")
        stage.poll()
        stage.store.queue.clear([State.QUEUED], stage.now())
        assert stage.reconcile().gaps == {"stale": {1}}
        stage.work()
        assert stage.item_of_file("a.mp4")["title"] == "Edited"


def test_what_a_dry_run_holds_is_a_gap() -> None:
    with inside(two_scenes(), settings=PLAIN) as stage:
        synced(stage)
        stage.reload(**PLAIN, dry_run=True)
        stage.edit_scene("1", title="Edited")
        stage.poll()
        stage.work()
        assert stage.job(1).cause == "dry_run"
        found = stage.reconcile()
        assert (found.gaps, found.result["already_queued"]) == ({"stale": {1}}, 1)


def test_a_run_for_one_kind_believes_no_name_it_did_nothing_about() -> None:
    performer = {"id": "1", "name": "Old", **OLD}
    world = small_world(scene(1, "a.mp4", performer_ids=["1"]), items=[item("a.mp4")], performers=[performer])
    with inside(world, settings=PLAIN) as stage:
        synced(stage)
        stage.mutate("performerUpdate", id="1", name="New")
        stage.reconcile(kinds=frozenset({GapKind.MISSING}))
        assert stage.reconcile().gaps == {"stale": {1}}


def test_clearing_what_a_scene_left_looks_first_whether_the_scene_is_back() -> None:
    with inside(two_scenes(tag_ids=["1", "2"]), settings={**PLAIN, "orphan_policy": "clear"}) as stage:
        synced(stage)
        stage.store.jobs.enqueue_cleanup([1], origin="reconcile", now=stage.now(), run_id=0)
        stage.work()
        assert stage.item_of_file("a.mp4")["Genre"] == ["Alpha", "Beta"]
        stage.edit_scene("1", tag_ids=["1"])
        stage.poll()
        stage.work()
        assert stage.item_of_file("a.mp4")["Genre"] == ["Alpha"], "it was ours all the time"


def test_a_range_closes_only_what_it_could_have_seen() -> None:
    world = small_world(scene(1, "a.mp4"), scene(2, "c.mp4"), items=[item("a.mp4"), item("a.mp4")])
    with inside(world, settings=PLAIN) as stage:
        stage.sync()
        assert stage.reconcile().gaps["duplicate"] == {1}
        stage.work()
        stage.edit_scene("1", title="E")
        stage.poll()
        stage.work()
        stage.reconcile(scope="24h", since=stage.now() - 86400)
        assert ("duplicate", "reported") in stage.store.gaps.counts()
        stage.mutate("sceneDestroy", id="2")
        stage.poll()
        stage.work()
        assert not any(kind == "missing" for kind, _ in stage.store.gaps.counts()), "its scene is gone"


def test_what_a_stopped_run_found_is_held_by_no_brake_and_new_scenes_stay_new() -> None:
    with inside(two_scenes(), settings=PLAIN) as stage:
        synced(stage)
        stage.plex.control(
            "POST", "items/bulk", [{"ratingKey": one["ratingKey"], "title": "x"} for one in stage.items().values()]
        )
        stage.stash.control(
            "POST", "scene", {"title": "New", "files": [{"path": "/data/n.mp4", "size": 1, "duration": 1}]}
        )

        def stop(progress: float, _figures: object) -> None:
            if progress >= 0.6:
                raise RunStopped

        with pytest.raises(RunStopped):
            stage.runner.run(Request("all", "test"), stop)
        assert "held" not in {action for _, action in stage.store.gaps.counts()}
        assert stage.store.scenes.number() == 2


@pytest.mark.parametrize("meanwhile", ["another setting", "a restart", "dry run off"])
def test_the_brake_of_a_sync_holds_whatever_happens_meanwhile(meanwhile: str) -> None:
    with inside(make_world(80, 7), settings=SETTINGS) as stage:
        synced(stage)
        scenes = empty_many(stage, 40)
        if meanwhile == "dry run off":
            stage.reload(**SETTINGS, dry_run=True)
        if meanwhile == "a restart":
            with closing(Store(stage.data)) as another_process:
                another_process.commands.ask("sync", {"scope": "all", "origin": "test"}, stage.now())
            stage.commands.turn()
            stage.commands.tidy_up()
            stage.worker = Worker(stage.store, stage.shared, stage.shared.targets[0], stage.now)
            stage.work()
        else:
            sync(stage)
        stage.commands._end_runs()
        stage.reload(**SETTINGS, log_level="debug")
        stage.work()
        assert with_actors(stage, scenes) == 40
        assert stage.reconcile(origin="schedule").state == "braked"
        stage.work()
        sync(stage)
        stage.later += 5
        stage.work()
        assert with_actors(stage, scenes) == 40, "not in slices either"


def test_the_newest_scene_deleted_during_a_large_edit_is_no_other_stash() -> None:
    with inside(make_world(150, 7), settings=SETTINGS) as stage:
        synced(stage)
        scenes = [one["id"] for one in stage.world.stash["scenes"]]
        emptied = "mutation Do($ids: [ID!]!) { bulkSceneUpdate(input: { ids: $ids, performer_ids: %s }) { id } }"
        stage.ask_stash(emptied % "{ mode: SET, ids: [] }", ids=scenes[:120])
        stage.mutate("sceneDestroy", id=max(scenes, key=int))
        for _ in range(3):
            stage.poll()
            stage.work()
        assert not [job for job in stage.store.jobs.counts() if job.cause == "brake"]
        assert stage.differences() == {}


def test_another_stash_with_the_same_files_is_not_synced_without_a_brake() -> None:
    with inside(make_world(80, 7), settings=SETTINGS) as stage:
        synced(stage)
        before = sum(bool(one["Role"]) for one in stage.items().values())
        stamp = "2026-01-01T00:00:00Z"
        scenes = [
            {"id": str(n), "title": "", "files": one["files"], "created_at": stamp, "updated_at": stamp}
            for n, one in enumerate(stage.world.stash["scenes"], 1)
        ]
        stage.stash.control("POST", "import", {"scenes": scenes})
        for _ in range(10):
            stage.poll()
            stage.work()
            stage.stash_watcher.turn(lambda _: None)
        after = sum(bool(one["Role"]) for one in stage.items().values())
        assert after == before
        assert "sync" in {run.kind for run in stage.store.runs.newest(9)}


def test_a_brake_is_released_by_a_range_too() -> None:
    with inside(make_world(80, 7), settings={**SETTINGS, "reconcile_scope": "7days"}) as stage:
        synced(stage)
        sections = {section["key"]: section for section in stage.plex.control("GET", "dump")["sections"]}
        stage.plex.control("POST", "sections/1", {"locations": sections["1"]["locations"][1:] or ["/media/other"]})
        states = []
        for allowed in (False, True, False):
            asked = {"origin": "test", "scope": "settings", "allowed": allowed}
            request = asked_request(asked, stage.context.settings, stage.now())
            states.append(stage.runner.run(request, lambda *_: None)[1])
        assert states == ["braked", "done", "done"]


def test_another_path_map_is_no_lost_library() -> None:
    with inside(make_world(80, 7), settings=SETTINGS) as stage:
        synced(stage)
        stage.reload(**SETTINGS, path_map="/data => /media; /archive/old films => /mnt/plex")
        stage.work()
        assert "brake_mostly_gone" not in reasons(stage.reconcile(only_synced=True))


@pytest.mark.parametrize("key", ["reconcile_from", "reconcile_to", "reconcile_scope"])
def test_a_range_in_the_settings_that_is_none_is_refused(key: str) -> None:
    scope = {} if key == "reconcile_scope" else {"reconcile_scope": "custom"}
    with inside(two_scenes(), settings={**PLAIN, **scope, key: "30 dayz"}) as stage:
        with pytest.raises(BadSetting) as caught:
            asked_request({"origin": "test", "scope": "settings"}, stage.context.settings, stage.now())
        assert caught.value.data["setting"] == key
        assert caught.value.data["allowed"]


@pytest.mark.parametrize(
    "arguments", [{"origin": "page", "scope": "month"}, {"origin": "x", "scope": "all", "kinds": ["nope"]}]
)
def test_commands_that_make_no_sense_are_refused_and_end_no_thread(arguments: dict[str, Any]) -> None:
    with inside(two_scenes(), settings=PLAIN) as stage:
        synced(stage)
        with closing(Store(stage.data)) as another_process:
            asked = another_process.commands.ask("reconcile", arguments, stage.now())
            odd = another_process.commands.ask("sync", {"scope": "scenes"}, stage.now())
        stage.reconciler.turn()
        stage.commands.turn()
        for command in (asked, odd):
            found = stage.store.commands.get(command)
            assert found is not None
            assert found.state == "failed", found


def test_a_library_of_another_server_is_not_taken_for_the_one_that_was_named() -> None:
    world = small_world(scene(1, "a.mp4"), items=[item("a.mp4")])
    with inside(world, settings={**PLAIN, "plex_libraries": "Movies"}) as stage:
        synced(stage)
        section = stage.plex.control("GET", "dump")["sections"][0]
        other = {"sections": [{**section, "title": "Family", "items": [item("a.mp4")]}]}
        stage.plex.control("POST", "replace", {"machine_id": "f" * 40, "library": other})
        stage.edit_scene("1", title="Into the family")
        stage.poll()
        stage.later += 200
        stage.worker.turn()
        assert stage.worker.breaker.trip is not None
        assert stage.worker.breaker.trip.code == "no_such_library"
        assert stage.item_of_file("a.mp4")["title"] != "Into the family"
