"""Everything the running server consists of, and what one request brings along."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from plexsync.sim.stash.clock import Clock
from plexsync.sim.stash.config import Config
from plexsync.sim.stash.database import Database
from plexsync.sim.stash.library import Library
from plexsync.sim.stash.log import Log
from plexsync.sim.stash.schema import Version
from plexsync.sim.stash.sessions import Session, Sessions
from plexsync.sim.stash.shapes import Shapes

if TYPE_CHECKING:
    from plexsync.sim.stash.disk import Disk
    from plexsync.sim.stash.hooks import Hooks
    from plexsync.sim.stash.jobs import Jobs
    from plexsync.sim.stash.outside import Outside
    from plexsync.sim.stash.plugins import Plugins
    from plexsync.sim.stash.processes import Launcher
    from plexsync.sim.stash.searches import Searches


@dataclass(slots=True)
class Stash:
    """The parts of the server."""

    version: Version
    clock: Clock
    config: Config
    library: Library
    database: Database
    log: Log
    sessions: Sessions
    shapes: Shapes
    searches: Searches
    disk: Disk
    outside: Outside
    plugins: Plugins
    launcher: Launcher
    hooks: Hooks
    jobs: Jobs


@dataclass(frozen=True, slots=True)
class Request:
    """What a resolver knows of the request: the server, the address to build links from, and who asks."""

    stash: Stash
    base_url: str
    session: Session = field(default_factory=Session)
