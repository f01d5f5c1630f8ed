"""Accidents that nobody has reported yet: nothing a person has is lost, and nothing of the old world stays behind."""

from __future__ import annotations

import threading
from contextlib import suppress
from typing import Any

import pytest
from inside import Inside, inside, item, scene, small_world
from stand_ins import answering

from plexsync.domain.text import clean_line
from plexsync_simulators.world import World

PLAIN = {"image_poster": "off", "no_startup_reconcile": True}
EDITS = {"method": "PUT", "path_regex": "/all$"}
MANY = 5000
ODD_NAMES = (
    "\N{FAMILY} Family",
    "\N{MAN}\u200d\N{WOMAN}\u200d\N{GIRL}",
    "\u0645\u0631\u062d\u0628\u0627, \u05e2\u05d5\u05dc\u05dd",
    "e\u0301clair",
    "\u200fright to left",
    "A\u00a0B",
    "\u00df",
    "\u017ftra\u00dfe",
    "\u0130stanbul",
    "a,b",
    "a%2Cb",
    "C\u0327",
)


def rows(*names: str) -> list[dict[str, Any]]:
    return [{"id": str(place), "name": name} for place, name in enumerate(names, 1)]


def people(number: int) -> list[dict[str, Any]]:
    return rows(*(f"Performer number {one} of many" for one in range(1, number + 1)))


def ids(number: int, first: int = 1) -> list[str]:
    return [str(one) for one in range(first, number + 1)]


def names_in(stage: Inside, file: str, of: str) -> set[str]:
    return {row if isinstance(row, str) else row["tag"] for row in stage.item_of_file(file)[of]}


def numbered(number: int, **fields: Any) -> World:
    """Scenes 1 to N with the files 1.mp4 to N.mp4, each with its item."""
    files = [f"{one}.mp4" for one in range(1, number + 1)]
    scenes = (scene(one, file, details=f"Old {one}", **fields) for one, file in enumerate(files, 1))
    return small_world(*scenes, items=[item(file) for file in files])


def summaries(stage: Inside, number: int) -> list[str]:
    return [stage.item_of_file(f"{one}.mp4")["summary"] for one in range(1, number + 1)]


def follow(stage: Inside) -> None:
    stage.poll()
    stage.work()


# Long lists and long values, short lines.


@pytest.mark.parametrize("line", [4_096, 8_192])
def test_five_thousand_performers_pass_a_proxy_of_short_lines(line: int) -> None:
    world = small_world(scene(1, "a.mp4", performer_ids=ids(MANY)), items=[item("a.mp4")], performers=people(MANY))
    with inside(world, settings=PLAIN, plex_options={"proxy_line_bytes": line}) as stage:
        stage.sync()
        assert len(names_in(stage, "a.mp4", "Role")) == MANY
        stage.edit_scene("1", performer_ids=ids(MANY, 2))
        follow(stage)
        assert len(names_in(stage, "a.mp4", "Role")) == MANY - 1


def test_two_megabytes_of_summary_cost_only_themselves() -> None:
    text = "A sentence that goes on and on. " * 65_000
    world = small_world(scene(1, "a.mp4", details=text), scene(2, "b.mp4"), items=[item("a.mp4"), item("b.mp4")])
    with inside(world, settings=PLAIN) as stage:
        stage.sync()
        assert [stage.item_of_file(name)["title"] for name in ("a.mp4", "b.mp4")] == ["Scene 1", "Scene 2"]
        detail = stage.job(1).detail
        assert detail["field"] == "summary"
        assert len(str(detail)) < 2000, "what is kept of it is short"


@pytest.mark.parametrize("removals", ["joined", "one", "whole"])
def test_names_of_any_script_come_and_go(removals: str) -> None:
    world = small_world(scene(1, "a.mp4", tag_ids=ids(len(ODD_NAMES))), items=[item("a.mp4")], tags=rows(*ODD_NAMES))
    with inside(world, settings=PLAIN, plex_options={"removals": removals}) as stage:
        stage.sync()
        assert names_in(stage, "a.mp4", "Genre") == set(map(clean_line, ODD_NAMES))
        stage.edit_scene("1", tag_ids=["1"])
        follow(stage)
        assert names_in(stage, "a.mp4", "Genre") == {ODD_NAMES[0]}


# Names that change places.


def test_two_tags_that_swap_their_names() -> None:
    files = {"a.mp4": ["1"], "b.mp4": ["2"], "c.mp4": ["1", "2"]}
    scenes = (scene(number, file, tag_ids=tags) for number, (file, tags) in enumerate(files.items(), 1))
    world = small_world(*scenes, items=[item(file) for file in files], tags=rows("Red", "Blue"))
    with inside(world, settings=PLAIN) as stage:
        stage.sync()
        rename = "mutation Do($id: ID!, $name: String!) { tagUpdate(input: {id: $id, name: $name}) { id } }"
        for tag, name in (("1", "Between"), ("2", "Red"), ("1", "Blue")):
            stage.ask_stash(rename, id=tag, name=name)
        follow(stage)
        assert {file: names_in(stage, file, "Genre") for file in files} == {
            "a.mp4": {"Blue"},
            "b.mp4": {"Red"},
            "c.mp4": {"Blue", "Red"},
        }


def test_a_performer_merged_while_its_scenes_are_written() -> None:
    """The merge comes when the batch has read all of them and written half."""
    files = [f"{number}.mp4" for number in range(1, 31)]
    scenes = (scene(number, file, performer_ids=ids(1 + number % 2)) for number, file in enumerate(files, 1))
    world = small_world(*scenes, items=[item(file) for file in files], performers=people(2))
    with inside(world, settings=PLAIN, stash_options={"version": "develop-2026-02"}) as stage:
        stage.plex.control("POST", "faults", [{"kind": "hold", "match": EDITS, "skip": 15}])
        stage.enqueue(*range(1, 31))
        working = threading.Thread(target=stage.work)
        working.start()
        stage.wait_until(lambda: stage.plex.control("GET", "held") == {"held": 1}, 10)
        stage.ask_stash("mutation { performerMerge(input: {source: [1], destination: 2}) { id } }")
        stage.plex.control("POST", "release", {"cut": False})
        working.join()
        follow(stage)
        left = people(2)[1]["name"]
        assert {file: names_in(stage, file, "Role") for file in files} == {file: {left} for file in files}


# Databases that go back and forth.


def has_gone_back(stage: Inside) -> bool:
    with suppress(OSError, RuntimeError):
        found = stage.ask_stash("query Do { findScene(id: 1) { details } }")
        return bool(found["findScene"]["details"] == "Old 1")
    return False


def test_a_newer_backup_after_an_older_one_writes_nothing() -> None:
    with inside(numbered(80), settings=PLAIN) as stage:
        stage.sync()
        stage.reconcile()
        stage.ask_stash("mutation { backupDatabase(input: {}) }")
        for number in range(1, 71):
            stage.edit_scene(str(number), details=f"New {number}")
        follow(stage)
        stamps = stage.ask_stash("query Do { findScenes(filter: {per_page: -1}) { scenes { id updated_at } } }")
        newer = {row["id"]: row["updated_at"] for row in stamps["findScenes"]["scenes"] if int(row["id"]) <= 70}
        words = [f"New {number}" for number in range(1, 71)]
        stage.stash.control("POST", "restart", {"seconds": 0, "restore": True})
        stage.wait_until(lambda: has_gone_back(stage), 20)
        stage.reset_counts()
        for _ in range(2):
            follow(stage)
            assert stage.reconcile(deep=True).state == "braked"
            stage.later += 10
        assert summaries(stage, 70) == words
        for number, stamp in newer.items():
            row = {"id": int(number), "details": f"New {number}", "updated_at": stamp}
            stage.stash.control("POST", "raw_scene", row)
        for _ in range(2):
            follow(stage)
            assert stage.reconcile(deep=True).state == "done"
            stage.later += 10
        stage.work()
        assert summaries(stage, 70) == words
        assert stage.plex_counts()["PUT"] == 0
        assert not any(cause == "brake" for _, cause in stage.jobs_by_state())


def test_ids_that_another_database_uses_again_bring_the_words_of_their_files() -> None:
    with inside(numbered(3), settings=PLAIN) as stage:
        stage.sync()
        late = "2030-01-01T00:00:00Z"
        anew = (
            scene(number, f"{4 - number}.mp4", details=f"Anew {4 - number}", created_at=late, updated_at=late)
            for number in range(1, 4)
        )
        stage.stash.control("POST", "import", small_world(*anew, items=[]).stash)
        for _ in range(3):
            follow(stage)
            stage.reconcile(deep=True)
            stage.later += 10
        stage.work()
        assert summaries(stage, 3) == [f"Anew {number}" for number in range(1, 4)]


# A Plex that loses things, and something else in its place.


def test_a_share_of_plex_that_is_away_while_the_trash_is_emptied() -> None:
    with inside(numbered(30), settings=PLAIN, plex_options={"unmounted_trash": "emptied"}) as stage:
        stage.sync()
        stage.reconcile()
        stage.plex.control("POST", "unmount", {"section": "1", "path": "/media"})
        stage.plex.control("POST", "sections/1/scan", {})
        stage.wait_until(lambda: not stage.items(), 10)
        follow(stage)
        assert stage.reconcile().state == "braked"
        stage.plex.control("POST", "mount", {"section": "1", "path": "/media"})
        stage.plex.control("POST", "sections/1/scan", {})
        stage.wait_until(lambda: len(stage.items()) == 30, 10)
        follow(stage)
        assert stage.reconcile().state == "done"
        stage.work()
        assert summaries(stage, 30) == [f"Old {number}" for number in range(1, 31)]
        assert stage.jobs_by_state() == {}


@pytest.mark.parametrize("setting", ["plex_url", "stash_url"])
def test_a_login_page_in_the_way_costs_no_attempt(setting: str) -> None:
    page = "<html><title>Sign in</title><form action=/login></form></html>"
    with inside(numbered(1), settings=PLAIN) as stage, answering(200, page, "text/html") as address:
        stage.sync()
        stage.edit_scene("1", title="Edited")
        stage.reload(**PLAIN, **{setting: address})
        stage.enqueue(1)
        for _ in range(5):
            stage.later += 61
            stage.stash_watcher.turn(lambda _: None)
            stage.worker.turn()
        assert stage.worker.breaker.trip is not None
        assert stage.item_of_file("1.mp4")["title"] == "Scene 1"
        assert stage.job(1).attempts == 0
        stage.reload(**PLAIN)
        stage.later += 61
        stage.worker.turn()
        follow(stage)
        assert stage.item_of_file("1.mp4")["title"] == "Edited"
