"""Answers of Plex: read, indexed, merged and turned into edits, as the agent does."""

from __future__ import annotations

import contextlib
import json
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from random import Random
from typing import Any

import noise
from answering import Answering, answering
from server_target import each_field, read
from target import SEEDS, Target, Wrong, pack, unpack

from plexsync.domain.merge.item import MergeRules, merge
from plexsync.domain.model import Artwork, Base, Desired, Field, Item, Policy, Section, Value
from plexsync.index.drift import has_ours
from plexsync.net.tls import Address
from plexsync.plex import artwork, library
from plexsync.plex.client import PlexClient
from plexsync.plex.edits import encode
from plexsync.plex.listening import event_stream
from plexsync.plex.picture_conversion import Picture
from plexsync.store import Store
from plexsync.store.cover import Cover
from plexsync.store.links import SyncRecord
from plexsync.store.state import MACHINE_ID

SECTION = Section("1", "Movies", "movie", ("/media",))
RULES = MergeRules(dict.fromkeys(Field, Policy.MERGE))
FIELDS: dict[Field, Value] = {
    **dict.fromkeys(Field, "x"),
    Field.DATE: "2024-05-01",
    Field.RATING: "8.5",
    **dict.fromkeys((Field.ACTORS, Field.GENRES, Field.DIRECTORS, Field.COLLECTIONS, Field.LABELS), ("A", "é")),
}
DESIRED = Desired(1, FIELDS, "stem", {"A": "http://s/performer/1/image"})
STATUSES = (200, 200, 200, 200, 200, 200, 200, 400, 401, 403, 404, 498, 500, 503)


class PlexReader:
    """Asks as the agent does and goes on with what it is told."""

    def __init__(self, client: PlexClient, store: Store) -> None:
        self._client = client
        self._store = store
        self.calls: Mapping[str, Callable[[], object]] = {
            "identity": self._identity,
            "sections": self._sections,
            "listing": lambda: self._index(library.listing(client, SECTION, page=3)),
            "listing_since": lambda: self._index(library.listing(client, SECTION, since=5, page=3)),
            "total": lambda: library.total(client, SECTION),
            "items": lambda: self._plan(library.items(client, ["1", "2"]).values()),
            "scan": lambda: library.scan(client, "1", "/media/a b"),
            "present": lambda: artwork.present(client, "1", Artwork.POSTER),
            "is_locked": lambda: artwork.is_locked(client, "1", Artwork.POSTER),
            "upload": lambda: artwork.bring(client, "1", Artwork.ART, Picture(b"x", "image/png"), sleep=lambda _: None),
            "listen": lambda: list(event_stream.listen(client, silence=5.0)),
        }

    def _identity(self) -> None:
        self._store.state.put(MACHINE_ID, library.identity(self._client).machine_id)

    def _sections(self) -> None:
        found = library.sections(self._client)
        for section in library.choose(found, ()):
            self._store.library.remember_section(section, 0, 0.0)

    def _index(self, pages: Iterable[Any]) -> None:
        for page in pages:
            self._store.library.put(page.items, 1)
            self._store.left_out.add(page.left_out)

    def _plan(self, items: Iterable[Item]) -> None:
        for item in items:
            plan = merge(DESIRED, item, Base(), RULES)
            for edit in encode([plan]):
                if f"id={item.rating_key}&" not in edit.query or not edit.path.isascii():
                    raise Wrong(f"{edit.path} {edit.query}")
            self._store.journal.plan([plan], {}, 1.0)
            self._store.links.remember(
                SyncRecord(1, item.rating_key, item.section_id, plan.base, "f", "r", item.updated_at, Cover(), 1.0)
            )
            has_ours(item, plan.base)


@contextlib.contextmanager
def opened() -> Iterator[Target]:
    """The target, with a server to answer and a store to write to."""
    seeds: dict[str, list[Any]] = json.loads((SEEDS / "plex.json").read_text("utf-8"))
    everything = [document for documents in seeds.values() for document in documents]
    with (
        tempfile.TemporaryDirectory() as folder,
        answering() as server,
        contextlib.closing(Store(Path(folder))) as store,
    ):
        client = PlexClient(Address(server.url), "token", connect_timeout=5, read_timeout=5, client_id="fuzz")
        reader = PlexReader(client, store)
        yield Target(
            "plex",
            100,
            lambda rng: _make(rng, seeds, everything),
            lambda data: _run(data, server, reader, store),
            lambda: each_field(seeds),
        )
        client.close()


def _make(rng: Random, seeds: Mapping[str, list[Any]], everything: list[Any]) -> bytes:
    call = rng.choice([*seeds, "upload", "listing_since", "scan"])
    documents = (
        everything if rng.random() < 0.1 else seeds.get({"listing_since": "listing"}.get(call, call), everything)
    )
    return pack(call=call, status=rng.choice(STATUSES), body=noise.answer(rng, documents))


def _run(data: bytes, server: Answering, reader: PlexReader, store: Store) -> None:
    given = unpack(data)
    body = given["body"].encode("latin-1")
    if given["call"] == "listen":
        lines = b"event: x\ndata: " + body.replace(b"\n", b"\ndata: ") + b"\n\n"
        server.say_until_closed(lines)
    else:
        server.say(given["status"], body)
    server.writes = 0
    read(store, reader.calls[given["call"]])
    if server.writes and given["call"] != "upload":
        raise Wrong("something was written on the strength of a bad answer")
