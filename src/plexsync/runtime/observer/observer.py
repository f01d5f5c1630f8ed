"""The observer: hands what happens to everybody who listens, in the thread in which it happens."""

from __future__ import annotations

from collections.abc import Callable

from plexsync.runtime.observer.happenings import Happening

Listener = Callable[[Happening], None]
"""Is told of everything; it must be quick, safe in any thread, and raise nothing."""


class Observer:
    """Tells its listeners what happens. Tell after a commit: what is rolled back has not happened."""

    def __init__(self, *listeners: Listener) -> None:
        self._listeners = listeners

    def tell(self, happening: Happening) -> None:
        """Tell all of them."""
        for listener in self._listeners:
            listener(happening)
