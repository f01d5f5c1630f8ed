"""A path map that takes files for others that exist as well, and the right one after it."""

from __future__ import annotations

import pytest
from inside import Inside, inside, item, scene, small_world

from plexsync_simulators.shared.json_type import Json

SETTINGS = {"image_poster": "off", "no_startup_reconcile": True, "no_plex_scan": True}
NUMBERS = (1, 2, 3)


def shown(stage: Inside) -> Json:
    return {path: (row["title"], row.get("summary"), row["Genre"]) for path, row in stage.items().items()}


@pytest.mark.parametrize("wrong", ["/data/a => /media/b; /data/b => /media/a", "/data/a => /media/b"])
def test_what_was_written_by_a_wrong_map_goes_with_it(wrong: str) -> None:
    """The other scenes' items are as before then, also where these say nothing; a person's names stay."""
    scenes = [scene(n, f"a/{n}.mp4", details=f"About {n}.", tag_ids=["1"]) for n in NUMBERS]
    others = [scene(10 + n, f"b/{n}.mp4") for n in NUMBERS]
    items = [item(f"{folder}/{n}.mp4") | {"Genre": ["Mine"]} for folder in "ab" for n in NUMBERS]
    world = small_world(*scenes, *others, items=items, tags=[{"id": "1", "name": "Alpha"}])
    with inside(world, settings=SETTINGS) as stage:
        stage.sync()
        before = shown(stage)
        for rules in (wrong, world.path_map):
            stage.reload(**SETTINGS, path_map=rules)
            stage.poll()
            stage.sync()
        assert shown(stage) == before
