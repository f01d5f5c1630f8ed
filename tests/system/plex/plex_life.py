"""Two ways of living through what befalls a Plex library: told of it by the agent's event stream, or by looking."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from agent_stage import Stage
from inside import Inside, item, scene, small_world

from plexsync_simulators.shared.json_type import Json
from plexsync_simulators.world import World

SECONDS = 10.0
POLLS = 3
SWITCHES = {
    "auto_empty_trash": True,
    "match_rekeys": False,
    "moved_files": "same",
    "move_moves_updated": True,
    "unmounted_trash": "kept",
    "removal_events": True,
}
TAGS = [{"id": "1", "name": "Alpha"}, {"id": "2", "name": "Beta"}]
STUDIO = {"id": "1", "name": "Studio One"}
ACTOR = {"id": "1", "name": "Ann Actor"}


def file_name(number: int) -> str:
    return f"{number // 10}0/film {number}.mp4"


def later_name(number: int) -> str:
    return f"later/film {number}.mp4"


def life_world(number: int, **more: Any) -> World:
    """Scenes with an item of their own, ten to a folder; a second file of each has yet to come to Plex."""
    scenes = [
        scene(
            one,
            file_name(one),
            later_name(one),
            details=f"About {one}.",
            studio_id="1",
            performer_ids=["1"],
            tag_ids=["1", "2"],
            cover={"seed": one},
        )
        for one in range(1, number + 1)
    ]
    items = [item(file_name(one)) for one in range(1, number + 1)]
    return small_world(*scenes, items=items, tags=TAGS, studios=[STUDIO], performers=[ACTOR], **more)


class Life:
    """The common part of both ways; every test takes scenes of its own."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        self.posters: dict[int, str] = {}
        self._free = iter([int(one["id"]) for one in stage.world.stash["scenes"]])

    def take(self, first: int = 0) -> int:
        """A scene nobody else has, no earlier than some; from the next second on, as Plex's stamps have whole ones."""
        self.rest()
        return next(one for one in self._free if one >= first)

    def rest(self) -> None:
        """Come to rest, and into a new second."""
        self.settle()
        time.sleep(1.02 - time.time() % 1)

    def settle(self) -> None:
        raise NotImplementedError

    def see(self, condition: Callable[[], object]) -> None:
        """See to it that something comes true soon."""
        raise NotImplementedError

    def pass_time(self, seconds: float) -> None:
        """Let time pass where that costs none."""

    def control(self, method: str, path: str, body: object = None) -> Any:
        return self.stage.plex.control(method, path, body)

    def switch(self, **values: object) -> None:
        self.control("POST", "switches", values)

    def know_posters(self) -> None:
        items = self.stage.items()
        for one in self.stage.world.stash["scenes"]:
            shown = items.get(path_of(int(one["id"])))
            if shown is not None:
                self.posters[int(one["id"])] = shown["thumb"]["sha1"]

    def item(self, number: int) -> Json | None:
        return self.stage.items().get(path_of(number))

    def key(self, number: int) -> str:
        shown = self.item(number)
        assert shown is not None
        return str(shown["ratingKey"])

    def edit(self, number: int, **body: Any) -> None:
        """Change an item in Plex."""
        self.control("POST", f"items/{self.key(number)}", body)

    def is_right(self, number: int, at: str = "") -> bool:
        """Whether the scene's item shows what Stash said of it in the beginning, poster and all."""
        shown = self.stage.items().get(at or path_of(number))
        return (
            shown is not None
            and (shown["title"], shown["summary"]) == (f"Scene {number}", f"About {number}.")
            and shown.get("studio") == STUDIO["name"]
            and {tag["name"] for tag in TAGS} <= set(shown["Genre"])
            and [role["tag"] for role in shown["Role"]] == [ACTOR["name"]]
            and (shown["thumb"] or {}).get("sha1") == self.posters[number]
        )

    def cause(self, number: int) -> str:
        return self.stage.job(number).cause

    def tied(self, number: int) -> set[str]:
        """The items of which something is remembered for a scene."""
        return {key for _, key in self.stage.store.links.of_scenes([number])}


class Told(Life):
    """The agent's process listens to Plex's events."""

    def settle(self) -> None:
        self.stage.rig_idle()

    def see(self, condition: Callable[[], object]) -> None:
        try:
            self.stage.wait_until(condition, SECONDS)
        except TimeoutError:
            raise AssertionError(f"{self.stage.jobs_by_state()}\n{self.stage.log()[-3000:]}") from None


class ClientGone(Life):
    """There are no events: what the worker's polls see is all there is."""

    stage: Inside

    def settle(self) -> None:
        self.stage.work()

    def pass_time(self, seconds: float) -> None:
        self.stage.later += seconds

    def see(self, condition: Callable[[], object]) -> None:
        for _ in range(POLLS):
            self.stage.poll()
            self.stage.work()
            if condition():
                return
        raise AssertionError(self.stage.jobs_by_state())


@contextmanager
def lived(way: str, world: World, **options: Any) -> Iterator[Life]:
    """A life in one of the two ways, in which all scenes have been brought over."""
    life: Life
    if way == "told":
        stage = Stage(world, **options)
        life = Told(stage)
    else:
        stage = Inside(world, **options)
        life = ClientGone(stage)
    try:
        if isinstance(stage, Inside):
            life.switch(events="missing")
            stage.poll()
            stage.work()
            stage.sync()
        else:
            stage.begin()
            stage.sync_all()
            stage.rig_idle()
        life.know_posters()
        yield life
    finally:
        stage.close()


def path_of(number: int) -> str:
    return f"/media/{file_name(number)}"
