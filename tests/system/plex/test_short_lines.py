"""A proxy before Plex takes short request lines only: lists go in parts, and nothing goes before the new is there."""

from __future__ import annotations

import pytest
from agent_stage import shown
from inside import inside, item, scene, small_world

from plexsync.domain.advice import explain
from plexsync_simulators.shared.json_type import Json
from plexsync_simulators.world import World

NGINX = {"proxy_line_bytes": 8192}
FEW = ["1", "2", "3"]
MANY = [str(number) for number in range(4, 144)]


def world() -> World:
    performers = [{"id": str(n), "name": f"Performer {n} with a Ünïcode name, quite long"} for n in range(1, 144)]
    return small_world(scene(1, "1.mp4", performer_ids=FEW), items=[item("1.mp4")], performers=performers)


@pytest.mark.parametrize("semantics", ["append", "replace"])
@pytest.mark.parametrize("adding", ["once", "doubled"])
def test_three_actors_that_become_140_never_become_none(semantics: str, adding: str) -> None:
    with inside(world(), settings={"image_poster": "off"}) as stage:
        stage.plex.control("POST", "switches", {**NGINX, "tag_semantics": semantics, "adding": adding})
        stage.sync()
        stage.edit_scene("1", performer_ids=MANY, title="Another")
        stage.poll()
        stage.work()
        now = stage.item_of_file("1.mp4")
        assert now["title"] == "Another", "one list too long keeps nothing else back"
        if semantics == "append":
            assert len(now["Role"]) == len(MANY)
            assert stage.differences() == {}
            return
        assert len(shown(now)["Role"]) == len(FEW), "refused as a whole, and so what was there stays"
        job = stage.job(1)
        assert (job.cause, job.detail["field"], job.detail["status"]) == ("item_rejected", "actors", "414")
        assert "actors" in str(explain(job.cause, job.detail))
        assert int(job.detail["size"]) > NGINX["proxy_line_bytes"]


@pytest.mark.parametrize(
    ("switches", "by"), [(NGINX, "A proxy before Plex"), ({"max_url_bytes": 8192}, "Plex")], ids=["proxy", "plex"]
)
def test_a_summary_that_no_request_has_room_for_is_named_with_its_size(switches: Json, by: str) -> None:
    with inside(world(), settings={"image_poster": "off"}) as stage:
        stage.plex.control("POST", "switches", switches)
        stage.edit_scene("1", details="word " * 4000, director="Somebody")
        stage.poll()
        stage.work()
        assert stage.item_of_file("1.mp4")["Director"] == ["Somebody"]
        detail = stage.job(1).detail
        assert (detail["field"], detail["value"][:9]) == ("summary", "word word")
        assert int(detail["size"]) > 20_000
        assert str(explain("item_rejected", detail)).startswith(f"{by} refuses summary of item")
