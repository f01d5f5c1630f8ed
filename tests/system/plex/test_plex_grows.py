"""Plex's libraries change while the agent runs: what a scene waited for is found, however it came."""

from __future__ import annotations

from inside import Inside, inside, item, scene, small_world
from two_libraries import MOVED, section, two_roots

from plexsync.domain.reconcile.gaps import GapKind
from plexsync.store.state import PATH_MAP


def wait(stage: Inside, polls: int = 4) -> None:
    """Let the agent look after what scenes wait for."""
    for _ in range(polls):
        stage.later += 61
        stage.work()


def test_a_library_made_later_is_listed() -> None:
    with inside(small_world(scene(1, "a.mp4"), scene(2, "more/b.mp4"), items=[item("a.mp4")])) as stage:
        stage.sync()
        assert stage.job(2).cause in {"missing", "unmapped"}
        stage.plex.control("POST", "library", section("2", "/media/more", item("more/b.mp4")))
        wait(stage)
        assert stage.item_of_file("more/b.mp4")["title"] == "Scene 2"


def test_what_waits_for_a_library_goes_on_when_that_was_made_between_two_lives() -> None:
    with inside(small_world(scene(1, "a.mp4"), scene(2, "more/b.mp4"), items=[item("a.mp4")])) as stage:
        stage.sync()
        stage.plex.control("POST", "library", section("2", "/media/more", item("more/b.mp4")))
        stage.begin_life()
        stage.poll()
        stage.work()
        assert stage.item_of_file("more/b.mp4")["title"] == "Scene 2"


def test_what_waits_goes_on_when_a_reconcile_lists_the_new_library() -> None:
    with inside(small_world(scene(1, "a.mp4"), scene(2, "more/b.mp4"), items=[item("a.mp4")])) as stage:
        stage.sync()
        stage.plex.control("POST", "library", section("2", "/media/more", item("more/b.mp4")))
        stage.reconcile(kinds=frozenset({GapKind.DRIFT}))
        stage.work()
        assert stage.item_of_file("more/b.mp4")["title"] == "Scene 2"


def test_what_waits_goes_on_when_another_library_takes_the_place_of_one() -> None:
    """The folder is the same, and the items have other keys."""
    with inside(small_world(scene(1, "a.mp4"), scene(2, "b.mp4"), items=[item("a.mp4")])) as stage:
        stage.sync()
        assert stage.job(2).cause == "missing"
        stage.plex.control("DELETE", "sections/1")
        stage.plex.control("POST", "library", section("2", "/media", item("a.mp4"), item("b.mp4")))
        wait(stage)
        assert stage.item_of_file("b.mp4")["title"] == "Scene 2"
        assert stage.item_of_file("a.mp4")["title"] == "Scene 1"


def test_a_library_over_a_new_folder_is_listed() -> None:
    world = small_world(scene(1, "a.mp4"), scene(2, "b.mp4"), items=[item("a.mp4")])
    with inside(world, settings={"path_map": "/data/a.mp4 => /media/a.mp4; /data => /other"}) as stage:
        stage.sync()
        assert stage.job(2).cause == "unmapped"
        file = {"path": "/other/b.mp4", "size": 1005, "duration": 60000}
        stage.plex.control("POST", "library", section("2", "/other", {"title": "b", "files": [file]}))
        wait(stage)
        assert stage.items()["/other/b.mp4"]["title"] == "Scene 2"


def test_a_path_map_is_found_out_once_plex_has_something_to_show() -> None:
    scenes = [scene(number, f"{number}.mp4") for number in range(1, 6)]
    with inside(small_world(*scenes, items=[]), settings=MOVED) as stage:
        stage.sync()
        stage.plex.control(
            "POST", "items", {"section": "1", "items": [item(f"{number}.mp4") for number in range(1, 6)]}
        )
        wait(stage)
        assert stage.item_of_file("5.mp4")["title"] == "Scene 5"


def test_a_path_map_grows_with_a_new_folder() -> None:
    with inside(two_roots(), settings=MOVED) as stage:
        stage.sync()
        assert stage.job(7).cause == "unmapped"
        files = [{"path": f"/media/new/{n}.mp4", "size": 1000 + len(f"{n}.mp4"), "duration": 6} for n in range(6, 11)]
        items = [{"title": "x", "files": [file]} for file in files]
        stage.plex.control("POST", "items", {"section": "1", "items": items})
        wait(stage, 12)
        assert stage.items()["/media/new/7.mp4"]["title"] == "Scene 7"
        kept = stage.store.state.get(PATH_MAP)
        assert kept is not None
        assert kept.rules == (("/data", "/media"), ("/data2", "/media/new"))


def test_a_second_file_that_plex_lists_later_is_written_too() -> None:
    with inside(small_world(scene(1, "a.mp4", "b.mp4"), items=[item("a.mp4")])) as stage:
        stage.sync()
        stage.plex.control("POST", "items", {"section": "1", **item("b.mp4")})
        wait(stage)
        assert stage.item_of_file("b.mp4")["title"] == "Scene 1"


def test_an_item_dated_in_the_future_hides_no_later_one() -> None:
    first = {**item("a.mp4"), "updatedAt": 4_000_000_000}
    with inside(small_world(scene(1, "a.mp4"), scene(2, "b.mp4"), items=[first])) as stage:
        stage.sync(2)
        stage.plex.control("POST", "items", {"section": "1", **item("b.mp4")})
        wait(stage)
        assert stage.item_of_file("b.mp4")["title"] == "Scene 2"


def test_an_item_that_plex_lost_and_found_is_found_again() -> None:
    with inside(small_world(scene(1, "a.mp4"), scene(2, "b.mp4"), items=[item("a.mp4"), item("b.mp4")])) as stage:
        stage.sync()
        stage.plex.control("POST", f"items/{stage.item_of_file('a.mp4')['ratingKey']}/rekey", {})
        stage.edit_scene("1", title="Again")
        stage.poll()
        stage.work()
        wait(stage)
        assert stage.item_of_file("a.mp4")["title"] == "Again"


def test_a_new_library_is_no_reason_to_write_what_nobody_asked_for() -> None:
    with inside(small_world(scene(1, "a.mp4"), scene(2, "more/b.mp4"), items=[item("a.mp4")])) as stage:
        stage.plex.control("POST", "library", section("2", "/media/more", item("more/b.mp4")))
        wait(stage)
        assert stage.item_of_file("more/b.mp4")["title"] == "more/b"
