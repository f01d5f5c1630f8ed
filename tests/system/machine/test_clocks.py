"""A clock that is wrong for a while, and what it must not cost: nothing in Plex, and no history."""

from __future__ import annotations

from inside import Inside, inside, item, scene, small_world

from plexsync_simulators.world import World

SETTINGS = {"image_poster": "off", "no_startup_reconcile": True}
HOUR, DAY, YEAR = 3600.0, 24 * 3600.0, 365 * 24 * 3600.0


def library() -> World:
    scenes = [scene(n, f"{n}.mp4", title=f"Title {n}", details=f"About {n}.") for n in range(1, 13)]
    return small_world(*scenes, items=[item(f"{n}.mp4") for n in range(1, 13)])


def clean_and_scan(stage: Inside) -> None:
    """Have the first scene vanish, as while its disk is away, and a bare one made of its file."""
    stage.mutate("sceneDestroy", id="1")
    stage.poll()
    stage.work()
    file = {"path": "/data/1.mp4", "size": 1005, "duration": 60.0}
    stage.stash.control("POST", "scene", {"title": "", "files": [file]})
    for _ in range(2):
        stage.poll()
        stage.work()


def test_a_scene_in_the_place_of_one_that_vanished_clears_nothing_whatever_the_clock_was() -> None:
    for later, by_then in ((8 * HOUR, -8 * HOUR), (0.0, -DAY)):
        with inside(library(), settings=SETTINGS) as stage:
            stage.later += later
            stage.sync()
            stage.later += by_then
            clean_and_scan(stage)
            shown = stage.item_of_file("1.mp4")
            assert (shown["title"], shown["summary"]) == ("Title 1", "About 1."), (later, by_then)


def entries(stage: Inside) -> int:
    return int(stage.store.connection.execute("SELECT count(*) FROM journal").fetchone()[0])


def test_a_clock_that_is_a_year_ahead_for_hours_costs_no_history() -> None:
    with inside(library(), settings=SETTINGS) as stage:
        stage.sync()
        stage.commands.turn()
        written = entries(stage)
        stage.later += YEAR
        for _ in range(3):
            stage.commands.turn()
            stage.later += HOUR + 1
        assert entries(stage) == written > 0
        for _ in range(100):
            stage.commands.turn()
            stage.later += HOUR + 1
        assert entries(stage) == 0, "one that stays so is believed"
