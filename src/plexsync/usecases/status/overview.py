"""The overview, where no living agent keeps it ready."""

from __future__ import annotations

import os
from pathlib import Path

from plexsync.overview.overview import Overview, overview_of
from plexsync.runtime.settings import read_settings
from plexsync.store.files.stash_files import StashFiles
from plexsync.usecases.data_folder import open_store
from plexsync.usecases.status.standing import agent_life

__all__ = ["Overview", "overview"]


def overview(folder: Path, now: float) -> Overview:
    """Gather all that the page's first view shows, from what is remembered; asks no server."""
    with open_store(folder) as store:
        settings = read_settings(folder, os.environ, StashFiles(folder).page)
        return overview_of(store, settings, agent_life(store, now), now)
