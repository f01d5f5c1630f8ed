"""Sends edits to Plex, one after the other or a few at a time."""

from __future__ import annotations

import time
from collections.abc import Collection, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from typing import Protocol

from plexsync.domain.errors import BadAnswer, Dropped, ItemError, ServerError
from plexsync.plex.edits import Edit
from plexsync.plex.items import Items
from plexsync.runtime.target import Target

_ACCIDENTS = frozenset({Dropped, BadAnswer})
"""These alone may befall one request; their kinds tell what is wrong with the server."""

MOST_AT_ONCE = 4
"""The setting ``parallel_writes`` allows no more."""

HEAD_START = 0.002
"""So many seconds later a request has gone out."""


@dataclass(frozen=True, slots=True)
class Sent:
    """An edit that was sent, and how long it took: all went well, or Plex refused it, or an accident befell it.

    After an accident it is not known whether the edit has arrived.
    """

    edit: Edit
    seconds: float
    refusal: ItemError | None = None
    accident: ServerError | None = None

    @property
    def is_well(self) -> bool:
        """Tell whether Plex took it."""
        return self.refusal is None and self.accident is None


class Meanwhile(Protocol):
    """Work that is done in little parts while edits are on their way."""

    @property
    def has_work(self) -> bool:
        """Tell whether there is any now."""

    def go_on(self) -> None:
        """Do a little of it."""


class Sender:
    """For the worker's thread; it may have others wait for answers, and returns when all are there.

    The last edits ``lasted`` so many seconds.
    """

    def __init__(self, target: Target, items: Items) -> None:
        self._target = target
        self._items = items
        self._pool = ThreadPoolExecutor(MOST_AT_ONCE, "plexsync-write")
        self.lasted = 0.0

    def rounds(self, edits: Sequence[Edit]) -> Iterator[tuple[Edit, ...]]:
        """Cut edits, in their order, into what may be sent at once: no item is in a round twice."""
        most, together = int(self._target.settings.number("parallel_writes")), list[Edit]()
        for edit in edits:
            keys = {key for other in together for key in other.rating_keys}
            if len(together) == most or not keys.isdisjoint(edit.rating_keys):
                yield tuple(together)
                together = []
            together.append(edit)
        if together:
            yield tuple(together)

    def send(self, edits: Sequence[Edit], meanwhile: Meanwhile | None = None) -> tuple[Sent, ...]:
        """Send the edits of a round, and do something else meanwhile.

        Raises a server's error when all of them have come to an end.
        """
        began = time.monotonic()
        if len(edits) < 2 and (meanwhile is None or not meanwhile.has_work):  # noqa: PLR2004  one needs no thread
            sent = tuple(map(self._send, edits))
        else:
            on_their_way = self._begin(edits)
            try:
                self._go_on(on_their_way, began, meanwhile)
            finally:
                wait(on_their_way)
            sent = tuple(one.result() for one in on_their_way)
        for one in sent:
            if one.is_well:
                self._target.throttle.took(one.seconds, len(one.edit.rating_keys), time.monotonic())
        self.lasted = max((one.seconds for one in sent), default=self.lasted)
        return sent

    def _begin(self, edits: Sequence[Edit]) -> tuple[Future[Sent], ...]:
        """Let threads send edits; where none is to be had, no edit is left to go out when it is outdated."""
        try:
            return tuple(self._pool.submit(self._send, edit) for edit in edits)
        except RuntimeError:
            self._pool.shutdown(cancel_futures=True)
            self._pool = ThreadPoolExecutor(MOST_AT_ONCE, "plexsync-write")
            raise

    def _go_on(self, edits: Collection[Future[Sent]], began: float, meanwhile: Meanwhile | None) -> None:
        """Do something else while edits are on their way, for half of the time that they take.

        The threads that send need the interpreter as well: at the beginning, and when the answers come.
        """
        if meanwhile is None or not wait(edits, HEAD_START).not_done:
            return
        while meanwhile.has_work and time.monotonic() - began < self.lasted / 2:
            meanwhile.go_on()

    def _send(self, edit: Edit) -> Sent:
        began = time.monotonic()
        try:
            self._items.send(edit)
        except ItemError as refusal:
            return Sent(edit, time.monotonic() - began, refusal)
        except (Dropped, BadAnswer) as accident:
            if type(accident) not in _ACCIDENTS:
                raise
            return Sent(edit, time.monotonic() - began, accident=accident)
        return Sent(edit, time.monotonic() - began)
