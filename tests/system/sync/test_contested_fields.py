"""Another tool that maps a genre away as often as PlexSync writes it: noticed, told, and fought no more."""

from __future__ import annotations

import threading
import urllib.parse
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from agent_stage import Stage
from command_line import plexsync
from inside import item, scene, small_world

from plexsync_simulators.rig import TOKEN
from plexsync_simulators.shared.json_type import Json

POLL_SECONDS = 1.1
QUIET_SECONDS = 6.0


class MappingTool(threading.Thread):
    """A tool that keeps genres in order in many a Plex: it puts one name in another's place whenever it sees it."""

    def __init__(self, stage: Stage, old: str, new: str) -> None:
        super().__init__(daemon=True)
        self._stage = stage
        self._old, self._new = old, new
        self.ended = threading.Event()
        self.mapped = 0
        """Counted before Plex shows it: whoever sees a genre mapped finds it counted."""

    def run(self) -> None:
        while not self.ended.wait(POLL_SECONDS):
            for shown in self._stage.items().values():
                if self._old in shown["Genre"] and not self.ended.is_set():
                    self.mapped += 1
                    self._map(shown["ratingKey"])

    def _map(self, key: str) -> None:
        edit = {
            "type": "1",
            "id": key,
            "genre[0].tag.tag": self._new,
            "genre[].tag.tag-": self._old,
            "genre.locked": "1",
            "X-Plex-Token": TOKEN,
        }
        url = f"{self._stage.plex.url}/library/sections/1/all?{urllib.parse.urlencode(edit)}"
        urllib.request.urlopen(urllib.request.Request(url, method="PUT"), timeout=10).close()


@contextmanager
def mapping(stage: Stage, old: str, new: str) -> Iterator[MappingTool]:
    tool = MappingTool(stage, old, new)
    tool.start()
    try:
        yield tool
    finally:  # a failed test ends it as well: the servers close next
        tool.ended.set()
        tool.join()


@pytest.fixture
def stage() -> Iterator[Stage]:
    tags = [{"id": str(number), "name": name} for number, name in enumerate(("Drama", "Thriller", "Heist"), 1)]
    scenes = [scene(number, f"{number}.mp4", tag_ids=["1"]) for number in (1, 2)]
    world = small_world(*scenes, items=[item("1.mp4"), item("2.mp4")], tags=tags)
    stage = Stage(world)
    try:
        stage.begin()
        yield stage
    finally:
        stage.close()


def genres(stage: Stage, number: int = 1) -> set[str]:
    return set(shown(stage, number)["Genre"])


def shown(stage: Stage, number: int = 1) -> Json:
    found: Json = stage.items()[f"/media/{number}.mp4"]
    return found


def is_held(stage: Stage) -> bool:
    """Tell whether the genres of both items are left alone."""
    return stage.store.contests.scenes() == {1, 2}


def begin_the_fight(stage: Stage, tool: MappingTool) -> None:
    stage.sync_all()
    stage.wait_until(lambda: is_held(stage), 60)
    stage.wait_idle(20)
    stage.wait_until(lambda: genres(stage) == genres(stage, 2) == {"Comedy"}, 10)
    assert tool.mapped >= 6, "PlexSync writes each, and puts it back twice"


def contested(stage: Stage) -> list[dict[str, str]]:
    found: list[dict[str, str]] = plexsync(stage.data, "status", "--json").document["contested"]
    return found


def test_a_fight_over_a_genre_ends_and_is_told(stage: Stage) -> None:
    with mapping(stage, "Drama", "Comedy") as tool:
        begin_the_fight(stage, tool)
        fought, log = tool.mapped, stage.log()
        assert log.count("put back 2 times and changed again") == 2, "told once for each item"

        (told,) = contested(stage)
        assert told["text"].startswith("Another tool changes genres of 2 items as often as PlexSync writes it")
        assert "Set `policy_genres` to `off`" in told["next_step"]
        why = plexsync(stage.data, "why", "1").out
        assert "Another tool changes genres of item" in why
        # The agent writes its status down a little later.
        stage.wait_until(lambda: stage.told.counters.get("contested_fields") == 2, 20)

        stage.edit_scene("1", title="Edited while they fight")
        stage.wait_until(lambda: shown(stage)["title"] == "Edited while they fight", 20)
        stage.wait_idle(20)
        threading.Event().wait(QUIET_SECONDS)
        assert tool.mapped == fought, "the rest of the item is synced, the genre is let be"

        stage.edit_scene("1", tag_ids=["1", "2"])
        stage.wait_until(lambda: genres(stage) >= {"Thriller"}, 20)
        stage.wait_until(lambda: tool.mapped > fought and "Drama" not in genres(stage), 20)
        assert "Thriller" in genres(stage), "a person's edit of the field itself goes through at once"
        fought = tool.mapped

        stage.ask("reconcile", {"scope": "all", "origin": "schedule"})
        stage.wait_until(lambda: tool.mapped >= fought + 2, 30)
        stage.wait_idle(20)
        threading.Event().wait(QUIET_SECONDS)
        assert tool.mapped == fought + 2, "a reconcile writes both items once"

        plexsync(stage.data, "config", "set", "policy_genres", "off")
        assert contested(stage) == []


def test_without_the_other_tool_the_next_reconcile_mends_it(stage: Stage) -> None:
    with mapping(stage, "Drama", "Comedy") as tool:
        begin_the_fight(stage, tool)
    assert genres(stage) == {"Comedy"}
    stage.ask("reconcile", {"scope": "all", "origin": "schedule"})
    stage.wait_until(lambda: "Drama" in genres(stage) and "Drama" in genres(stage, 2), 30)
