"""An edit that Plex refuses is not lost, also where a person's value stands in Plex."""

from __future__ import annotations

import pytest
from inside import inside, item, scene, small_world

from plexsync.store.jobs import State


@pytest.mark.parametrize("status", [400, 409])
def test_an_edit_over_a_persons_value_that_is_refused_for_a_while_arrives_in_the_end(status: int) -> None:
    world = small_world(scene(1, "a.mp4", details="First"), items=[item("a.mp4")])
    with inside(world, settings={"image_poster": "off"}) as stage:
        stage.sync()
        key = stage.item_of_file("a.mp4")["ratingKey"]
        stage.plex.control("POST", f"items/{key}", {"set": {"title": "A person's"}, "lock": ["title"]})
        refuse = {"match": {"method": "PUT"}, "kind": "status", "status": status, "times": 99}
        stage.plex.control("POST", "faults", [refuse])
        stage.edit_scene("1", title="Edited in Stash")
        for _ in range(3):
            stage.poll()
            stage.work()
        assert stage.job(1).state is State.WAITING, "it is not taken for done"
        stage.plex.control("POST", "faults", [])
        stage.later += 3600
        stage.work()
        assert stage.item_of_file("a.mp4")["title"] == "Edited in Stash"
