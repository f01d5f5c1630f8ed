"""The remains of a vanished scene are taken away only where it is certain that no other scene has them."""

from __future__ import annotations

from inside import inside, item, scene, small_world


def test_a_library_that_is_not_chosen_is_left_alone() -> None:
    """Another scene may have the item there: that nobody knows as long as the library is not listed."""
    world = small_world(scene(1, "a.mp4", details="Words"), items=[item("a.mp4")])
    movies = world.plex["sections"][0]
    world.plex["sections"].append({**movies, "key": "2", "title": "Clips", "items": [item("a.mp4")]})
    settings = {"image_poster": "off", "orphan_policy": "clear"}
    with inside(world, settings=settings) as stage:
        stage.sync()
        assert summaries(stage.plex.control("GET", "dump")) == {"Movies": "Words", "Clips": "Words"}
        stage.reload(**settings, plex_libraries="Movies")
        stage.poll()
        stage.work()
        stage.mutate("sceneDestroy", id="1")
        stage.poll()
        stage.work()
        stage.reconcile(allowed=True)
        stage.work()
        assert summaries(stage.plex.control("GET", "dump")) == {"Movies": "", "Clips": "Words"}
        assert [key for _, key in stage.store.links.of_scenes([1])], "what was left in Clips is not forgotten"


def test_each_item_of_a_vanished_scene_goes_back_to_the_name_of_its_own_file() -> None:
    world = small_world(scene(1, "a.mp4", "b.mp4"), scene(2, "c.mp4"), items=[item(f"{name}.mp4") for name in "abc"])
    with inside(world, settings={"image_poster": "off", "orphan_policy": "clear"}) as stage:
        stage.sync()
        assert stage.item_of_file("b.mp4")["title"] == "Scene 1"
        stage.mutate("sceneDestroy", id="1")
        stage.poll()
        stage.work()
        stage.reconcile(allowed=True)
        stage.work()
        assert [stage.item_of_file(f"{name}.mp4")["title"] for name in "abc"] == ["a", "b", "Scene 2"]


def summaries(dump: dict[str, list[dict[str, list[dict[str, str]]]]]) -> dict[str, str]:
    return {str(section["title"]): section["items"][0].get("summary") or "" for section in dump["sections"]}
