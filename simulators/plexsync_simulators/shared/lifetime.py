"""How long a simulated server lives."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal

PARENT_VARIABLE = "PLEXSYNC_SIM_PARENT"


async def until_told_to_end() -> None:
    """Wait for SIGTERM or SIGINT, or for the end of the process that started us, if it is named."""
    ended = asyncio.Event()
    loop = asyncio.get_running_loop()
    # Windows has no signal handlers on its loop; there the process is simply terminated.
    with contextlib.suppress(NotImplementedError):
        loop.add_signal_handler(signal.SIGTERM, ended.set)
        loop.add_signal_handler(signal.SIGINT, ended.set)
    parent = os.environ.get(PARENT_VARIABLE)
    while not ended.is_set() and (parent is None or os.getppid() == int(parent)):
        with contextlib.suppress(asyncio.TimeoutError):
            await asyncio.wait_for(ended.wait(), 1.0)
