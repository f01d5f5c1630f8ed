"""Events in the life of single items, once told by Plex and once found by a listing: the end is the same."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from inside import item, scene, small_world
from plex_life import SWITCHES, TAGS, Life, file_name, later_name, life_world, lived, path_of

WAYS = ["told", "unnoticed"]


@pytest.fixture(scope="module", params=WAYS)
def lives(request: pytest.FixtureRequest) -> Iterator[Life]:
    with lived(request.param, life_world(29)) as life:
        yield life


@pytest.fixture
def life(lives: Life) -> Iterator[Life]:
    yield lives
    lives.switch(**SWITCHES)


def test_an_item_added_anew_has_text_and_poster_again(life: Life) -> None:
    one = life.take()
    old = life.key(one)
    new = life.control("POST", f"items/{old}/rekey", {})["ratingKey"]
    life.see(lambda: life.is_right(one))
    life.see(lambda: life.tied(one) == {new})


def test_another_match_takes_only_what_is_unlocked_and_that_comes_back(life: Life) -> None:
    one = life.take()
    life.edit(one, unlock=["studio", "genre"])
    found = {"title": "Other", "studio": "Other", "Genre": ["Other"], "contentRating": "R"}
    life.control("POST", f"items/{life.key(one)}/match", {"guid": "x://1", "name": "Other", "agent": found})
    life.see(lambda: life.is_right(one))
    shown = life.item(one)
    assert shown is not None
    assert (shown["contentRating"], shown["guid"]) == ("R", "x://1"), "what Stash does not speak of is the agent's"


def test_a_match_that_gives_a_new_key_is_followed_and_what_was_ours_stays_ours(life: Life) -> None:
    one = life.take()
    life.switch(match_rekeys=True)
    old = life.key(one)
    life.control("POST", f"items/{old}/match", {"guid": "x://2", "agent": {"tagline": "Other"}})
    assert life.key(one) != old
    life.pass_time(3600)  # neither a new stamp nor the number of items tells: a full listing does
    life.see(lambda: life.tied(one) == {life.key(one)})
    life.see(lambda: life.is_right(one))
    life.stage.edit_scene(str(one), tag_ids=["1"])
    life.see(lambda: (life.item(one) or {})["Genre"] == ["Alpha"])


def test_merged_items_are_a_doubt_and_split_ones_have_their_own_again(life: Life) -> None:
    one, two = life.take(), life.take()
    life.control("POST", f"items/{life.key(one)}/merge", {"ids": [life.key(two)]})
    life.see(lambda: [life.cause(one), life.cause(two)] == ["ambiguous"] * 2)
    life.rest()
    life.control("POST", f"items/{life.key(one)}/split")
    life.see(lambda: life.is_right(one) and life.is_right(two))
    life.see(lambda: life.tied(two) == {life.key(two)})


def test_what_a_person_locks_stays_and_what_nobody_locked_is_put_right(life: Life) -> None:
    one = life.take()
    life.edit(one, set={"title": "Mine", "summary": "An agent's"}, lock=True, unlock=["summary"])
    life.see(lambda: (life.item(one) or {})["summary"] == f"About {one}.")
    shown = life.item(one)
    assert shown is not None
    assert shown["title"] == "Mine"
    assert "title" in shown["locked"]


def test_a_genre_taken_away_by_hand_comes_back_and_one_added_stays(life: Life) -> None:
    one = life.take()
    life.edit(one, set={"Genre": ["Alpha", "Gamma"]}, lock=True)
    life.see(lambda: set((life.item(one) or {})["Genre"]) == {"Alpha", "Beta", "Gamma"})


def move(life: Life, one: int) -> str:
    """Move a file in Plex's eyes, then in Stash's; the item with it has to be found wherever it is."""
    target = f"moved/film {one}.mp4"
    life.control("POST", "move", {"section": "1", "from": path_of(one), "to": f"/media/{target}"})
    life.control("POST", "sections/1/scan")
    life.see(lambda: life.cause(one) == "missing")
    moving = "mutation Do($input: MoveFilesInput!) { moveFiles(input: $input) }"
    files = life.stage.ask_stash(f"{{ findScene(id: {one}) {{ files {{ id }} }} }}")["findScene"]["files"]
    life.stage.ask_stash(moving, input={"ids": [files[0]["id"]], "destination_folder": "/data/moved"})
    return f"/media/{target}"


@pytest.mark.parametrize("switches", [{"moved_files": "same"}, {"moved_files": "new"}], ids=["same", "new"])
def test_a_moved_file_is_found_at_its_new_place(life: Life, switches: dict[str, str]) -> None:
    one = life.take()
    life.switch(**switches)
    target = move(life, one)
    life.see(lambda: life.is_right(one, target) and life.cause(one) == "")


def test_a_file_that_moves_without_a_stamp_is_found(life: Life) -> None:
    one = life.take()
    life.switch(move_moves_updated=False)
    life.pass_time(3600)  # full listings are rare
    target = move(life, one)
    life.see(lambda: life.is_right(one, target) and life.cause(one) == "")


def test_a_file_gone_and_back_is_synced_again(life: Life) -> None:
    one = life.take()
    life.control("POST", "vanish", {"section": "1", "paths": [path_of(one)]})
    life.control("POST", "sections/1/scan")
    life.see(lambda: life.cause(one) == "missing")
    file = {"path": path_of(one), "size": 1000 + len(file_name(one)), "duration": 60000}
    life.control("POST", "unscanned", {"section": "1", "files": [file]})
    life.control("POST", "sections/1/scan")
    life.see(lambda: life.is_right(one))


def test_an_item_in_the_trash_is_let_alone_and_missing_once_that_is_emptied(life: Life) -> None:
    one = life.take()
    life.switch(auto_empty_trash=False)
    life.control("POST", "vanish", {"section": "1", "paths": [path_of(one)]})
    life.control("POST", "sections/1/scan")
    life.rest()
    assert (life.cause(one), life.is_right(one)) == ("", True)
    life.switch(auto_empty_trash=True)
    life.control("POST", "sections/1/scan")
    life.see(lambda: life.cause(one) == "missing")


@pytest.mark.parametrize("trash", ["kept", "emptied"])
def test_a_disk_that_was_away_is_back(life: Life, trash: str) -> None:
    one = life.take(10 if trash == "kept" else 20)
    life.switch(unmounted_trash=trash)
    folder = {"section": "1", "path": f"/media/{one // 10}0"}
    life.control("POST", "unmount", folder)
    life.control("POST", "sections/1/scan")
    life.see(lambda: life.cause(one) == ("" if trash == "kept" else "missing"))
    life.rest()
    life.stage.edit_scene(str(one), rating100=40)
    life.control("POST", "mount", folder)
    life.control("POST", "sections/1/scan")
    life.see(lambda: life.is_right(one) and (life.item(one) or {}).get("userRating") == 4.0)


def test_a_scan_that_adds_files_finds_their_scenes(life: Life) -> None:
    one = life.take()
    file = {"path": f"/media/{later_name(one)}", "size": 1000 + len(later_name(one)), "duration": 60000}
    life.control("POST", "unscanned", {"section": "1", "files": [file]})
    life.control("POST", "sections/1/scan")
    life.see(lambda: life.is_right(one, f"/media/{later_name(one)}"))
    assert len(life.tied(one)) == 2


@pytest.mark.parametrize("way", WAYS)
def test_two_scenes_that_shared_an_item_from_the_start_are_free_once_it_is_split(way: str) -> None:
    world = small_world(
        scene(1, "a.mp4"), scene(2, "b.mp4"), scene(3, "c.mp4"), items=[item("a.mp4", "b.mp4"), item("c.mp4")]
    )
    with lived(way, world, settings={"image_poster": "off"}) as life:
        assert [life.cause(1), life.cause(2)] == ["ambiguous"] * 2
        life.rest()
        life.control("POST", f"items/{life.stage.items()['/media/a.mp4']['ratingKey']}/split")
        life.see(lambda: [life.stage.items()[f"/media/{name}.mp4"]["title"] for name in "ab"] == ["Scene 1", "Scene 2"])


@pytest.mark.parametrize("way", WAYS)
def test_an_agents_refresh_is_put_right_where_nothing_is_locked(way: str) -> None:
    with lived(way, life_world(2), settings={"leave_unlocked": True}) as life:
        life.rest()
        shown = life.item(1)
        assert shown is not None
        assert not shown["locked"]
        found = {"title": "Agent's", "summary": "Agent's", "studio": "Agent's", "Genre": ["Other"]}
        life.control("POST", f"items/{life.key(1)}/agent", found)
        life.control("POST", f"items/{life.key(1)}/refresh")
        life.see(lambda: life.is_right(1))
        assert {tag["name"] for tag in TAGS} < set((life.item(1) or {})["Genre"]), "an agent's own name stays"
