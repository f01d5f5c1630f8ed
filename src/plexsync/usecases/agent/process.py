"""Being the agent: the process that brings each change to Plex."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TextIO

from plexsync.agent.lock import is_held
from plexsync.agent.log import LOG_NAME
from plexsync.agent.process import run
from plexsync.usecases.data_folder import usable
from plexsync.usecases.refusal import Refused

_OTHER_AGENT = 3


def serve(folder: Path, plugin: Path | None, echo: TextIO | None, announce: Callable[[str], None]) -> None:
    """Be the agent of a data folder until told to end.

    ``plugin`` is the installed plugin's folder, whose fate the agent shares; ``echo`` gets the log as well.
    ``announce`` hears the log file's name before the work begins. Raises settings errors and :class:`Refused`.
    """
    with usable(folder):
        if not is_held(folder):
            announce(LOG_NAME)
        code = run(folder, plugin, echo)
    if code == _OTHER_AGENT:
        raise Refused("other_agent", {"path": str(folder)})
