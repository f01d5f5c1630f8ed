"""Run the simulated plex.tv: see `python -m plexsync_simulators.plextv --help`."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import os
import sys
from pathlib import Path

from aiohttp import web

from plexsync_simulators.plextv import control, pages
from plexsync_simulators.plextv.gate import PlexTvGate
from plexsync_simulators.plextv.server import PlexTv
from plexsync_simulators.plextv.switches import PlexTvSwitches
from plexsync_simulators.shared.lifetime import until_told_to_end
from plexsync_simulators.shared.switchboard import add_options, given


def main() -> int:
    """Serve until SIGTERM or SIGINT, or until the process that started us is gone."""
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(_serve(_parser().parse_args()))
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="plexsync_simulators.plextv", description="A simulated plex.tv.")
    parser.add_argument("--port", type=int, default=0, help="TCP port on 127.0.0.1, 0 for any")
    parser.add_argument("--account", type=Path, help='JSON file: {"resources": [row, …], "tokens": [token, …]}')
    add_options(parser, PlexTvSwitches)
    return parser


def _server(options: argparse.Namespace) -> PlexTv:
    switches = PlexTvSwitches()
    switches.set(given(switches, options))
    server = PlexTv(switches)
    if options.account:
        document = json.loads(options.account.read_text(encoding="utf-8"))
        server.accounts.resources = list(document.get("resources", ()))
        for token in document.get("tokens", ()):
            server.accounts.admit(token)
    return server


def application(server: PlexTv) -> web.Application:
    """The web application with all routes, those of plex.tv and the control API."""
    app = web.Application(middlewares=[PlexTvGate(server).middleware])
    for part in (pages, control):
        app.router.add_routes(part.routes(server))
    return app


async def _serve(options: argparse.Namespace) -> None:
    runner = web.AppRunner(application(_server(options)), access_log=None, handle_signals=False, shutdown_timeout=1.0)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", options.port).start()
    url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    sys.stdout.write(json.dumps({"url": url, "pid": os.getpid()}) + "\n")
    sys.stdout.flush()
    await until_told_to_end()
    await runner.cleanup()


if __name__ == "__main__":
    sys.exit(main())
