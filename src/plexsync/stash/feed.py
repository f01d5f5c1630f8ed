"""The feed's look: what changed in Stash since the last one, in one request.

How the bound of a look is chosen. Stash compares stamps as text in its own local time, so "above the newest stamp" is
blind when clocks are set back in autumn, when the server moves to another zone, and when a stamp lies in the future.
The cursor therefore keeps an *instant* (from the server's own clock, which stands in the Date header of every answer)
and the zone of the newest stamp seen; the bound is the wall clock of that zone at that instant, less an overlap.
Only a zone that moves westwards can hide a change from it. A :meth:`Cursor.widened` cursor forgets the zone and asks
from the westernmost wall clock there is: nothing hides from that one, and the zone is learnt anew.

What the caller has to do:

* The overlap tells scenes again that are known. Compare content (``Look.scenes``) or the stamp (``Look.scene_ids``;
  equal stamps prove nothing in the two seconds after it) with what is remembered.
* If Stash's database moved and nothing of a look is new, look again with ``cursor.widened()``; do so once in a while
  anyway, at least every WIDENED_BY seconds, and after Stash was away.
* ``Look.clock_back`` and what is still unexplained call for a pass over all scenes, as does ``Look.vanished``.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, replace

from plexsync.errors import BadAnswer
from plexsync.model import EntityKind, Scene
from plexsync.stash import parsing, queries, timestamps
from plexsync.stash.capabilities import Capabilities
from plexsync.stash.client import SERVER, Answer, Json, StashClient
from plexsync.stash.scenes import NamedEntity, above, changed_rows, entity, entity_rows

OVERLAP = 10.0
"""Seconds a look reaches behind the newest known stamp: stamps are made before their transaction commits."""

TRUST = 120.0
"""Seconds by which the Date header may run ahead of the stamps (another machine's clock, a long transaction)."""

WIDENED_BY = 3600.0
"""Seconds a widened cursor goes back, so how often at least to use one."""

_CLOCK_JITTER = 2.0


@dataclass(frozen=True, slots=True)
class Cursor:
    """How far the feed has read: opaque to all but this file, kept as JSON.

    ``since`` and ``clock`` are UTC seconds of the server's clock: up to when stamps are known, and what it said last.
    ``zone`` is the server's, in seconds east of UTC, None if unknown. ``counts`` and ``newest`` are the number of
    objects and the highest id by kind.
    """

    since: float
    clock: float
    zone: int | None
    counts: Mapping[str, int]
    newest: Mapping[str, int]

    def to_json(self) -> str:
        """Write it down."""
        return json.dumps(asdict(self), separators=(",", ":"))

    @classmethod
    def from_json(cls, text: str) -> Cursor:
        """Read what :meth:`to_json` wrote; raises ValueError for anything else."""
        try:
            return cls(**json.loads(text))
        except TypeError as error:
            raise ValueError("not a cursor") from error

    def widened(self) -> Cursor:
        """Return one that finds what was stamped in the last hour in any zone."""
        return replace(self, since=self.since - WIDENED_BY, zone=None)

    @property
    def bound(self) -> str:
        """The text above which the stamps of a look are."""
        return timestamps.wall(self.since - OVERLAP, timestamps.WESTERNMOST if self.zone is None else self.zone)


@dataclass(frozen=True, slots=True)
class Look:
    """What one look found.

    ``scenes``: the most recently changed ones, in full. ``scene_ids``: those beyond, each with its ``updated_at``.
    ``file_changes``: those of ``scene_ids`` that may differ though their stamp does not, because a file of theirs was
    moved or read again. ``entities``: changed performers, studios, tags and groups. ``vanished``: kinds ("scene",
    "performer", …) of which some were deleted or merged. ``clock_back``: the server's clock was set back, so changes
    may have been missed. ``cursor``: where the next look goes on. ``cost_seconds``: how long Stash was kept busy.
    """

    scenes: tuple[Scene, ...]
    scene_ids: Mapping[int, str]
    file_changes: frozenset[int]
    entities: tuple[NamedEntity, ...]
    vanished: frozenset[str]
    clock_back: bool
    cursor: Cursor
    cost_seconds: float


def first_cursor(client: StashClient) -> Cursor:
    """Return a cursor that starts now; what was before is a pass's to find."""
    answer = client.ask(queries.COUNTS)
    clock = _clock(client, answer)
    counts, newest = _marks(answer.data)
    return Cursor(since=clock - answer.seconds, clock=clock, zone=None, counts=counts, newest=newest)


def look(client: StashClient, cursor: Cursor, capabilities: Capabilities) -> Look:
    """Ask what changed since a cursor: one request, and one per thousand scenes beyond the first few.

    Raises as :meth:`StashClient.ask`; the cursor is then still the one to use.
    """
    began = time.monotonic()
    answer = client.ask(queries.look(files=capabilities.files_filter), {"stamp": above(cursor.bound)})
    scenes = {int(row["id"]): parsing.scene(row) for row in _rows(answer.data, "scenes") + _rows(answer.data, "files")}
    rest = _beyond(client, answer.data, "scenes", cursor.bound)
    moved = _beyond(client, answer.data, "files", cursor.bound)
    entities = tuple(one for kind in EntityKind for one in _entities(client, answer.data, kind, cursor.bound))
    stamps = [*(scene.updated_at for scene in scenes.values()), *rest.values(), *(one.updated_at for one in entities)]
    return Look(
        scenes=tuple(scenes.values()),
        scene_ids={id_: stamp for id_, stamp in {**rest, **moved}.items() if id_ not in scenes},
        file_changes=frozenset(moved.keys() - scenes.keys()),
        entities=entities,
        vanished=_vanished(cursor, answer.data),
        clock_back=_clock(client, answer) + _CLOCK_JITTER < cursor.clock,
        cursor=_next(cursor, _clock(client, answer), answer, stamps),
        cost_seconds=time.monotonic() - began,
    )


def _rows(data: Json, alias: str) -> list[Json]:
    return list(data[alias]["scenes"]) if alias in data else []


def _beyond(client: StashClient, data: Json, alias: str, bound: str) -> dict[int, str]:
    """Ask for the ids of scenes that did not fit into the answer."""
    if alias not in data or data[alias]["count"] <= len(data[alias]["scenes"]):
        return {}
    criterion = "updated_at" if alias == "scenes" else alias
    return {int(row["id"]): row["updated_at"] for row in changed_rows(client, criterion, bound)}


def _entities(client: StashClient, data: Json, kind: EntityKind, bound: str) -> tuple[NamedEntity, ...]:
    result = data[kind.value]
    rows = result[f"{kind.value}s"]
    if result["count"] > len(rows):
        return entity_rows(client, kind, bound)
    return tuple(entity(kind, row) for row in rows)


def _marks(data: Json) -> tuple[dict[str, int], dict[str, int]]:
    counts, newest = {}, {}
    for kind in queries.KINDS:
        result = data[queries.count_alias(kind)]
        counts[kind] = int(result["count"])
        newest[kind] = max((int(row["id"]) for row in result[f"{kind}s"]), default=0)
    return counts, newest


def _vanished(cursor: Cursor, data: Json) -> frozenset[str]:
    """Name the kinds that grew by less than their ids did: Stash never gives an id twice."""
    counts, newest = _marks(data)
    return frozenset(
        kind
        for kind in queries.KINDS
        if newest[kind] < cursor.newest[kind] or counts[kind] - cursor.counts[kind] < newest[kind] - cursor.newest[kind]
    )


def _next(cursor: Cursor, clock: float, answer: Answer, stamps: Iterable[str]) -> Cursor:
    """Go on from the newest stamp that is not in the future, or from the clock where that one is long past."""
    asked = clock - answer.seconds
    past = [stamp for stamp in stamps if timestamps.instant(stamp) <= clock + _CLOCK_JITTER]
    newest = max(past, key=timestamps.instant, default=None)
    since = asked - TRUST if newest is None else max(timestamps.instant(newest), asked - TRUST)
    counts, ids = _marks(answer.data)
    return Cursor(
        since=min(asked, since),
        clock=clock,
        zone=cursor.zone if newest is None else timestamps.zone(newest),
        counts=counts,
        newest=ids,
    )


def _clock(client: StashClient, answer: Answer) -> float:
    if answer.clock is None:
        raise BadAnswer(server=SERVER, url=client.url, status="200", detail="no Date header in the answer")
    return answer.clock
