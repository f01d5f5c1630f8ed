"""A moment in the worker's way through a batch at which a test comes between."""

from __future__ import annotations

import threading
from collections.abc import Callable


class Moment(threading.Event):
    """A stop that never comes; at the n-th time the worker asks for it, between two steps, something happens."""

    def __init__(self, number: int, happens: Callable[[], None]) -> None:
        super().__init__()
        self.left = number
        self._happens = happens

    def is_set(self) -> bool:
        self.left -= 1
        if self.left == 0:
            self._happens()
        return False
