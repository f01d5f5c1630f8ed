"""A command that a person waits for loads only what it needs: Python's own start takes most of the time."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from plexsync.cli.command_group import COMMANDS, load
from plexsync.stash_plugin.operations import catalogue
from plexsync.store import Store

ASK_A_SERVER = {"connection_test", "libraries", "other_tools"} | {
    name
    for noun, names in catalogue.NOUNS.items()
    if noun.startswith("setup.") and noun != "setup.preview"
    for name in names
}
HEAVY = frozenset({"rich", "urllib3", "sqlite3", "tomlkit", "ssl", "http", "logging.handlers", "asyncio"})


MOST = {"--help": 30, "health": 45, "status": 135, "why": 185}
"""The most modules of ours that a command may load: each costs about half a millisecond."""

NO_SERVERS = {
    "PLEXSYNC_STASH_URL": "http://127.0.0.1:9",
    "PLEXSYNC_PLEX_URL": "http://127.0.0.1:9",
    "PLEXSYNC_PLEX_TOKEN": "a-token",
}


def loaded(*words: str) -> set[str]:
    """Return the modules, and the packages they are in, that a command line loads."""
    command = [sys.executable, "-X", "importtime", *words]
    ran = subprocess.run(command, capture_output=True, text=True, check=False, env={**os.environ, **NO_SERVERS})
    names = [line.rpartition("|")[2].strip() for line in ran.stderr.splitlines() if line.startswith("import time:")]
    assert "encodings" in names
    return {".".join(name.split(".")[:depth]) for name in names for depth in (1, 2)} | set(names)


@pytest.mark.parametrize("words", [("--help",), ("--version",), ()])
def test_help_loads_nothing_heavy(words: tuple[str, ...]) -> None:
    found = loaded("-m", "plexsync.cli", *words)
    assert found & HEAVY == set()
    assert not any(name.startswith("plexsync.cli.commands.") for name in found)


def test_status_loads_no_client_and_draws_nothing(tmp_path: Path) -> None:
    Store(tmp_path).close()
    found = loaded("-m", "plexsync.cli", "--data", str(tmp_path), "status")
    assert "sqlite3" in found
    assert found & {"rich", "urllib3", "ssl"} == set()
    assert not any(name.startswith(("plexsync.agent.process", "plexsync.sync", "plexsync.detect")) for name in found)


@pytest.mark.parametrize("operation", sorted(set(catalogue.NAMES) - ASK_A_SERVER))
def test_an_operation_of_the_page_loads_no_client(operation: str) -> None:
    script = f"from plexsync.stash_plugin.operations.catalogue import load; load({operation!r})"
    found = loaded("-c", f"import plexsync.stash_plugin.answer; {script}")
    assert found & {"rich", "urllib3", "ssl", "click"} == set()


def test_the_list_of_commands_says_what_each_says_itself() -> None:
    for name, words in COMMANDS.items():
        command = load(name)
        assert command is not None
        assert " ".join((command.help or "").split("\n\n")[0].split()).startswith(words), name


def test_a_health_check_loads_no_database_and_answers_soon(tmp_path: Path) -> None:
    found = loaded("-m", "plexsync.cli", "--data", str(tmp_path), "health")
    assert found & HEAVY <= {"sqlite3"}, "only its errors are known"
    assert not any(name.startswith(("plexsync.sync", "plexsync.plex", "plexsync.store.jobs")) for name in found)


@pytest.mark.parametrize("words", [("--help",), ("health",), ("status",), ("why", "1")])
def test_a_command_loads_no_more_of_ours_than_it_needs(tmp_path: Path, words: tuple[str, ...]) -> None:
    Store(tmp_path).close()
    (tmp_path / "settings.toml").write_text('plex_libraries = "Movies"\n')
    found = loaded("-m", "plexsync.cli", "--data", str(tmp_path), *words)
    ours = {name for name in found if name.partition(".")[0] == "plexsync"}
    assert len(ours) <= MOST[words[0]], sorted(ours)
    assert found & {"rich", "asyncio", "websocket"} == set()
    at_work = ("plexsync.detect", "plexsync.sync.worker", "plexsync.agent.process")
    assert not any(name.startswith(at_work) for name in ours)
    assert sys.version_info < (3, 11) or "tomlkit" not in found, "it only changes settings"
