"""Reconcile runs find every kind of gap, invent none, and what they queue mends all that can be mended."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from agent_stage import single
from inside import Inside, inside

from plexsync.domain.errors import PlexSyncError
from plexsync.domain.reconcile.gaps import GapKind
from plexsync.store.jobs import State
from plexsync_simulators.shared.json_type import Json
from plexsync_simulators.world import make_world

SETTINGS = {"image_poster": "off"}
MENDED = ("empty", "stale", "missing", "drift")


@pytest.fixture
def stage() -> Iterator[Inside]:
    with inside(make_world(150, 5), settings=SETTINGS) as stage:
        stage.sync()
        first = stage.reconcile()
        stage.work()
        assert first.gaps.keys() <= {"missing", "ambiguous", "unmapped"}, "these the world has by itself"
        time.sleep(1.02 - time.time() % 1)  # what changes within the second of our own write only a deep run can see
        yield stage


def new_gaps(before: Mapping[str, set[int]], now: Mapping[str, set[int]]) -> dict[str, set[int]]:
    fresh = {kind: scenes - before.get(kind, set()) for kind, scenes in now.items()}
    return {kind: scenes for kind, scenes in fresh.items() if scenes}


def change(stage: Inside, item: Json, lock: list[str] | None = None, **fields: Any) -> None:
    """Change an item in Plex, as a person or an agent does."""
    stage.plex.control("POST", f"items/{item['ratingKey']}", {"set": fields, "lock": lock or []})


class Planter:
    """Plants gaps, each at scenes of its own, and knows which."""

    def __init__(self, stage: Inside) -> None:
        self.stage = stage
        self.scenes = iter(self._suitable())
        self.planted: dict[str, set[int]] = {}

    def _suitable(self) -> list[str]:
        documents = {scene["id"]: scene for scene in self.stage.stash.control("GET", "dump")["scenes"]}
        return [
            scene
            for scene in single(self.stage.world, 150)
            if documents[scene]["studio_id"] and len(documents[scene]["tag_ids"]) > 1 and documents[scene]["title"]
        ]

    def take(self, kind: str) -> tuple[str, Json]:
        scene = next(self.scenes)
        self.planted.setdefault(kind, set()).add(int(scene))
        return scene, self.stage.item_of(scene)

    def change(self, item: Json, lock: list[str] | None = None, **fields: Any) -> None:
        change(self.stage, item, lock, **fields)

    def plant(self, times: int) -> None:
        for _ in range(times):
            self.change(self.take("empty")[1], studio="")
            self.stage.edit_scene(self.take("stale")[0], title="Edited while nobody looked", rating100=91)
            self.stage.plex.control("DELETE", f"items/{self.take('missing')[1]['ratingKey']}")
            item = self.take("drift")[1]
            self.change(item, ["genre"], Genre=item["Genre"][1:])
            self.stage.mutate("sceneDestroy", id=self.take("orphan")[0])
            self._plant_unmapped()
            self._plant_duplicate()
            self._plant_tag_case()
        self._plant_ambiguous()

    def _plant_unmapped(self) -> None:
        scene, _ = self.take("unmapped")
        document = next(one for one in self.stage.stash.control("GET", "dump")["scenes"] if one["id"] == scene)
        moved = {**document["files"][0], "path": f"/elsewhere/{scene}.mp4"}
        self.stage.stash.control("POST", "files", {"move": [[document["files"][0]["path"], moved["path"]]]})
        self.stage.ask_stash("mutation { metadataScan(input: {}) }")
        self.stage.wait_until(lambda: self._path(scene) == moved["path"])

    def _path(self, scene: str) -> str:
        files = self.stage.ask_stash("query($id: ID!) { findScene(id: $id) { files { path } } }", id=scene)
        return str(files["findScene"]["files"][0]["path"])

    def _plant_duplicate(self) -> None:
        _, item = self.take("duplicate")
        part = item["media"][0]["parts"][0]
        entry = {name: item[name] for name in ("title", "titleSort", "summary", "studio") if item.get(name)}
        files = [{"path": part["path"], "size": part.get("size", 0), "duration": part.get("duration", 0)}]
        section = next(
            section["key"]
            for section in self.stage.plex.control("GET", "dump")["sections"]
            if item["ratingKey"] in {one["ratingKey"] for one in section["items"]}
        )
        self.stage.plex.control("POST", "items", {"section": section, "items": [{**entry, "files": files}]})

    def _plant_tag_case(self) -> None:
        scene, item = self.take("tag_case")
        tag = f"Odd Case {scene}"
        made = self.stage.ask_stash(
            "mutation Do($input: TagCreateInput!) { tagCreate(input: $input) { id } }", input={"name": tag}
        )
        self.change(item, ["genre"], Genre=[tag.lower(), *item["Genre"]])
        document = next(one for one in self.stage.stash.control("GET", "dump")["scenes"] if one["id"] == scene)
        self.stage.edit_scene(scene, tag_ids=[made["tagCreate"]["id"], *document["tag_ids"]])

    def _plant_ambiguous(self) -> None:
        (one, item), (_, other) = self.take("ambiguous"), self.take("ambiguous")
        assert one
        self.stage.plex.control("POST", f"items/{item['ratingKey']}/merge", {"ids": [other["ratingKey"]]})


def test_all_planted_gaps_are_found_none_is_invented_and_all_that_can_be_is_mended(stage: Inside) -> None:
    before = stage.reconcile(deep=True)
    planter = Planter(stage)
    planter.plant(2)
    found = stage.reconcile()
    assert found.state == "done", found.result
    fresh = new_gaps(before.gaps, found.gaps)
    # A copy in the same library has nothing of the scene's yet: that is a gap of the second item's own.
    fresh.setdefault("empty", set()).difference_update(planter.planted["duplicate"])
    assert fresh == planter.planted
    assert found.result["kinds"] == {kind: len(scenes) for kind, scenes in found.gaps.items()}
    stage.work()
    again = stage.reconcile()
    left = new_gaps(before.gaps, again.gaps)
    reported = ("unmapped", "ambiguous", "duplicate", "tag_case", "orphan", "missing")
    assert left == {kind: planter.planted[kind] for kind in reported}
    assert again.result["queued"] == 0
    stage.reset_counts()
    stage.work()
    assert (stage.plex_counts()["PUT"], stage.plex_counts()["POST"]) == (0, 0)


def test_what_is_missing_goes_on_once_plex_has_it(stage: Inside) -> None:
    scene = single(stage.world, 20)[19]
    item = stage.item_of(scene)
    path = item["media"][0]["parts"][0]["path"]
    stage.plex.control("DELETE", f"items/{item['ratingKey']}")
    assert int(scene) in stage.reconcile().gaps["missing"]
    stage.work()
    assert stage.job(scene).cause == "missing"
    stage.plex.control("POST", "items", {"section": "1", "items": [{"title": "anew", "files": [{"path": path}]}]})
    stage.later += 120
    stage.work()
    assert stage.job(scene).state is State.DONE
    assert int(scene) not in stage.reconcile().gaps.get("missing", set())
    assert stage.items()[path].get("studio", "") == item.get("studio", "")


def test_nothing_changed_costs_listings_only_and_writes_nothing(stage: Inside) -> None:
    stage.reconcile()
    stage.work()
    stage.reset_counts()
    found = stage.reconcile()
    assert found.result["queued"] == 0
    plex, stash = stage.plex_counts(), stage.stash_counts()
    assert plex["GET"] <= 8, "who it is, the libraries, a page of each"
    assert (plex["PUT"], plex["POST"]) == (0, 0)
    assert stash["query"] <= 6, "a page of scenes, four of entities"


def test_a_deep_run_finds_what_no_stamp_tells(stage: Inside) -> None:
    scene = single(stage.world, 9)[8]
    stage.stash.control("POST", "raw_scene", {"id": scene, "details": "written past Stash", "tag_ids": ["3"]})
    assert int(scene) not in stage.reconcile().gaps.get("stale", set())
    assert int(scene) in stage.reconcile(deep=True).gaps["stale"]
    stage.work()
    assert not stage.differences()


def test_a_range_looks_at_what_was_created_or_updated_in_it(stage: Inside) -> None:
    one, other = single(stage.world, 12)[10:]
    tag_cases = stage.reconcile(deep=True).gaps.get("tag_case", set())
    odd = {"tag_case": {int(other)}} if int(other) in tag_cases else {}
    change(stage, stage.item_of(one), studio="", summary="", Genre=[], Role=[])
    stage.edit_scene(other, title="today")
    day = 24 * 3600.0
    found = stage.reconcile(scope="24h", since=stage.now() - stage.later - day)
    assert (found.result["scenes"], found.gaps) == (1, {"stale": {int(other)}, **odd})
    between = {"since": stage.now() - stage.later - 9 * day, "until": stage.now() - stage.later - day}
    assert stage.reconcile(scope="custom", **between).result["scenes"] == 0
    old = stage.reconcile(scope="custom", until=stage.now() - stage.later - day)
    assert int(one) in old.gaps["empty"], "all were created before"


def test_only_kinds_of_interest_are_found_and_queued(stage: Inside) -> None:
    one, other = single(stage.world, 12)[10:]
    change(stage, stage.item_of(one), Genre=[], Role=[])
    stage.edit_scene(other, title="stale")
    found = stage.reconcile(kinds=frozenset({GapKind.STALE}))
    assert found.gaps == {"stale": {int(other)}}
    assert stage.job(one).state is State.DONE
    assert stage.job(other).state is State.QUEUED


def test_orphans_are_reported_and_only_cleared_when_that_is_wished(stage: Inside) -> None:
    scene = single(stage.world, 15)[14]
    stage.edit_scene(scene, title="Doomed", details="ours", rating100=50)
    stage.poll()
    stage.work()
    item = stage.item_of(scene)
    change(stage, item, ["genre"], Genre=[*item["Genre"], "A person's"])
    stage.mutate("sceneDestroy", id=scene)
    stage.poll()
    stage.work()
    assert stage.reconcile().gaps["orphan"] == {int(scene)}
    stage.work()
    assert stage.item_of(scene)["summary"] == "ours", "reported, and left alone"
    stage.reload(**SETTINGS, orphan_policy="clear")
    assert stage.reconcile().result["queued_by_kind"] == {"orphan": 1}
    stage.work()
    left = stage.item_of(scene)
    assert (left.get("summary", ""), left["Genre"], left["Role"]) == ("", ["A person's"], [])
    assert left["title"] != "Doomed"
    assert "orphan" not in stage.reconcile().gaps
    assert stage.store.jobs.get(int(scene)) is None


def test_a_dead_letter_is_left_to_a_person(stage: Inside) -> None:
    scene = single(stage.world, 15)[14]
    stage.store.connection.execute("UPDATE job SET state = 'dead', cause = 'bug' WHERE scene_id = ?", (scene,))
    change(stage, stage.item_of(scene), Genre=[], Role=[], summary="")
    found = stage.reconcile()
    assert found.result["given_up"] == 1
    assert stage.job(scene).state is State.DEAD


def test_a_lost_server_is_written_down_and_the_next_run_is_complete(stage: Inside) -> None:
    scene = single(stage.world, 15)[14]
    stage.edit_scene(scene, title="before the outage")
    stage.stash.control("POST", "faults", [{"kind": "reset", "times": 99}])
    with pytest.raises(PlexSyncError):
        stage.reconcile()
    run = stage.store.runs.newest_of("reconcile", 1)[0]
    assert (run.state, run.result["code"]) in {("failed", "dropped"), ("failed", "bad_answer")}
    stage.stash.control("POST", "faults", [])
    assert stage.reconcile().gaps["stale"] == {int(scene)}


def test_a_full_import_is_not_taken_for_all_deleted_and_all_new(stage: Inside) -> None:
    links = stage.store.links.number()
    stage.stash.control("POST", "import", {})
    stage.poll()
    stage.work()
    found = stage.reconcile()
    assert found.state == "done", found.result
    assert "orphan" not in found.gaps
    assert not {"stale", "empty", "drift"} & found.gaps.keys()
    stage.work()
    assert stage.store.links.number() == links
    assert not stage.differences()
    assert stage.plex_counts()["DELETE"] == 0
