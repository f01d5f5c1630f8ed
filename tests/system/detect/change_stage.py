"""A stage whose every test has scenes of its own, and words for what is done to them in Stash and seen in Plex."""

from __future__ import annotations

import json
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from agent_stage import Stage

from plexsync_simulators.shared.json_type import Json
from plexsync_simulators.world import World, make_world, to_plex

NEW, OLD = "develop-2026-02", "v0.27.2"
SECONDS = 15.0
DIRECT = urllib.request.build_opener(urllib.request.ProxyHandler({}))
TITLED = "a title of its own"


def world_with(scenes: int, uneven: int = 40, seed: int = 21) -> World:
    """An uneven world and, beyond it, plain scenes: one file each, in a folder and an item of its own."""
    world = make_world(uneven, seed)
    for number in range(uneven + 1, uneven + scenes + 1):
        path = f"/data/movies/Row {number}/film {number}.mp4"
        file: Json = {"id": str(10_000 + number), "path": path, "size": 5_000_000 + number, "duration": 100.0 + number}
        world.stash["scenes"].append(plain_scene(number, file))
        world.belongs[str(number)] = (to_plex(path),)
        world.plex["sections"][0]["items"].append(plex_item(path, file["size"]))
    return world


def plain_scene(number: int, file: Json) -> Json:
    return {
        "id": str(number),
        "title": f"Row {number}",
        "details": f"About {number}.",
        "date": "2020-02-03",
        "rating100": 60,
        "studio_id": "1",
        "performer_ids": ["1"],
        "tag_ids": ["1", "2"],
        "group_ids": [],
        "files": [file],
        "cover": {"seed": 9000 + number},
        "created_at": "2022-01-01T10:00:00Z",
        "updated_at": "2022-01-02T10:00:00Z",
    }


def plex_item(path: str, size: int) -> Json:
    """An item with the file that Stash sees at this path, as Plex makes it by itself."""
    files = [{"path": to_plex(path), "size": size, "duration": 100_000}]
    return {"title": path.rsplit("/", 1)[1].rsplit(".", 1)[0], "files": files}


class Changes(Stage):
    """A stage with an agent that has brought everything over, and plain scenes to take."""

    def __init__(self, world: World, **options: Any) -> None:
        super().__init__(world, **options)
        self._free = iter([scene["id"] for scene in world.stash["scenes"] if scene["title"].startswith("Row ")])
        self._keys: dict[str, str] = {}
        self._made = 0

    def settle(self) -> None:
        self.begin()
        self.sync_all()
        self.wait_equal(30)
        self._keys = {path: item["ratingKey"] for path, item in self.items().items()}
        self.rig_idle()

    def take(self) -> str:
        """A scene that no other test has."""
        scene: str = next(self._free)
        return scene

    def take_some(self, number: int) -> list[str]:
        return [self.take() for _ in range(number)]

    def name(self, kind: str) -> str:
        """A name that nothing has yet."""
        self._made += 1
        return f"{kind} new {self._made}"

    def shown(self, scene: str) -> Json:
        """Return the item that a plain scene had in the beginning."""
        return self.item_now(self._keys[self.world.belongs[scene][0]])

    def shown_at(self, path: str) -> Json | None:
        """Return the item of the file that Stash sees at this path."""
        return self.items().get(to_plex(path))

    def graphql(self, body: str, **variables: Any) -> Any:
        """The one value a mutation answers with."""
        (answer,) = self.ask_stash(body, **variables).values()
        return answer

    def finish(self, job: str) -> None:
        """Wait until a job of Stash's is done, and well."""
        status = "query Job($id: ID!) { findJob(input: { id: $id }) { status error } }"
        left = ("READY", "RUNNING")
        self.wait_until(lambda: self.ask_stash(status, id=job)["findJob"]["status"] not in left, SECONDS)
        found = self.ask_stash(status, id=job)["findJob"]
        assert found == {"status": "FINISHED", "error": None}, found

    def do_job(self, body: str, **variables: Any) -> None:
        """Run a mutation that starts a job, and the job."""
        self.finish(str(self.graphql(body, **variables)))

    def scan(self, **on_disk: Any) -> None:
        """Let Stash scan a disk on which something has changed."""
        self.stash.control("POST", "files", on_disk)
        self.do_job("mutation { metadataScan(input: {}) }")

    def clean(self, *paths: str) -> None:
        """Let Stash clean after these files went from its disk."""
        self.stash.control("POST", "files", {"remove": list(paths)})
        self.do_job("mutation { metadataClean(input: { dryRun: false }) }")

    def scene(self, scene: str) -> Json:
        """A scene as Stash has it."""
        body = (
            "query Scene($id: ID!) { findScene(id: $id) { title updated_at files { id path size } tags { id name } } }"
        )
        found: Json = self.ask_stash(body, id=scene)["findScene"]
        return found

    def path(self, scene: str) -> str:
        return str(self.scene(scene)["files"][0]["path"])

    def studio_name(self, studio: int) -> str:
        body = "query Studio($id: ID!) { findStudio(id: $id) { name } }"
        return str(self.ask_stash(body, id=studio)["findStudio"]["name"])

    def file(self, scene: str, position: int = 0) -> str:
        """The id of a file."""
        return str(self.scene(scene)["files"][position]["id"])

    def create(self, kind: str, name: str = "", **fields: Any) -> str:
        """Make a tag, performer, studio or group; its name is one that nothing has if none is given."""
        shape = f"{kind.title()}CreateInput"
        body = f"mutation Do($input: {shape}!) {{ {kind}Create(input: $input) {{ id }} }}"
        return str(self.graphql(body, input={"name": name or self.name(kind), **fields})["id"])

    def add_items(self, *paths: str) -> None:
        """Let Plex find files that Stash sees, or will see, at these paths."""
        items = [plex_item(path, 7_000_000) for path in paths]
        self.plex.control("POST", "items", {"section": "1", "items": items})

    def add_file(self, scene: str, name: str) -> str:
        """Give a scene a second file, which Plex shows as an item of its own; returns its path."""
        path = self.path(scene)
        copy = f"{path.rsplit('/', 1)[0]}/{name}.mp4"
        self.add_items(copy)
        self.scan(copy=[[path, copy]])
        self.sees(lambda: self.title_at(copy) == self.scene(scene)["title"])
        return copy

    def owner_of(self, plex_path: str) -> str:
        """The scene that the agent last wrote the item of a file for, "" for none."""
        key = self._keys[plex_path]
        row = self.store.connection.execute("SELECT scene_id FROM link WHERE rating_key = ?", (key,)).fetchone()
        return "" if row is None else str(row[0])

    def title_at(self, path: str) -> str:
        item = self.shown_at(path)
        return "" if item is None else str(item["title"])

    def sql(self, statement: str, *arguments: Any) -> None:
        """Write past Stash."""
        self.ask_stash(
            "mutation Do($sql: String!, $args: [Any]) { execSQL(sql: $sql, args: $args) { rows_affected } }",
            sql=statement,
            args=list(arguments),
        )

    def upload(self, export: bytes, duplicate: str = "OVERWRITE") -> None:
        """Import a zip as Stash's page does, by a form."""
        body = "mutation($i: ImportObjectsInput!) { importObjects(input: $i) }"
        asked = {"file": None, "duplicateBehaviour": duplicate, "missingRefBehaviour": "CREATE"}
        parts = {
            "operations": json.dumps({"query": body, "variables": {"i": asked}}).encode(),
            "map": json.dumps({"0": ["variables.i.file"]}).encode(),
        }
        form = b"".join(_part(f'name="{name}"', value) for name, value in parts.items())
        form += _part('name="0"; filename="export.zip"', export) + b"--bound--\r\n"
        headers = {"Content-Type": "multipart/form-data; boundary=bound"}
        asking = urllib.request.Request(f"{self.stash.url}/graphql", data=form, headers=headers)
        with DIRECT.open(asking, timeout=30) as answer:
            self.finish(json.loads(answer.read())["data"]["importObjects"])

    def export(self, scene: str) -> bytes:
        """Export one scene with all it refers to."""
        body = "mutation Do($input: ExportObjectsInput!) { exportObjects(input: $input) }"
        address = self.graphql(body, input={"scenes": {"ids": [scene]}, "includeDependencies": True})
        with DIRECT.open(address, timeout=30) as answer:
            return bytes(answer.read())

    def sees(self, condition: Any, seconds: float = SECONDS) -> None:
        """Wait until something shows in Plex, and all else there is right too."""
        try:
            self.wait_until(condition, seconds)
        except TimeoutError:
            raise AssertionError(f"not seen within {seconds} s\n{self.log()[-2000:]}") from None
        self.wait_equal()

    def asked(self, operation: str) -> int:
        """How often something was asked of Stash since the last reset."""
        return int(self.stash.control("GET", "counters")["operations"].get(operation, 0))

    @contextmanager
    def nothing_goes_out(self) -> Iterator[None]:
        """The agent looks at whatever is done within, and writes nothing to Plex."""
        self.wait_idle(SECONDS)
        self.reset_counts()
        yield
        self.wait_until(lambda: self.asked("Poll") > 0, SECONDS)
        time.sleep(0.25)
        self.wait_idle(SECONDS)
        counts = self.plex_counts()
        assert (counts["PUT"], counts["POST"], counts["DELETE"]) == (0, 0, 0), counts


def _part(disposition: str, value: bytes) -> bytes:
    return f"--bound\r\nContent-Disposition: form-data; {disposition}\r\n\r\n".encode() + value + b"\r\n"


@contextmanager
def changes(scenes: int, *, version: str = NEW, uneven: int = 40, **settings: Any) -> Iterator[Changes]:
    """A settled stage with that many scenes to take."""
    options = {
        "stash_options": {"version": version},
        "settings": {"image_poster": "off", **settings},
    }
    stage = Changes(world_with(scenes, uneven), **options)
    try:
        stage.settle()
        yield stage
    finally:
        stage.close()
