"""Everything the running server consists of, and what one request brings along."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from plexsync_simulators.stash.clock import Clock
from plexsync_simulators.stash.config import Config
from plexsync_simulators.stash.graphql.input_shapes import Shapes
from plexsync_simulators.stash.graphql.schema import Version
from plexsync_simulators.stash.library.database_file import Database
from plexsync_simulators.stash.library.tables import StashLibrary
from plexsync_simulators.stash.log import Log
from plexsync_simulators.stash.sessions import Session, Sessions
from plexsync_simulators.stash.switches import StashSwitches

if TYPE_CHECKING:
    from plexsync_simulators.stash.disk import Disk
    from plexsync_simulators.stash.jobs import Jobs
    from plexsync_simulators.stash.outside import Outside
    from plexsync_simulators.stash.plugins.hooks import Hooks
    from plexsync_simulators.stash.plugins.processes import Launcher
    from plexsync_simulators.stash.plugins.registry import Plugins
    from plexsync_simulators.stash.searching.searches import Searches


@dataclass(slots=True)
class Stash:
    """The parts of the server."""

    version: Version
    clock: Clock
    config: Config
    library: StashLibrary
    database: Database
    log: Log
    sessions: Sessions
    switches: StashSwitches
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
    """A resolver's knowledge of the request: the server, the address for links, and the asker."""

    stash: Stash
    base_url: str
    session: Session = field(default_factory=Session)
