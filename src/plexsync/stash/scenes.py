"""Reads scenes and the entities they refer to, with the traps of Stash's queries in mind."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import count, pairwise

from plexsync.domain.errors import BadAnswer
from plexsync.domain.left_out import UNKNOWN, LeftOut
from plexsync.domain.model import EntityKind, Scene
from plexsync.net.decode import DECODE_ERRORS, misfit, text, text_if_any, whole
from plexsync.stash import parsing, queries, timestamps
from plexsync.stash.client import SERVER, Json, QueryFailed, StashClient, understood

BATCH = 200
"""How many scenes one query reads in full: a fifth of a second of Stash's time (timing.json)."""

PAGE = 1000
"""How many rows of a listing one query brings."""

ID_PAGE = 10_000
"""How many ids one query brings."""

ENTITY_PAGE = 5000
"""How many performers, studios, tags or groups one query brings: a few milliseconds a thousand (timing.json)."""

WITNESSES = 3
"""So many scenes that nobody asked for tell whether Stash fails at one scene or at all."""

_log = logging.getLogger("plexsync")


@dataclass(frozen=True, slots=True)
class Read:
    """Scenes by id, the ids that Stash has no scene for, and those it fails at, with its words."""

    scenes: Mapping[int, Scene]
    gone: frozenset[int]
    unreadable: Mapping[int, str]


@dataclass(frozen=True, slots=True)
class ScenePage:
    """A page of a listing: the ids of all its rows, which rise, and the scenes of those that make sense."""

    ids: tuple[int, ...]
    scenes: tuple[Scene, ...]
    left_out: tuple[LeftOut, ...] = ()


@dataclass(frozen=True, slots=True)
class NamedEntity:
    """A performer, studio, tag or group by itself; ``parent_id`` is the studio above a studio."""

    kind: EntityKind
    id: int
    name: str
    updated_at: str
    parent_id: int | None = None


def read(client: StashClient, ids: Sequence[int]) -> Read:
    """Read scenes in full, in batches of at most 200.

    No ids, no question: an empty list means "any 25" to Stash. A doubled id is asked for once. An id that is gone
    fails its whole batch, so such a batch takes three queries instead of one, however many are gone (recorded
    find_scenes_ids_*). A scene that Stash cannot answer for fails its batch too: the batch is halved until it stands
    alone. It is to blame if Stash answers for others; else :class:`BadAnswer` is raised. Raises as
    :meth:`StashClient.query`.
    """
    wanted = sorted(set(ids))
    reading = _Reading(client, frozenset(wanted))
    for start in range(0, len(wanted), BATCH):
        reading.read(wanted[start : start + BATCH])
    reading.close()
    gone = frozenset(wanted) - reading.found.keys() - reading.unreadable.keys()
    return Read(reading.found, gone, reading.unreadable)


class _Reading:
    """One reading of many scenes: what was found, and what cannot be read."""

    def __init__(self, client: StashClient, wanted: frozenset[int]) -> None:
        self._client = client
        self._wanted = wanted
        self._is_well = False
        self.found: dict[int, Scene] = {}
        self.unreadable: dict[int, str] = {}

    def read(self, ids: list[int]) -> None:
        """Read one batch, and after a refusal what is left of it."""
        if not ids:
            return
        try:
            answer = self._client.query(queries.SCENES_BY_ID, {"ids": ids})
        except QueryFailed as failure:
            self._read_apart(ids, failure)
            return
        with understood(self._client):
            self._take(answer["findScenes"]["scenes"], ids)

    def _read_apart(self, ids: list[int], failure: QueryFailed) -> None:
        if failure.is_about_something_gone:
            self.read(_without_gone(self._client, ids, failure))
        elif len(ids) == 1:
            self.unreadable[ids[0]] = "; ".join(failure.messages)
            self.close()  # where it fails at all of them, they are not asked for one by one
        else:
            middle = len(ids) // 2
            self.read(ids[:middle])
            self.read(ids[middle:])

    def _take(self, rows: list[Json], ids: Sequence[int]) -> None:
        """Take the scenes of an answer; one that makes no sense costs only itself.

        A scene that nobody asked for spoils the answer: it stands in the place of another, which would pass for gone.
        """
        found = {whole(row["id"]): _scene(row) for row in rows}
        if len(found) < len(rows) or not found.keys() <= set(ids):
            raise ValueError("other scenes than were asked for")
        self.unreadable.update((id_, misfit(scene)) for id_, scene in found.items() if isinstance(scene, Exception))
        self.found.update((id_, scene) for id_, scene in found.items() if isinstance(scene, Scene))

    def close(self) -> None:
        """Raise what is wrong with the server where it fails at all scenes, and at others that nobody asked for."""
        if self._is_well or self.found or not self.unreadable:
            return
        others = self._others()
        self._is_well = not others or any(map(self._can_read, others))
        if not self._is_well:
            words = next(iter(self.unreadable.values()))
            raise BadAnswer(server=SERVER, url=self._client.url, status="200", detail=words)

    def _others(self) -> list[int]:
        """Return a few scenes beside those that are wanted, if there are any."""
        beyond = self._ids(max(self._wanted), WITNESSES)
        before = self._ids(0, len(self._wanted) + WITNESSES) if len(beyond) < WITNESSES else []
        return [one for one in (*beyond, *before) if one not in self._wanted][:WITNESSES]

    def _ids(self, after: int, rows: int) -> list[int]:
        answer = self._client.query(queries.ALL_IDS, {"after": after, "rows": rows})
        with understood(self._client):
            return [whole(row["id"]) for row in answer["findScenes"]["scenes"]]

    def _can_read(self, scene_id: int) -> bool:
        try:
            answer = self._client.query(queries.SCENES_BY_ID, {"ids": [scene_id]})
        except QueryFailed as failure:
            return failure.is_about_something_gone
        with understood(self._client):
            return all(isinstance(_scene(row), Scene) for row in answer["findScenes"]["scenes"])


def _scene(row: Json) -> Scene | Exception:
    try:
        return parsing.scene(row)
    except DECODE_ERRORS as problem:
        return problem


def _without_gone(client: StashClient, ids: list[int], failure: QueryFailed) -> list[int]:
    data = client.query(queries.existing(ids))
    with understood(client):
        alive = [id_ for id_ in ids if data[f"s{id_}"] is not None]
    if len(alive) == len(ids):
        raise failure  # what is not found is no scene: nothing to leave out
    return alive


def listing(client: StashClient, page: int = PAGE) -> Iterator[ScenePage]:
    """Yield all scenes in order of their ids, a page at a time: their columns but details, and their files.

    Performers, tags, groups, the studio's name and the files' durations are left out: each would double the cost.
    Pages follow the id and not an offset: scenes that come, go or are edited meanwhile shift nothing (recorded
    find_scenes_keyset_*). A row that makes no sense is left out and named: it must not hide all others.
    """
    for rows in _pages(client, queries.LISTING, {}, page):
        found = _listed(rows)
        if not found.scenes and len(rows) > 1:  # then it is the answer that is wrong, and no row of it
            raise _nonsense(client, found.left_out[0].problem)
        yield found


def all_ids(client: StashClient, page: int = ID_PAGE) -> Iterator[tuple[int, ...]]:
    """Yield the ids of all scenes, which rise, ten thousand at a time; a listing would bring their files as well."""
    for rows in _pages(client, queries.ALL_IDS, {}, page):
        yield tuple(id_ for row in rows if (id_ := readable_id(row)) is not None)


def without_cover(client: StashClient, page: int = ID_PAGE) -> frozenset[int]:
    """Return the scenes whose cover is not in Stash's database: only these may have none.

    Source: docs/engineering/stash.md §4.5. Raises as :meth:`StashClient.query`.
    """
    rows = (row for rows in _pages(client, queries.WITHOUT_COVER, {}, page) for row in rows)
    return frozenset(id_ for row in rows if (id_ := readable_id(row)) is not None)


def _nonsense(client: StashClient, detail: str) -> BadAnswer:
    return BadAnswer(server=SERVER, url=client.url, status="200", detail=detail)


def _listed(rows: list[Json]) -> ScenePage:
    ids = tuple(id_ for row in rows if (id_ := readable_id(row)) is not None)
    scenes: list[Scene] = []
    left_out: list[LeftOut] = []
    for place, row in enumerate(rows):
        found = _listed_row(row, place)
        if isinstance(found, Scene):
            scenes.append(found)
        else:
            left_out.append(found)
    return ScenePage(ids, tuple(scenes), tuple(left_out))


def _listed_row(row: Json, place: int) -> Scene | LeftOut:
    try:
        return parsing.listed(row)
    except DECODE_ERRORS as problem:
        return _left_out(row, place, problem)


def _left_out(row: Json, place: int, problem: Exception) -> LeftOut:
    """Name a scene that is left out by what can be read of it."""
    own = row if isinstance(row, dict) else {}
    files = own.get("files")
    file = files[0] if isinstance(files, list) and files and isinstance(files[0], dict) else {}
    scene_id = readable_id(own)
    return LeftOut(
        server=SERVER,
        place="",
        key=str(scene_id) if scene_id is not None else f"{UNKNOWN}{place}",
        library="",
        title=text_if_any(own.get("title")),
        path=text_if_any(file.get("path")),
        problem=misfit(problem),
    )


def resolutions(client: StashClient, ids: Sequence[int]) -> dict[int, int]:
    """Return the pixels of each scene's largest file, 0 for one without files; raises server errors."""
    rows = client.query(queries.RESOLUTIONS, {"ids": [str(one) for one in ids]})["findScenes"]["scenes"] if ids else []
    with understood(client):
        return {
            whole(row["id"]): max((whole(file["width"]) * whole(file["height"]) for file in row["files"]), default=0)
            for row in rows
        }


def since(client: StashClient, moment: float) -> dict[int, str]:
    """Return the scenes created or updated at or after an instant (UTC seconds), each with its ``updated_at``.

    The server compares stamps as text, so it is asked from where the moment is earliest on any wall clock, and the
    answer is sorted out here by real instants.
    """
    return within(client, moment, None)


def within(client: StashClient, since: float | None, until: float | None) -> dict[int, str]:
    """Return the scenes created or updated in a range of instants, each with its ``updated_at``; as :func:`since`.

    ``since`` belongs to the range, ``until`` no more; None leaves an end open.
    """
    first = float("-inf") if since is None else int(since)
    beyond = float("inf") if until is None else until
    bound = timestamps.wall(float("-inf") if since is None else since, timestamps.WESTERNMOST)
    found = {}
    for criterion in ("updated_at", "created_at"):
        for row in changed_rows(client, criterion, bound):
            with understood(client):
                if first <= timestamps.instant(text_if_any(row.get(criterion))) < beyond:
                    found[whole(row["id"])] = text_if_any(row.get("updated_at"))
    return found


def changed_rows(client: StashClient, criterion: str, bound: str) -> Iterator[Json]:
    """Yield id, created_at and updated_at of the scenes whose stamp sorts above a bound, in order of their ids.

    ``criterion`` is "updated_at", "created_at" or "files" (a file's stamp; needs Capabilities.files_filter).
    """
    for rows in _pages(client, queries.scene_ids(criterion), {"stamp": above(bound)}, PAGE):
        yield from (row for row in rows if readable_id(row) is not None)


def created(client: StashClient, after: int) -> dict[int, str]:
    """Return the scenes that came after the one with this id, each with its ``updated_at``: no id is given twice."""
    pages = _pages(client, queries.NEWER, {}, PAGE, after)
    with understood(client):
        listed = ((readable_id(row), row) for rows in pages for row in rows)
        return {id_: text_if_any(row.get("updated_at")) for id_, row in listed if id_ is not None}


def above(bound: str) -> Json:
    """Return the criterion for stamps above a bound."""
    return {"value": bound, "modifier": "GREATER_THAN"}


def entities(client: StashClient, kind: EntityKind, rows: int = ENTITY_PAGE) -> dict[int, NamedEntity]:
    """Return all performers, studios, tags or groups by id, some thousands with a query."""
    return {entity.id: entity for entity in entity_rows(client, kind, None, rows)}


def entity_rows(
    client: StashClient, kind: EntityKind, bound: str | None, rows: int = ENTITY_PAGE
) -> Iterator[NamedEntity]:
    """Yield the entities of a kind whose stamp sorts above a bound, or all.

    Pages are counted, so of more than a page one may be passed over while others are deleted. A caller that takes it
    for gone looks at its scenes, and finds it again the next time.
    """
    given = None if bound is None else {"updated_at": above(bound)}
    for page in count(1):
        answer = client.query(queries.entities(kind), {"filter": given, "page": page, "rows": rows})
        with understood(client):
            (result,) = answer.values()
            found = list(result[f"{kind.value}s"])
        yield from sensible_entities(kind, found)
        if len(found) < rows:
            return


def sensible_entities(kind: EntityKind, rows: Iterable[Json]) -> Iterator[NamedEntity]:
    """Make entities of rows; one that makes no sense is left out and told in the log."""
    return filter(None, (_sensible_entity(kind, row) for row in rows))


def _sensible_entity(kind: EntityKind, row: Json) -> NamedEntity | None:
    try:
        return entity(kind, row)
    except DECODE_ERRORS as problem:
        _log.warning("a %s is left out, what Stash lists of it makes no sense: %s", kind.value, misfit(problem))
        return None


def entity(kind: EntityKind, row: Json) -> NamedEntity:
    """Make an entity of a row of an answer."""
    parent = row.get("parent_studio")
    return NamedEntity(
        kind,
        whole(row["id"]),
        text(row["name"]),
        text_if_any(row.get("updated_at")),
        None if parent is None else whole(parent["id"]),
    )


def _pages(client: StashClient, document: str, variables: Json, rows: int, after: int = 0) -> Iterator[list[Json]]:
    while True:
        answer = client.query(document, {**variables, "after": after, "rows": rows})
        with understood(client):
            page: list[Json] = list(answer["findScenes"]["scenes"])
            ids = [after, *(id_ for row in page if (id_ := readable_id(row)) is not None)]
            if any(later <= earlier for earlier, later in pairwise(ids)):
                raise ValueError("the ids of a listing do not rise")  # and the reading of it might never end
            if page and len(ids) == 1:
                raise ValueError("no row of a listing has an id")
        if page:
            yield page
        if len(page) < rows:
            return
        after = ids[-1]


def readable_id(row: Json) -> int | None:
    """Return the id of a row, None for one that has none."""
    try:
        return whole(row["id"])
    except DECODE_ERRORS:
        return None
