"""Answers of Stash: read, made into scenes, worked out, and put into the store, as the agent does."""

from __future__ import annotations

import contextlib
import json
import tempfile
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from random import Random
from typing import Any

import noise
from answering import Answering, answering
from server_target import each_field, read
from target import SEEDS, Target, pack, unpack

from plexsync.domain.desired import Rules, desire, fingerprint
from plexsync.domain.digest import columns, content
from plexsync.domain.model import EntityKind, Field, Policy, Scene
from plexsync.stash import capabilities, plugin, scenes, timestamps
from plexsync.stash.changes import feed, hints
from plexsync.stash.client import StashClient
from plexsync.stash.connection import Connection
from plexsync.store import Store, state
from plexsync.store.jobs import Priority
from plexsync.store.scenes import EntityRow, FileRow

RULES = Rules(
    dict.fromkeys(Field, Policy.MERGE), collection_sources=frozenset({"groups", "studio"}), photo_base="http://s"
)
ABLE = capabilities.Capabilities("v0.30", files_filter=True, folders=True)
KINDS = ("scene", "performer", "studio", "tag", "group")
CURSOR = feed.Cursor(1.7e9, 1.7e9, 0, dict.fromkeys(KINDS, 1), dict.fromkeys(KINDS, 1))
STATUSES = (200, 200, 200, 200, 200, 200, 200, 400, 422, 401, 404, 500, 503)


class StashReader:
    """Asks as the agent does and goes on with what it is told."""

    def __init__(self, client: StashClient, store: Store) -> None:
        self._client = client
        self._store = store
        self.calls: Mapping[str, Callable[[], object]] = {
            "read": lambda: self._keep(scenes.read(client, [1, 2, 3]).scenes.values()),
            "listing": lambda: self._keep(scene for page in scenes.listing(client, 3) for scene in page.scenes),
            "since": lambda: self._enqueue(scenes.since(client, 1.0)),
            "created": lambda: scenes.created(client, 1),
            "entities": lambda: self._name(scenes.entities(client, EntityKind.STUDIO).values()),
            "poll": self._poll,
            "first_cursor": lambda: feed.first_cursor(client).to_json(),
            "counts": client.counts,
            "detect": lambda: capabilities.detect(client),
            "watched": lambda: hints.watched(client),
            "folders": lambda: [path.encode() for page in hints.folders(client) for path in page.paths.values()],
            "plugin_settings": lambda: json.dumps(plugin.plugin_page(client).settings, ensure_ascii=False).encode(),
            "image": lambda: client.image("/scene/1/screenshot", "etag"),
        }

    def _enqueue(self, found: Any) -> None:
        self._store.jobs.enqueue(found, priority=Priority.BULK, origin="fuzz", now=1.0)

    def _poll(self) -> None:
        polled = feed.poll(self._client, CURSOR, ABLE)
        self._keep(polled.scenes)
        self._name(polled.entities)
        for stamp in polled.scene_ids.values():
            timestamps.instant(stamp)
        self._store.state.put(state.CURSOR, polled.cursor.to_json())
        feed.Cursor.from_json(polled.cursor.to_json()).bound.encode()

    def _keep(self, found: Any) -> None:
        for scene in found:
            self._keep_one(scene)

    def _keep_one(self, scene: Scene) -> None:
        desired = desire(scene, RULES)
        fingerprint(desired, RULES)
        json.dumps({of.value: value for of, value in desired.fields.items()}, ensure_ascii=False).encode()
        files = [FileRow(file.path, file.path, file.size) for file in scene.files]
        self._store.scenes.remember(scene, content(scene), columns(scene), files, 0.0)
        repr(scene).encode()

    def _name(self, found: Any) -> None:
        for one in found:
            row = EntityRow(one.id, one.name, one.parent_id or 0, one.updated_at)
            self._store.scenes.remember_entities(one.kind, [row])


@contextlib.contextmanager
def opened() -> Iterator[Target]:
    """The target, with a server to answer and a store to write to."""
    seeds: dict[str, list[Any]] = json.loads((SEEDS / "stash.json").read_text("utf-8"))
    everything = [document for documents in seeds.values() for document in documents]
    with (
        tempfile.TemporaryDirectory() as folder,
        answering() as server,
        contextlib.closing(Store(Path(folder))) as store,
    ):
        client = StashClient(Connection(server.url), connect_timeout=5, read_timeout=5)
        reader = StashReader(client, store)
        yield Target(
            "stash",
            100,
            lambda rng: _make(rng, seeds, everything),
            lambda data: _run(data, server, reader, store),
            lambda: each_field(seeds),
        )
        client.close()


def _make(rng: Random, seeds: Mapping[str, list[Any]], everything: list[Any]) -> bytes:
    call = rng.choice([*seeds, "image"])
    documents = everything if rng.random() < 0.1 or call == "image" else seeds[call]
    return pack(call=call, status=rng.choice(STATUSES), body=noise.answer(rng, documents))


def _run(data: bytes, server: Answering, reader: StashReader, store: Store) -> None:
    given = unpack(data)
    server.say(given["status"], given["body"].encode("latin-1"), given.get("type", "application/json"))
    read(store, reader.calls[given["call"]])
