"""Sends edits to Plex, one after the other or a few at a time."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from plexsync.domain.errors import BadAnswer, Dropped, ItemError, ServerError
from plexsync.plex.edits import Edit
from plexsync.plex.items import Items
from plexsync.runtime.target import Target

_ACCIDENTS = frozenset({Dropped, BadAnswer})
"""These alone may befall one request; their kinds tell what is wrong with the server."""


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


class Sender:
    """For the worker's thread; it may have others wait for answers, and returns when all are there."""

    def __init__(self, target: Target, items: Items) -> None:
        self._target = target
        self._items = items

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

    def send(self, edits: Sequence[Edit]) -> tuple[Sent, ...]:
        """Send the edits of a round; raises a server's error when all of them have come to an end."""
        if len(edits) < 2:  # noqa: PLR2004  a single one needs no thread
            sent = tuple(map(self._send, edits))
        else:
            with ThreadPoolExecutor(len(edits), "plexsync-write") as pool:
                sent = tuple(pool.map(self._send, edits))
        for one in sent:
            if one.is_well:
                self._target.throttle.took(one.seconds, len(one.edit.rating_keys), time.monotonic())
        return sent

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
