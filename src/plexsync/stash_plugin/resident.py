"""The hook starts these apart from Stash: the agent, and a preview."""

from __future__ import annotations

import logging
import time
from pathlib import Path

from plexsync.domain.errors import PlexSyncError
from plexsync.usecases.agent.process import serve
from plexsync.usecases.preview.maker import make_preview
from plexsync.usecases.refusal import Refused
from plexsync.usecases.setup.kept_preview import is_of_set_up, make_setup_preview

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


def preview_main(arguments: list[str]) -> int:
    """Make the preview that was asked for in the data folder named in ``arguments``; return the exit code."""
    logging.getLogger().addHandler(logging.NullHandler())
    try:
        folder = Path(arguments[0])
        if is_of_set_up(folder, time.time()):
            make_setup_preview(folder, time.time)
        else:
            make_preview(folder, show=lambda *_: None, now=time.time)
    except (Refused, PlexSyncError):
        return UNUSABLE  # how it ended is kept beside the preview
    return 0
