"""Run the simulated Plex Media Server: see `python -m plexsync_simulators.plex --help`."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import gc
import json
import os
import secrets
import ssl
import sys
import time
from pathlib import Path

from plexsync_simulators.plex.application import close, listen
from plexsync_simulators.plex.server import PlexServer
from plexsync_simulators.plex.switches import HOSTILE, Switches
from plexsync_simulators.plex.tokens import Tokens
from plexsync_simulators.shared.lifetime import until_told_to_end
from plexsync_simulators.shared.switchboard import add_options, given


def main() -> int:
    """Serve until SIGTERM or SIGINT, or until the process that started us is gone."""
    options = _parser().parse_args()
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(_serve(options))
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="plexsync_simulators.plex", description="A simulated Plex Media Server.")
    parser.add_argument("--port", type=int, default=0, help="TCP port on 127.0.0.1, 0 for any")
    parser.add_argument("--library", type=Path, help="JSON file with the sections and items to start with")
    parser.add_argument("--state", type=Path, help="JSON file to go on from, if there, and to write at the end")
    parser.add_argument("--token", default="simulated-token", help="the owner's token")
    parser.add_argument("--shared-token", help="a token of a person the server is shared with")
    parser.add_argument("--machine-id", help="40 hex digits; any if not given")
    parser.add_argument("--starting-seconds", type=float, default=0.0, help="how long it is starting at first")
    parser.add_argument("--tls-cert", type=Path, help="speak https too, with this certificate")
    parser.add_argument("--tls-key", type=Path)
    parser.add_argument("--odd-items", action="store_true", help="add items nobody would make up to every library")
    parser.add_argument("--hostile", action="store_true", help="set all hostile switches that go together")
    add_options(parser, Switches)
    return parser


def _server(options: argparse.Namespace) -> PlexServer:
    switches = Switches()
    if options.hostile:
        switches.set(HOSTILE)
    switches.set(given(switches, options))
    tokens = Tokens(owner={options.token}, shared={options.shared_token} if options.shared_token else set())
    server = PlexServer(options.machine_id or secrets.token_hex(20), tokens, switches)
    source = options.state if options.state and options.state.exists() else options.library
    if source:
        document = json.loads(source.read_text(encoding="utf-8"))
        server.load(document)
        server.machine_id = options.machine_id or document.get("machine_id") or server.machine_id
        # All that is loaded stays; the collector need not visit it again and again while requests wait.
        gc.collect()
        gc.freeze()
    if options.odd_items or options.hostile:
        server.add_oddities()
    server.starting_until = time.time() + options.starting_seconds
    return server


def _tls(options: argparse.Namespace) -> ssl.SSLContext | None:
    if options.tls_cert is None:
        return None
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(options.tls_cert, options.tls_key)
    return context


async def _serve(options: argparse.Namespace) -> None:
    server = _server(options)
    runner, port = await listen(server, options.port, _tls(options))
    sys.stdout.write(json.dumps({"url": f"http://127.0.0.1:{port}", "pid": os.getpid()}) + "\n")
    sys.stdout.flush()
    await until_told_to_end()
    await close(server, runner)
    if options.state:
        server.save(options.state)


if __name__ == "__main__":
    sys.exit(main())
