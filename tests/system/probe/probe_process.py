"""A probe as a process of its own, by a clock that runs faster: to be killed at any request.

`probe_process.py FOLDER KEY` writes to an item; it prints its process id, waits for a line, and begins.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

from probe_stage import fast_clock

from plexsync.usecases.opening import open_data
from plexsync.usecases.probe.picking import pick
from plexsync.usecases.probe.run import Conduct, with_item


def main(folder: str, key: str) -> int:
    with open_data(Path(folder), {}) as opened:
        picked = pick(opened, f"plex:{key}")
        sys.stdout.write(f"{os.getpid()}\n")
        sys.stdout.flush()
        sys.stdin.readline()
        report = with_item(opened, picked, Conduct(fast_clock(), lambda _: None, 0.0))
        sys.stdout.write(f"{report.requests} {report.trouble}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
