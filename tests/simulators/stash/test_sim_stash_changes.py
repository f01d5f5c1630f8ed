"""Changes that no recording replays in order: rows they move, hooks they fire (docs/engineering/stash.md §1.2)."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sim_stash_client import BareStash
from sim_stash_library import DEVELOP, OWN_PICTURE, library, recorded
from sim_stash_plugin import Recorder
from sim_stash_replay import Bench

from plexsync_simulators.process import start_stash
from plexsync_simulators.shared.json_type import Json


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    recorder = Recorder(tmp_path / "plugins")
    with start_stash(dir=tmp_path, library=library(), version=DEVELOP) as process:
        yield Bench(BareStash(process), recorder, tmp_path)


IDENTIFY = "mutation($i:IdentifyMetadataInput!){metadataIdentify(input:$i)}"
SCENE = (
    "query($i:ID!){findScene(id:$i){title code details date urls studio{name} performers{name} tags{name} organized"
    " o_counter play_count play_duration interactive interactive_speed}}"
)


def scene(bench: Bench, id_: int) -> Json:
    found: Json = bench.stash.data(SCENE, i=id_)["findScene"]
    return found


def names(rows: list[dict[str, str]]) -> list[str]:
    return [row["name"] for row in rows]


def match(number: int) -> Json:
    return {
        "title": f"Identified {number}",
        "code": "ID-1",
        "details": "found",
        "urls": ["https://example.org/i"],
        "date": "2023-01-02",
        "studio": "New Studio",
        "performers": ["New Performer"],
        "tags": ["New Tag"],
        "cover": {"seed": 77},
    }


def test_identify_does_as_recorded(bench: Bench) -> None:
    recording = recorded("hooks", "identify")
    bench.stash.data('mutation{bulkSceneUpdate(input:{ids:[1,2],title:""}){id}}')
    variables = recording["trigger"]["variables"]
    variables["i"]["sceneIDs"] = ["1", "2"]
    bench.control("identify", {"1": match(1), "2": match(2), "4": match(4)})
    done = bench.do(IDENTIFY, **variables)
    assert bench.wait(done.answer) == {
        "status": "FINISHED",
        "description": "Identifying...",
        "progress": 1,
        "error": None,
    }
    assert done.events == [("Scene.Update.Post", 1), ("Scene.Update.Post", 2)]
    new = {table: next(iter(done.moves[table])) for table in ("performers", "studios", "tags")}
    assert done.moves == {
        "scenes": {"1": "moved", "2": "moved"},
        **{table: {id_: "new"} for table, id_ in new.items()},
    }
    expected = recording["calls"][0]["stdin"]["args"]["hookContext"]
    assert sorted(done.hooks[0]["inputFields"]) == sorted(expected["inputFields"])
    own, told = done.hooks[0]["input"], expected["input"]
    assert own.keys() == told.keys()
    assert not own["cover_image"].startswith("data:")
    same = set(told) - {"id", "title", "cover_image", "studio_id", "performer_ids", "tag_ids"}
    assert {name: own[name] for name in same} == {name: told[name] for name in same}
    assert (own["studio_id"], own["performer_ids"], own["tag_ids"]) == (
        new["studios"],
        [new["performers"]],
        [new["tags"]],
    )
    assert bench.stash.send("GET", "/scene/1/screenshot").body == base64.b64decode(own["cover_image"])
    assert scene(bench, 1)["title"] == "Identified 1"
    assert not bench.do(IDENTIFY, **variables).moves, "what is equal moves nothing"


def test_identify_merges_unless_told_to_overwrite_and_makes_nothing_unless_told(bench: Bench) -> None:
    bench.control("identify", {"4": match(4)})
    before = scene(bench, 4)
    done = bench.do(IDENTIFY, i={"sources": [], "sceneIDs": ["4"], "options": {"setCoverImage": False}})
    after = scene(bench, 4)
    kept = ["title", "details", "date", "studio", "performers", "tags"]
    assert {name: after[name] for name in kept} == {name: before[name] for name in kept}
    assert not done.events
    assert not done.moves


@pytest.mark.parametrize("said", [{"multiple": True}, [{"title": "a"}, {"title": "b"}]])
def test_several_matches_give_the_skip_tag_and_fire_nothing(bench: Bench, said: Any) -> None:
    bench.control("identify", {"1": said})
    given = {"sources": [], "sceneIDs": ["1"], "options": {"skipMultipleMatchTag": "2"}}
    done = bench.do(IDENTIFY, i=given)
    assert (done.moves, done.events, done.file_moved) == ({"scenes": {"1": "moved"}}, [], True)
    assert bench.stash.data("{findScene(id:1){tags{id}}}")["findScene"]["tags"] == [{"id": "2"}]
    again = bench.do(IDENTIFY, i=given)
    assert (again.moves, again.file_moved) == ({}, False)


def test_a_stash_box_renames_without_a_word(bench: Bench) -> None:
    bench.control(
        "stash_box",
        {
            "performers": {"1": {"name": "Other Name"}, "Brand New": {"name": "Brand New"}},
            "studios": {"2": {"name": "Other Studio", "parent": "Mother"}},
        },
    )
    query = "mutation($i:StashBoxBatchTagInput!){stashBoxBatchPerformerTag(input:$i)}"
    common = {"refresh": False, "createParent": True}
    done = bench.do(query, i={**common, "ids": ["1", "3"]})
    assert (done.moves, done.events, done.file_moved) == ({"performers": {"1": "moved"}}, [], True)
    assert "Other Name" in names(scene(bench, 4)["performers"])
    done = bench.do(query, i={**common, "names": ["Brand New"]})
    assert list(done.moves["performers"].values()) == ["new"]
    done = bench.do(query, i={**common, "ids": ["1"], "exclude_fields": ["name"]})
    assert done.moves == {"performers": {"1": "moved"}}
    done = bench.do("mutation($i:StashBoxBatchTagInput!){stashBoxBatchStudioTag(input:$i)}", i={**common, "ids": ["2"]})
    assert sorted(done.moves["studios"].values()) == ["moved", "new"]
    assert set(done.moves) == {"studios"}
    assert not done.events
    assert scene(bench, 4)["studio"] == {"name": "Other Studio"}


def test_heatmaps_move_their_scenes_and_hashes_do_not(bench: Bench) -> None:
    query = "mutation($i:GenerateMetadataInput!){metadataGenerate(input:$i)}"
    assert not bench.do(query, i={"interactiveHeatmapsSpeeds": True}).moves
    (file,) = bench.stash.data("{findScene(id:4){files{path}}}")["findScene"]["files"]
    bench.control("funscript", {"paths": [file["path"]]})
    done = bench.do(query, i={"interactiveHeatmapsSpeeds": True})
    assert (done.moves, done.events) == ({"scenes": {"4": "moved"}}, [])
    assert scene(bench, 4)["interactive"] is True
    assert scene(bench, 4)["interactive_speed"] > 0
    assert not bench.do(query, i={"interactiveHeatmapsSpeeds": True}).moves
    done = bench.do(query, i={"phashes": True, "overwrite": True, "sceneIDs": ["4"]})
    assert (done.moves, done.events, done.file_moved) == ({}, [], True)


def test_migrated_screenshots_are_covers_without_a_sign(bench: Bench) -> None:
    bench.control("screenshots", {"4": OWN_PICTURE, "7": {"seed": 5}})
    query = "mutation($i:MigrateSceneScreenshotsInput!){migrateSceneScreenshots(input:$i)}"
    before = bench.stash.send("GET", "/scene/7/screenshot").body
    done = bench.do(query, i={})
    assert (done.moves, done.events, done.file_moved) == ({}, [], True)
    assert bench.stash.send("GET", "/scene/7/screenshot").body != before


def test_a_dlna_client_leaves_counts_only(bench: Bench) -> None:
    before = bench.times()
    bench.control("play", {"id": 4, "seconds": 12.5})
    assert (scene(bench, 4)["play_count"], scene(bench, 4)["play_duration"]) == (1, 12.5)
    stats = bench.stash.data("{stats{total_play_count total_play_duration scenes_played total_o_count}}")["stats"]
    assert stats == {"total_play_count": 1, "total_play_duration": 12.5, "scenes_played": 1, "total_o_count": 0}
    assert bench.times() == before


def groups_of(bench: Bench, id_: str) -> list[tuple[str, str | None]]:
    query = "query($i:ID!){findGroup(id:$i){sub_groups{group{id} description}}}"
    found = bench.stash.data(query, i=id_)["findGroup"]["sub_groups"]
    return [(one["group"]["id"], one["description"]) for one in found]


def test_groups_within_groups_move_nothing(bench: Bench) -> None:
    for name in ("Two", "Three", "Four"):
        bench.stash.data("mutation($n:String!){groupCreate(input:{name:$n}){id}}", n=name)
    add = "mutation($i:GroupSubGroupAddInput!){addGroupSubGroups(input:$i)}"
    done = bench.do(
        add, i={"containing_group_id": 1, "sub_groups": [{"group_id": 2, "description": "d"}, {"group_id": 3}]}
    )
    assert (done.moves, done.events, done.file_moved) == ({}, [], True)
    bench.do(add, i={"containing_group_id": 1, "sub_groups": [{"group_id": 4}], "insert_index": 0})
    assert groups_of(bench, "1") == [("4", None), ("2", "d"), ("3", None)]
    reorder = "mutation($i:ReorderSubGroupsInput!){reorderSubGroups(input:$i)}"
    done = bench.do(reorder, i={"group_id": 1, "sub_group_ids": [4], "insert_at_id": 3, "insert_after": True})
    assert (done.moves, done.events) == ({}, [])
    assert groups_of(bench, "1") == [("2", "d"), ("3", None), ("4", None)]
    remove = "mutation($i:GroupSubGroupRemoveInput!){removeGroupSubGroups(input:$i)}"
    assert not bench.do(remove, i={"containing_group_id": 1, "sub_group_ids": [3]}).moves
    answer = bench.stash.ask(add, i={"containing_group_id": 2, "sub_groups": [{"group_id": 1}]})
    assert "sub-group of itself" in answer["errors"][0]["message"]
    bench.stash.data("mutation{groupUpdate(input:{id:3,containing_groups:[{group_id:2}]}){id}}")
    assert groups_of(bench, "2") == [("3", None)]
    query = "{findGroup(id:1){sub_group_count(depth:-1) all:scene_count(depth:-1)}}"
    assert bench.stash.data(query)["findGroup"]["sub_group_count"] == 3
    done = bench.do("mutation{groupDestroy(input:{id:2})}")
    assert done.events == [("Group.Destroy.Post", 2), ("Movie.Destroy.Post", 2)]
    assert groups_of(bench, "1") == [("4", None)]


def test_galleries_are_given_scenes_in_bulk_and_no_scene_moves(bench: Bench) -> None:
    query = "mutation($i:BulkGalleryUpdateInput!){bulkGalleryUpdate(input:$i){id scenes{id}}}"
    given = {"ids": ["1"], "rating100": 20, "scene_ids": {"ids": ["1", "2"], "mode": "ADD"}}
    done = bench.do(query, i=given)
    assert (done.moves, done.events) == ({"galleries": {"1": "moved"}}, [("Gallery.Update.Post", 1)])
    assert done.hooks[0]["input"] == given
    assert {one["id"] for one in done.answer[0]["scenes"]} >= {"1", "2"}
    done = bench.do('mutation{galleriesUpdate(input:[{id:1,title:"G"}]){title}}')
    assert (done.moves, done.events) == ({"galleries": {"1": "moved"}}, [("Gallery.Update.Post", 1)])


HISTORY = [
    "sceneAddO(id:4){count}",
    "sceneDeleteO(id:4){count}",
    "sceneIncrementO(id:4)",
    "sceneDecrementO(id:4)",
    "sceneResetO(id:4)",
    "sceneAddPlay(id:4){count}",
    "sceneDeletePlay(id:4){count}",
    "sceneIncrementPlayCount(id:4)",
    "sceneResetPlayCount(id:4)",
    "sceneSaveActivity(id:4,resume_time:1.5,playDuration:3)",
    "sceneResetActivity(id:4,reset_resume:true,reset_duration:true)",
]


def test_histories_move_the_file_and_nothing_else(bench: Bench) -> None:
    for mutation in HISTORY:
        done = bench.do(f"mutation{{{mutation}}}")
        assert (done.moves, done.events, done.file_moved) == ({}, [], True), mutation


def test_several_of_a_kind_are_destroyed_with_a_hook_each(bench: Bench) -> None:
    for noun in ("performer", "studio", "tag", "group"):
        upper = noun.capitalize()
        bench.stash.data(f'mutation{{{noun}Create(input:{{name:"Another {noun}"}}){{id}}}}')
        rows = bench.stash.data(f"{{find{upper}s{{{noun}s{{id}}}}}}")[f"find{upper}s"][f"{noun}s"]
        wanted = [row["id"] for row in rows][:2]
        done = bench.do(f"mutation($i:[ID!]!){{{noun}sDestroy(ids:$i)}}", i=wanted)
        assert done.moves == {f"{noun}s": dict.fromkeys(wanted, "gone")}
        kinds = (upper, "Movie") if noun == "group" else (upper,)
        assert done.events == [(f"{kind}.Destroy.Post", int(id_)) for id_ in wanted for kind in kinds]


def test_a_tag_gets_parents_and_children(bench: Bench) -> None:
    bench.stash.data('mutation{tagCreate(input:{name:"Top"}){id}}')
    done = bench.do('mutation{tagUpdate(input:{id:1,parent_ids:["4"]}){parents{name}}}')
    assert (done.answer, done.moves) == ({"parents": [{"name": "Top"}]}, {"tags": {"1": "moved"}})
    done = bench.do('mutation{bulkTagUpdate(input:{ids:[2],parent_ids:{ids:["4"],mode:ADD}}){parents{id}}}')
    assert (done.moves, done.events) == ({"tags": {"2": "moved"}}, [("Tag.Update.Post", 2)])
