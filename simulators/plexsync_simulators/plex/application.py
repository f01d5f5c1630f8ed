"""The web application around a simulated server, and its life on a port."""

from __future__ import annotations

import asyncio
import ssl

from aiohttp import web

from plexsync_simulators.plex.control import items as control_items
from plexsync_simulators.plex.control import libraries as control_libraries
from plexsync_simulators.plex.control import server as control
from plexsync_simulators.plex.front import Front
from plexsync_simulators.plex.gate import PlexGate
from plexsync_simulators.plex.pages import items as pages_items
from plexsync_simulators.plex.pages import libraries as pages_libraries
from plexsync_simulators.plex.pages import personal as pages_personal
from plexsync_simulators.plex.pages import pictures as pages_pictures
from plexsync_simulators.plex.pages import sections as pages_sections
from plexsync_simulators.plex.pages import server as pages_server
from plexsync_simulators.plex.pages import watching as pages_watching
from plexsync_simulators.plex.pages.common import SWITCHES
from plexsync_simulators.plex.server import PlexServer

# A picture may be large; what a client may send as URL is limited by a switch, not by the HTTP parser.
_MAX_BODY = 64 * 1024 * 1024
_MAX_LINE = 1024 * 1024


def application(server: PlexServer) -> web.Application:
    """The web application with all routes, Plex's own and the control API."""
    app = web.Application(middlewares=[PlexGate(server).middleware], client_max_size=_MAX_BODY)
    app[SWITCHES] = server.switches
    plex = (pages_server, pages_libraries, pages_sections, pages_items)
    personal = (pages_personal, pages_pictures, pages_watching)
    for pages in (*plex, *personal, control, control_items, control_libraries):
        app.router.add_routes(pages.routes(server))
    return app


async def listen(server: PlexServer, port: int, tls: ssl.SSLContext | None = None) -> tuple[web.AppRunner, int]:
    """Listen on loopback; gives the runner (to clean up) and the port it got. With `tls` it speaks https as well."""
    app = application(server)
    runner = web.AppRunner(
        app,
        access_log=None,
        handle_signals=False,
        max_line_size=_MAX_LINE,
        max_field_size=_MAX_LINE,
        shutdown_timeout=1.0,
    )
    if tls is not None:
        return runner, await _listen_to_both(app, runner, port, tls)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", port).start()
    return runner, int(runner.addresses[0][1])


async def _listen_to_both(app: web.Application, runner: web.AppRunner, port: int, tls: ssl.SSLContext) -> int:
    front = Front(lambda: _protocol_of(runner), tls)
    app.on_shutdown.append(lambda _: front.close())
    await runner.setup()
    return front.open(port)


def _protocol_of(runner: web.AppRunner) -> asyncio.Protocol:
    if runner.server is None:
        raise RuntimeError("not listening")
    return runner.server()


async def close(server: PlexServer, runner: web.AppRunner) -> None:
    """Stop background work, hang up on listeners and stop listening."""
    await server.scans.close()
    server.hub.hang_up()
    await runner.cleanup()
