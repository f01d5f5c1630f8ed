"""The feed's poll: what changed in Stash since the last one, in one request.

The caller has to do three things:

* Polls overlap, so they tell scenes again that are known. Compare the content (``scenes``) or the stamp
  (``scene_ids``) with what is remembered. Equal stamps prove nothing in the two seconds after them.
* If Stash's database moved and nothing of a poll is new, poll again with ``cursor.widened()``. Do so once in a while
  anyway, at least every ``cursor.WIDENED_BY`` seconds, and after Stash was away.
* ``clock_back``, ``ids_back``, ``vanished`` and what is still unexplained call for a full scan.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from plexsync.domain.errors import BadAnswer
from plexsync.domain.model import EntityKind, Scene
from plexsync.net.decode import DECODE_ERRORS, text_if_any, whole
from plexsync.stash import parsing, queries, timestamps
from plexsync.stash.capabilities import Capabilities
from plexsync.stash.changes.cursor import Cursor
from plexsync.stash.client import SERVER, Answer, Json, StashClient, understood
from plexsync.stash.scenes import (
    NamedEntity,
    above,
    changed_rows,
    created,
    entity_rows,
    readable_id,
    sensible_entities,
)

__all__ = ["Cursor", "FeedPoll", "first_cursor", "poll"]


@dataclass(frozen=True, slots=True)
class FeedPoll:
    """The findings of one poll.

    ``scenes``: the most recently changed ones, in full. ``scene_ids``: those beyond, and new ones with an old stamp (an
    import), each with its ``updated_at``.
    ``file_changes``: those of both that may differ though their stamp does not, because a file of theirs was moved or
    read again, each with its files' newest stamp. ``entities``: changed performers, studios, tags and groups.
    ``vanished``: kinds ("scene", "performer", …) of which some were deleted or merged. ``ids_back``: the newest scene
    is gone; after a full import or a restored database any scene may be another one. ``clock_back``: the server's clock
    was set back, so changes may have been missed. ``cursor``: where the next poll goes on. ``cost_seconds``: how long
    Stash was kept busy.
    """

    scenes: tuple[Scene, ...]
    scene_ids: Mapping[int, str]
    file_changes: Mapping[int, str]
    entities: tuple[NamedEntity, ...]
    vanished: frozenset[str]
    ids_back: bool
    clock_back: bool
    cursor: Cursor
    cost_seconds: float


def first_cursor(client: StashClient) -> Cursor:
    """Return a cursor that starts now; earlier changes are a full scan's to find."""
    answer = client.ask(queries.COUNTS)
    asked = _clock(client, answer) - answer.seconds
    with understood(client):
        counts, newest = _marks(answer.data)
    return Cursor(since=asked, clock=asked, zone=None, counts=counts, newest=newest)


def poll(client: StashClient, cursor: Cursor, capabilities: Capabilities) -> FeedPoll:
    """Ask what changed since a cursor: one request, and one per thousand scenes beyond the first few.

    Raises as :meth:`StashClient.ask`; the cursor is then still the one to use.
    """
    with understood(client):
        return _poll(client, cursor, capabilities)


def _poll(client: StashClient, cursor: Cursor, capabilities: Capabilities) -> FeedPoll:
    began = time.monotonic()
    answer = client.ask(queries.poll(files=capabilities.files_filter), {"stamp": above(cursor.bound)})
    scenes, rest = _scenes(_rows(answer.data, "scenes") + _rows(answer.data, "files"))
    rest |= {whole(row["id"]): _stamp(row) for row in _beyond(client, answer.data, "scenes", cursor.bound)}
    beyond = _beyond(client, answer.data, "files", cursor.bound)
    moved = {whole(row["id"]): row for row in [*_rows(answer.data, "files"), *beyond]}
    entities = tuple(one for kind in EntityKind for one in _entities(client, answer.data, kind, cursor.bound))
    stamps = [*(scene.updated_at for scene in scenes.values()), *rest.values(), *(one.updated_at for one in entities)]
    clock = _clock(client, answer)
    counts, newest = _marks(answer.data)
    known = cursor.newest[queries.SCENE]
    if sum(id_ > known for id_ in scenes.keys() | rest.keys()) < newest[queries.SCENE] - known:
        rest |= created(client, known)
    return FeedPoll(
        scenes=tuple(scenes.values()),
        scene_ids={
            id_: stamp
            for id_, stamp in {**rest, **{id_: _stamp(row) for id_, row in moved.items()}}.items()
            if id_ not in scenes
        },
        file_changes={id_: _newest_file(row) for id_, row in moved.items()},
        entities=entities,
        vanished=cursor.vanished(counts, newest),
        ids_back=newest[queries.SCENE] < cursor.newest[queries.SCENE],
        clock_back=cursor.set_back(clock),
        cursor=cursor.advanced(asked=clock - answer.seconds, clock=clock, stamps=stamps, counts=counts, newest=newest),
        cost_seconds=time.monotonic() - began,
    )


def _rows(data: Json, alias: str) -> list[Json]:
    """Return the rows that tell which scene they are about."""
    listed = data[alias]["scenes"] if alias in data else []
    return [row for row in listed if readable_id(row) is not None]


def _scenes(rows: Iterable[Json]) -> tuple[dict[int, Scene], dict[int, str]]:
    """Make scenes of rows. Of one that makes no sense only id and stamp are told: its own reading will name it."""
    scenes: dict[int, Scene] = {}
    rest: dict[int, str] = {}
    for row in rows:
        scene = _scene(row)
        if scene is None:
            rest[whole(row["id"])] = _stamp(row)
        else:
            scenes[scene.id] = scene
    return scenes, rest


def _scene(row: Json) -> Scene | None:
    try:
        return parsing.scene(row)
    except DECODE_ERRORS:
        return None


def _stamp(row: Json) -> str:
    return text_if_any(row.get("updated_at"))


def _beyond(client: StashClient, data: Json, alias: str, bound: str) -> list[Json]:
    """Ask for the ids of scenes that did not fit into the answer."""
    if alias not in data or whole(data[alias]["count"]) <= len(data[alias]["scenes"]):
        return []
    return list(changed_rows(client, "updated_at" if alias == "scenes" else alias, bound))


def _newest_file(row: Json) -> str:
    """Return the newest stamp of a scene's files, "" where none can be read."""
    files = row.get("files")
    rows = [file for file in files if isinstance(file, dict)] if isinstance(files, list) else []
    return max(map(_stamp, rows), key=timestamps.instant, default="")


def _entities(client: StashClient, data: Json, kind: EntityKind, bound: str) -> tuple[NamedEntity, ...]:
    result = data[kind.value]
    rows = result[f"{kind.value}s"]
    if whole(result["count"]) > len(rows):
        return tuple(entity_rows(client, kind, bound))
    return tuple(sensible_entities(kind, rows))


def _marks(data: Json) -> tuple[dict[str, int], dict[str, int]]:
    counts, newest = {}, {}
    for kind in queries.KINDS:
        result = data[queries.count_alias(kind)]
        counts[kind] = whole(result["count"])
        newest[kind] = max((whole(row["id"]) for row in result[f"{kind}s"]), default=0)
    return counts, newest


def _clock(client: StashClient, answer: Answer) -> float:
    if answer.clock is None:
        raise BadAnswer(server=SERVER, url=client.url, status="200", detail="no Date header in the answer")
    return answer.clock
