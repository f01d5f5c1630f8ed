"""A Plex that does whatever it may: nothing that is there is called missing, and nothing of a person's is lost."""

from __future__ import annotations

import time
from collections import Counter

import pytest
from agent_stage import single
from inside import Inside, inside

from plexsync.plex.editing.capabilities import known_servers
from plexsync.store.jobs import UNLINKED
from plexsync_simulators.world import make_world

SETTINGS = {"image_poster": "off", "no_startup_reconcile": True}
SHORT_PAGES = {"max_page": 7, "omit": "offset,totalSize,size"}


def missing(stage: Inside) -> set[int]:
    return stage.reconcile(deep=True).gaps.get("missing", set())


@pytest.mark.parametrize("omit", ["totalSize", "size", "offset,totalSize,size"])
def test_short_pages_without_counts_hide_no_item(omit: str) -> None:
    with inside(make_world(40, 1), settings=SETTINGS) as stage:
        stage.sync()
        known, before = stage.store.library.number(), missing(stage)
        stage.plex.control("POST", "switches", {"max_page": 7, "omit": omit})
        stage.sync()
        assert missing(stage) == before
        assert stage.store.library.number() == known
        assert stage.differences() == {}


def test_of_a_listing_without_counts_only_what_is_gone_is_dropped() -> None:
    with inside(make_world(24, 1), settings=SETTINGS, plex_options=SHORT_PAGES) as stage:
        stage.sync()
        known = stage.store.library.number()
        key = stage.item_of(single(stage.world, 1)[0])["ratingKey"]
        stage.plex.control("DELETE", f"items/{key}")
        stage.reconcile(deep=True)
        stage.later += 24 * 3600.0
        stage.poll()
        stage.work()
        assert stage.store.library.number() == known - 1
        assert not stage.store.library.updated([key])


def doubled(stage: Inside) -> list[tuple[str, str]]:
    lists = ("Genre", "Collection", "Director", "Label")
    return [
        (path, name)
        for path, item in stage.items().items()
        for of in lists
        for name, times in Counter(item[of]).items()
        if times > 1
    ]


def work_for_a_while(stage: Inside) -> None:
    """Work, and try again after each pause: edits show late, and this server wants a second's rest now and then."""
    for _ in range(5):
        for _ in range(100):
            if not stage.worker.turn():
                break
        if stage.worker.breaker.trip is None and stage.store.jobs.next_due_but(UNLINKED) is None:
            break
        stage.later += 2 * 3600.0
        time.sleep(0.35 if stage.worker.breaker.trip is None else 1.1)  # the lag and the limit are the server's own
    stage.work()


def test_names_go_one_by_one_where_the_server_takes_no_more() -> None:
    with inside(make_world(24, 1), settings=SETTINGS, plex_options={"removals": "one"}) as stage:
        stage.sync()
        stage.edit_scene("3", tag_ids=[], performer_ids=[])
        stage.sync("3")
        assert stage.differences() == {}


def test_a_whole_sync_an_edit_and_a_reconcile_with_all_hostile_switches() -> None:
    stage = Inside(make_world(40, 1), settings={**SETTINGS, "actor_photos": True})
    try:
        mine = {stage.items()[path]["ratingKey"]: f"Mine {path}" for path in sorted(stage.items())[::5]}
        for key, label in mine.items():
            stage.plex.control("POST", f"items/{key}", {"set": {"Label": [label]}, "lock": True})
        stage.plex.control("POST", "hostile")
        stage.stash_watcher.turn(lambda _: None)
        stage.enqueue(*(scene["id"] for scene in stage.world.stash["scenes"]))
        work_for_a_while(stage)
        assert stage.differences() == {}
        assert known_servers(stage.store).current.off == {"photos"}, "a form is found for all else"
        one, other = single(stage.world, 2)
        stage.edit_scene(one, title="Edited", tag_ids=[], performer_ids=[])
        stage.edit_scene(other, details="Edited as well", tag_ids=["1", "2"])
        stage.poll()
        work_for_a_while(stage)
        assert stage.differences() == {}
        assert doubled(stage) == []
        time.sleep(1.1)
        found = stage.reconcile(deep=True)
        assert found.state == "done"
        there = {part["path"] for item in stage.items().values() for media in item["media"] for part in media["parts"]}
        held = {int(scene) for scene, paths in stage.world.belongs.items() if there.intersection(paths)}
        assert not found.gaps.get("missing", set()) & held
        assert {key: stage.item_now(key)["Label"] for key in mine} == {key: [label] for key, label in mine.items()}
    finally:
        stage.close()


def test_covers_arrive_and_a_persons_stay_with_all_hostile_switches() -> None:
    """This server keeps other bytes than it was given, under names of its own, and lists them late."""
    stage = Inside(make_world(24, 1), settings={"no_startup_reconcile": True})
    try:
        paths = sorted(stage.items())
        mine = {stage.items()[path]["ratingKey"] for path in paths[::5]}
        for key in mine:
            stage.ask_plex("POST", f"/library/metadata/{key}/posters", b"\xff\xd8\xff mine")
            stage.plex.control("POST", f"items/{key}", {"lock": ["thumb"]})
        theirs = {key: stage.item_now(key)["thumb"] for key in mine}
        stage.plex.control("POST", "hostile")
        stage.stash_watcher.turn(lambda _: None)
        stage.enqueue(*(scene["id"] for scene in stage.world.stash["scenes"]))
        work_for_a_while(stage)
        covered = {row["id"] for row in stage.world.stash["scenes"] if row["cover"]}
        ours = [path for scene in covered for path in stage.world.belongs.get(scene, ())]
        assert {key: stage.item_now(key)["thumb"] for key in mine} == theirs
        items = stage.items()
        wanted = [path for path in ours if path in items and items[path]["ratingKey"] not in mine]
        assert len(wanted) > 5
        assert [path for path in wanted if items[path]["thumb"]["sha1"] is None] == []
        assert [path for path in wanted if len(items[path]["thumb"]["uploads"]) != 1] == [], "none twice"
    finally:
        stage.close()
