"""The command line `plexsync`: the use cases of Stash's tasks, for people at a terminal and for scripts."""

from plexsync.cli.main import main

__all__ = ["main"]
