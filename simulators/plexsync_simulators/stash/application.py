"""Puts the server together and listens."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import json
import ssl
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from aiohttp import web

from plexsync_simulators.shared.faults import Faults
from plexsync_simulators.shared.request_log import RequestLog
from plexsync_simulators.shared.trouble import Trouble
from plexsync_simulators.stash.clock import Clock
from plexsync_simulators.stash.config import Config
from plexsync_simulators.stash.control.server import StashControl
from plexsync_simulators.stash.disk import Disk
from plexsync_simulators.stash.graphql import schema
from plexsync_simulators.stash.graphql.engine import Engine
from plexsync_simulators.stash.graphql.input_shapes import Shapes
from plexsync_simulators.stash.jobs import Jobs
from plexsync_simulators.stash.library import oddities
from plexsync_simulators.stash.library.database_file import Database
from plexsync_simulators.stash.library.loading import Loader
from plexsync_simulators.stash.library.tables import StashLibrary
from plexsync_simulators.stash.log import Log
from plexsync_simulators.stash.outside import Outside
from plexsync_simulators.stash.plugins.hooks import Hooks
from plexsync_simulators.stash.plugins.processes import Launcher
from plexsync_simulators.stash.plugins.registry import Plugins
from plexsync_simulators.stash.reading.fields import all_fields
from plexsync_simulators.stash.resolvers.all import all_resolvers
from plexsync_simulators.stash.searching.searches import make_searches
from plexsync_simulators.stash.sessions import Sessions
from plexsync_simulators.stash.state import Stash
from plexsync_simulators.stash.switches import HOSTILE, StashSwitches
from plexsync_simulators.stash.web import images
from plexsync_simulators.stash.web.access import Access
from plexsync_simulators.stash.web.gate import StashGate
from plexsync_simulators.stash.web.graphql import GraphQL
from plexsync_simulators.stash.web.interface import Interface
from plexsync_simulators.stash.web.pages import WebPages

# Covers in base64 come inside mutations.
_LARGEST_BODY = 64 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Options:
    """The options of the command line."""

    folder: Path
    plugins: Path | None = None
    library: Path | None = None
    interface: Path | None = None
    version: str = "v0.30.1"
    username: str = ""
    password: str = ""
    max_session_age: int | None = None
    timezone: str = "UTC"
    python: str = sys.executable
    hostile: bool = False
    switches: Mapping[str, object] = field(default_factory=dict)
    port: int = 0
    tls_cert: Path | None = None
    tls_key: Path | None = None


class StashServer:
    """The running server: made, then listened on, then closed."""

    def __init__(self, options: Options) -> None:
        self._options = options
        version = schema.version(options.version)
        graphql_schema = schema.load(options.version)
        self.stash = _stash(options, version, Shapes(graphql_schema))
        self._trouble = Trouble(Faults("operation"))
        self._engine = Engine(graphql_schema, all_fields(), all_resolvers())
        self._runner: web.AppRunner | None = None
        self._site: web.TCPSite | None = None
        self._worker: asyncio.Task[None] | None = None
        self._tidier: asyncio.Task[None] | None = None
        self._return: asyncio.Task[None] | None = None

    @property
    def url(self) -> str:
        """Where it listens."""
        config = self.stash.config
        return f"{config.scheme}://{config.host}:{config.port}"

    async def listen(self) -> None:
        """Open the port and start doing jobs."""
        config = self.stash.config
        # A client that goes away takes its running hooks with it (tests/recordings/stash/plugin-loading.md §7).
        self._runner = web.AppRunner(
            self._application(), handler_cancellation=True, access_log=None, shutdown_timeout=0.5
        )
        await self._runner.setup()
        await self._open_port(self._runner, self._options.port)
        config.port = int(self._runner.addresses[0][1])
        config.scheme = "https" if self._options.tls_cert else "http"
        self._begin()

    async def restart(
        self, caller: asyncio.BaseTransport | None, seconds: float, *, clean: bool, restore: bool
    ) -> None:
        """End as a process does, all connections but the caller's cut, and begin again after so many seconds."""
        if self._site is None or self._runner is None or self._runner.server is None:
            return
        await self._site.stop()
        for connection in self._runner.server.connections:
            if connection.transport is not None and connection.transport is not caller:
                connection.transport.abort()
        await _cancel(self._worker)
        await _cancel(self._tidier)
        self.stash.jobs.stop_all()
        if clean:
            self.stash.database.close()
        else:
            self.stash.database.abandon()
        if restore and self.stash.outside.backup is not None:
            self.stash.library.restore(self.stash.outside.backup)
            self.stash.database.replace()
        self._return = asyncio.create_task(self._come_back(self._runner, seconds, reopen=clean or restore))

    async def close(self) -> None:
        """End; plugins that run are not told and keep running."""
        await _cancel(self._return)
        await _cancel(self._worker)
        await _cancel(self._tidier)
        if self._runner is not None:
            await self._runner.cleanup()
        self.stash.database.close()

    async def _come_back(self, runner: web.AppRunner, seconds: float, *, reopen: bool) -> None:
        await asyncio.sleep(seconds)
        if reopen:
            self.stash.database.reopen()
        self.stash.jobs = Jobs(self.stash.clock, self.stash.log)
        self._begin()
        await self._open_port(runner, self.stash.config.port)

    async def _open_port(self, runner: web.AppRunner, port: int) -> None:
        tls = _tls(self._options)
        self._site = web.TCPSite(runner, self.stash.config.host, port, ssl_context=tls)
        await self._site.start()

    def _begin(self) -> None:
        self.stash.plugins.reload()
        self._worker = asyncio.create_task(self.stash.jobs.work())
        self._tidier = asyncio.create_task(self._tidy())

    async def _tidy(self) -> None:
        while True:
            await asyncio.sleep(1.0)
            self.stash.database.tidy()

    def _application(self) -> web.Application:
        stash, requests = self.stash, RequestLog("kinds", "operations")
        access = Access(stash.config, stash.sessions)
        gate = StashGate(stash, access, GraphQL(stash, self._engine), requests, self._trouble)
        application = web.Application(middlewares=[gate.middleware], client_max_size=_LARGEST_BODY)
        application.add_routes(StashControl(stash, requests, self._trouble, self.restart).routes())
        application.add_routes(images.routes(stash))
        application.add_routes(WebPages(stash, access, Interface(self._options.interface)).routes())
        return application


async def _cancel(task: asyncio.Task[None] | None) -> None:
    if task is not None:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task


def _stash(options: Options, version: schema.Version, shapes: Shapes) -> Stash:
    clock = Clock(options.timezone)
    log = Log(clock)
    config = _config(options)
    library = StashLibrary(clock)
    if options.library is not None:
        _load(library, options.library)
    if options.hostile:
        oddities.add(library)
    sessions = Sessions(config, clock)
    plugins = Plugins(config, log)
    launcher = Launcher(log, options.python)
    config.python_path = options.python
    return Stash(
        version=version,
        clock=clock,
        config=config,
        library=library,
        database=Database(config.database_path),
        log=log,
        sessions=sessions,
        switches=_switches(options),
        shapes=shapes,
        searches=make_searches(),
        disk=Disk(),
        outside=Outside(),
        plugins=plugins,
        launcher=launcher,
        hooks=Hooks(config, sessions, plugins, launcher, log),
        jobs=Jobs(clock, log),
    )


def _switches(options: Options) -> StashSwitches:
    switches = StashSwitches()
    switches.set({**(HOSTILE if options.hostile else {}), **options.switches})
    return switches


def _load(library: StashLibrary, path: Path) -> None:
    """Load a library of any size; its rows are kept out of the collector's sight, which would walk them for ever."""
    gc.disable()
    document = json.loads(path.read_text("utf-8"))
    loader, scenes = Loader(library), document.pop("scenes", [])
    loader.load(document)
    # Each goes as it is loaded, so that a large library is in memory only once.
    scenes.reverse()
    while scenes:
        loader.scene(scenes.pop())
    gc.freeze()
    gc.enable()


def _config(options: Options) -> Config:
    folder = options.folder.resolve()
    folder.mkdir(parents=True, exist_ok=True)
    config = Config(folder, (options.plugins or folder / "plugins").resolve())
    config.read()
    if options.username or options.password:
        config.username, config.password = options.username, options.password
    if options.max_session_age is not None:
        config.max_session_age = options.max_session_age
    config.plugins_path.mkdir(parents=True, exist_ok=True)
    config.save()
    return config


def _tls(options: Options) -> ssl.SSLContext | None:
    if options.tls_cert is None or options.tls_key is None:
        return None
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(options.tls_cert, options.tls_key)
    return context
