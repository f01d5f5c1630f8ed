"""Pages of the queue, in the order of the work."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from plexsync.agent.lock import is_held
from plexsync.domain.advice import LANE_MEANINGS
from plexsync.domain.person.lanes import QUEUED_LANES, Lane
from plexsync.store import Store
from plexsync.store.person.queue import Search
from plexsync.store.state import AGENT_STATUS, AgentStatus
from plexsync.usecases.data_folder import open_store
from plexsync.usecases.queue.rows import JobRow, rows_of

OPEN_LANES = (*QUEUED_LANES, Lane.DEAD)
"""All that is not done."""


@dataclass(frozen=True, slots=True)
class LaneCount:
    """How many jobs of a part of the queue fit the search; ``meaning`` says what is so of a scene in that part."""

    lane: Lane
    number: int
    meaning: str


@dataclass(frozen=True, slots=True)
class QueueRow:
    """A job in its part of the queue."""

    lane: Lane
    row: JobRow


@dataclass(frozen=True, slots=True)
class QueuePage:
    """Some jobs from ``offset`` on, and how many there are in all of the lanes that were asked for."""

    total: int
    offset: int
    lanes: tuple[LaneCount, ...]
    rows: tuple[QueueRow, ...]


def listed(
    folder: Path, lanes: Iterable[Lane] = OPEN_LANES, *, text: str = "", limit: int = 100, offset: int = 0
) -> QueuePage:
    """Return jobs of some parts of the queue; ``text`` is looked for in id, title, files and what holds them up."""
    with open_store(folder) as store:
        return page(store, lanes, text=text, limit=limit, offset=offset)


def page(store: Store, lanes: Iterable[Lane], *, text: str, limit: int, offset: int) -> QueuePage:
    """Return jobs of some parts of the queue."""
    described = store.state.get(AGENT_STATUS, AgentStatus())
    at_work = described.at_work if is_held(store.folder) else ()
    searches = [Search(lane, text.strip(), at_work) for lane in lanes]
    numbers = [store.queue.number(search) for search in searches]
    return QueuePage(
        total=sum(numbers),
        offset=offset,
        lanes=tuple(
            LaneCount(search.lane, number, LANE_MEANINGS[search.lane])
            for search, number in zip(searches, numbers, strict=True)
        ),
        rows=tuple(_rows(store, searches, numbers, limit, offset)),
    )


def _rows(store: Store, searches: list[Search], numbers: list[int], limit: int, offset: int) -> Iterator[QueueRow]:
    """Yield the rows of one page, which may begin in one part of the queue and end in another."""
    for search, number in zip(searches, numbers, strict=True):
        if limit > 0 and offset < number:
            found = store.queue.page(search, limit, offset)
            limit -= len(found)
            yield from (QueueRow(search.lane, row) for row in rows_of(found))
        offset = max(0, offset - number)
