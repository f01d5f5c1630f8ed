"""The hook starts this apart from Stash: the agent."""

from __future__ import annotations

from pathlib import Path

from plexsync.domain.errors import PlexSyncError
from plexsync.usecases.agent_process import serve
from plexsync.usecases.refusal import Refused

UNUSABLE, OTHER_AGENT = 4, 3


def agent_main(arguments: list[str], plugin_dir: str) -> int:
    """Be the agent of the data folder named in ``arguments`` until it ends; return the exit code."""
    try:
        serve(Path(arguments[0]), Path(plugin_dir), None, lambda _: None)
    except Refused:
        return OTHER_AGENT
    except PlexSyncError:
        return UNUSABLE  # nobody hears this process: its log says why
    return 0
