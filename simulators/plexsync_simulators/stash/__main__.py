"""Run the simulated Stash: see `python -m plexsync_simulators.stash --help`."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import os
import sys
from pathlib import Path

from plexsync_simulators.shared.lifetime import until_told_to_end
from plexsync_simulators.shared.switchboard import add_options, given, option_names
from plexsync_simulators.stash.application import Options, StashServer
from plexsync_simulators.stash.graphql.schema import VERSIONS
from plexsync_simulators.stash.switches import StashSwitches


def main() -> int:
    """Serve until SIGTERM or SIGINT, or until the process that started us is gone."""
    options = _options()
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(_serve(options))
    return 0


def _options() -> Options:
    parser = argparse.ArgumentParser(prog="plexsync_simulators.stash", description="A simulated Stash.")
    parser.add_argument("--port", type=int, default=0, help="TCP port on 127.0.0.1, 0 for any")
    parser.add_argument("--dir", type=Path, required=True, dest="folder", help="config folder, made if missing")
    parser.add_argument("--plugins", type=Path, help="plugins folder; default FOLDER/plugins")
    parser.add_argument("--library", type=Path, help="JSON file with the library to start with")
    parser.add_argument("--interface", type=Path, help="folder with the interface to serve: index.html and assets/")
    parser.add_argument("--version", default="v0.30.1", choices=VERSIONS, help="whose schema it has")
    parser.add_argument("--username", default="", help="ask for a login")
    parser.add_argument("--password", default="")
    parser.add_argument("--max-session-age", type=int, help="seconds a cookie is good for; default 3600")
    parser.add_argument("--timezone", default="UTC", help="the server's zone, as in Europe/Vienna")
    parser.add_argument(
        "--python",
        default=sys.executable,
        help="what python and python3 in a plugin's exec stand for; default: this one",
    )
    parser.add_argument("--tls-cert", type=Path, help="serve https with this certificate")
    parser.add_argument("--tls-key", type=Path)
    parser.add_argument("--hostile", action="store_true", help="set all hostile switches that go together")
    add_options(parser, StashSwitches)
    options = parser.parse_args()
    switches = given(StashSwitches, options)
    named = {name: value for name, value in vars(options).items() if name not in option_names(StashSwitches)}
    return Options(**named, switches=switches)


async def _serve(options: Options) -> None:
    server = StashServer(options)
    await server.listen()
    told = {"url": server.url, "pid": os.getpid(), "database": str(server.stash.config.database_path)}
    sys.stdout.write(json.dumps(told) + "\n")
    sys.stdout.flush()
    await until_told_to_end()
    await server.close()


if __name__ == "__main__":
    sys.exit(main())
