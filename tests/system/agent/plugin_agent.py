"""An agent that watches the folder of an installed plugin, as one that Stash has started."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

AGENT = """
import sys
from pathlib import Path
from plexsync.agent.process import run
raise SystemExit(run(Path(sys.argv[1]), Path(sys.argv[2])))
"""


def fill(folder: Path, version: str) -> None:
    """Install a version of the plugin, or put it in the place of the one before."""
    (folder / "plexsync").mkdir(parents=True, exist_ok=True)
    for name in ("hook.py", "plexsync/__init__.py", "StashPlexSync.yml"):
        (folder / name).write_text(f"# {version}\n", encoding="utf-8")


@contextmanager
def plugin_agent(data: Path, plugin: Path) -> Iterator[subprocess.Popen[bytes]]:
    """Run the agent of a data folder and a plugin folder."""
    agent = subprocess.Popen([sys.executable, "-c", AGENT, data, plugin])
    try:
        yield agent
    finally:
        agent.kill()
        agent.wait()
