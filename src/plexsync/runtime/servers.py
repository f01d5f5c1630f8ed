"""Both servers, each as a few protocols: real ones answer them over the network, a test may answer them in memory."""

from __future__ import annotations

from dataclasses import dataclass

from plexsync.plex.items import Items
from plexsync.plex.libraries import Libraries
from plexsync.plex.pictures import Pictures
from plexsync.stash.scene_reader import SceneReader


@dataclass(frozen=True, slots=True)
class Servers:
    """Stash's scenes, and the libraries, items and pictures of one Plex server."""

    scenes: SceneReader
    libraries: Libraries
    items: Items
    pictures: Pictures
