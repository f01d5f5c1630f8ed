"""Photos of actors: Plex opens an address by itself, which has a setting of its own and is tried."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from command_line import plexsync
from inside import Inside, inside, item, scene, small_world

from plexsync_simulators.shared.json_type import Json

STAMP = {"created_at": "2024-01-01T00:00:00Z", "updated_at": "2024-01-01T00:00:00Z"}
ANN = {"id": "7", "name": "Ann", "image": {"seed": 5}, **STAMP}
SETTINGS = {"actor_photos": True, "image_poster": "off"}


@pytest.fixture
def stage() -> Iterator[Inside]:
    world = small_world(scene(1, "a.mp4", performer_ids=[7]), items=[item("a.mp4")], performers=[ANN])
    with inside(world, settings=SETTINGS) as stage:
        yield stage


def found(stage: Inside) -> Json:
    told = plexsync(stage.data, "check", "--json").document["findings"]
    return next((one for one in told if one["name"] == "Photo address"), {})


def test_the_photo_has_the_address_that_was_set(stage: Inside) -> None:
    stage.sync()
    assert stage.item_of_file("a.mp4")["Role"][0]["thumb"].startswith(f"{stage.stash.url}/performer/7/image")
    stage.reload(**SETTINGS, photo_url="http://stash.example.org:9999/")
    stage.sync()
    assert stage.item_of_file("a.mp4")["Role"][0]["thumb"] == "http://stash.example.org:9999/performer/7/image"


def test_check_has_plex_open_a_photo(stage: Inside) -> None:
    assert found(stage)["grade"] == "ok"
    stage.configure(**SETTINGS, photo_url="http://127.0.0.1:9")
    closed = found(stage)
    assert (closed["grade"], "photo_url" in closed["next_step"]) == ("warning", True)
    assert "http://127.0.0.1:9/performer/7/image" in closed["text"]
    stage.configure(image_poster="off")
    assert not found(stage), "photos are switched off"


def test_check_says_that_a_password_keeps_plex_out(stage: Inside) -> None:
    login = 'configureGeneral(input: {username: "me", password: "secret"}) { username }'
    key = stage.ask_stash(f"mutation {{ {login} generateAPIKey(input: {{}}) }}")["generateAPIKey"]
    stage.configure(**SETTINGS, stash_api_key=key)
    assert "password" in found(stage)["text"]
