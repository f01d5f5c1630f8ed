"""What PlexSync's script in Stash's page asks for by ``runPluginOperation``."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from plexsync.stash_plugin.task_context import Errand
from plexsync.usecases.status import status


def wake(errand: Errand) -> Any:
    """Have the agent look at its settings again; the door has started it if it was not running."""
    errand.store.commands.ask("wake", {}, errand.now())
    return "ok"


def show_status(errand: Errand) -> Any:
    """Return how things stand."""
    return status(errand.store, errand.folder, errand.now()).to_json()


OPERATIONS: Mapping[str, Callable[[Errand], Any]] = {"wake": wake, "status": show_status}
