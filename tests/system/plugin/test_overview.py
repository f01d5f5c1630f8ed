"""The overview costs little: hook.py answers from the agent's file, and the whole plugin only where there is none."""

from __future__ import annotations

import json
import os
import resource
import shutil
import signal
import socket
import subprocess
import sys
import time
import zipfile
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from filled_state import fill_state
from plugin_process import PluginResult, document, lock_held, run_plugin
from task_menu import until

from plexsync.agent.lock import is_held
from plexsync.overview.watch import MARK
from plexsync.store import Store
from plexsync.store.files.overview_file import FILE
from plexsync.store.files.stash_files import StashFiles
from plexsync.store.state import AGENT_STATUS, AgentStatus

SOURCE = Path(__file__).parents[3] / "plugin" / "hook.py"
HEAVY = {"os", "json", "sqlite3", "subprocess", "typing", "re", "pathlib", "threading", "socket", "logging", "plexsync"}
SCENES = 100_000
CPU_SECONDS, WALL_SECONDS = 0.060, 0.150
KEPT = b'{"at": 5, "standing": {}}'


def asked(folder: Path, operation: str = "overview", **arguments: Any) -> bytes:
    return document(folder, {"mode": "operation", "operation": operation, **arguments})


@pytest.fixture(scope="module")
def alone(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with hook.py alone: an answer from here did not need the package."""
    folder = tmp_path_factory.mktemp("alone")
    shutil.copy(SOURCE, folder)
    return folder


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Stash's folder with an overview that is kept just now."""
    data = tmp_path / "plexsync"
    data.mkdir()
    (data / FILE).write_bytes(KEPT)
    (data / MARK).touch()
    return tmp_path


def needs_package(outcome: PluginResult) -> bool:
    return "not complete" in outcome.answer.get("error", "")


def test_the_file_is_the_answer_while_an_agent_keeps_it(alone: Path, folder: Path) -> None:
    with lock_held(folder / "plexsync"):
        outcome = run_plugin(alone, asked(folder))
    assert outcome.stdout == b'{"output": ' + KEPT + b"}"
    assert outcome.stderr == b""


def test_every_python_at_hand_answers_without_importing_much(any_python: str, alone: Path, folder: Path) -> None:
    with lock_held(folder / "plexsync"):
        outcome = run_plugin(alone, asked(folder), python=(any_python, "-X", "importtime"))
    assert outcome.stdout == b'{"output": ' + KEPT + b"}"
    imported = {line.rpartition("|")[2].strip() for line in outcome.stderr.decode().splitlines()}
    assert "encodings" in imported
    assert not {name.partition(".")[0] for name in imported} & HEAVY


def test_whoever_asks_is_noted_for_the_agent(alone: Path, folder: Path) -> None:
    mark = folder / "plexsync" / MARK
    os.utime(mark, (1, 1))
    with lock_held(folder / "plexsync"):
        assert needs_package(run_plugin(alone, asked(folder))), "nobody had asked for long, so nobody has kept it"
        assert time.time() - mark.stat().st_mtime < 10
        assert run_plugin(alone, asked(folder)).answer == {"output": json.loads(KEPT)}
        mark.unlink()
        assert needs_package(run_plugin(alone, asked(folder)))
        assert mark.exists()
        assert mark.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("lacking", ["lock", "file", "session"])
def test_anything_else_is_answered_the_ordinary_way(lacking: str, alone: Path, folder: Path) -> None:
    data = folder / "plexsync"
    if lacking == "file":
        (data / FILE).unlink()
    if lacking == "session":
        StashFiles(data).want_session(is_wanted=True)
    if lacking == "lock":
        assert needs_package(run_plugin(alone, asked(folder)))
        return
    with lock_held(data):
        assert needs_package(run_plugin(alone, asked(folder)))


@pytest.mark.parametrize("operation", ["status", "overviews", "overview\\", ""])
def test_another_operation_is_not_taken_for_it(operation: str, alone: Path, folder: Path) -> None:
    with lock_held(folder / "plexsync"):
        assert needs_package(run_plugin(alone, asked(folder, operation)))


def test_an_argument_is_left_to_those_who_check_it(alone: Path, folder: Path) -> None:
    with lock_held(folder / "plexsync"):
        assert needs_package(run_plugin(alone, asked(folder, scene=5)))


def test_waking_an_agent_that_lives_costs_no_package(alone: Path, folder: Path) -> None:
    with lock_held(folder / "plexsync"):
        assert run_plugin(alone, asked(folder, "wake")).answer == {"output": {"alive": True}}
    assert needs_package(run_plugin(alone, asked(folder, "wake")))


@dataclass(frozen=True)
class Library:
    """A real agent on the state of a large library, with both servers away."""

    stash: Path
    plugin: Path

    @property
    def data(self) -> Path:
        """PlexSync's data folder."""
        return self.stash / "plexsync"

    def ask(self, operation: str = "overview") -> PluginResult:
        """Ask as Stash does."""
        return run_plugin(self.plugin, asked(self.stash, operation))

    def overview(self) -> dict[str, Any]:
        """Return the overview."""
        found: dict[str, Any] = self.ask().answer["output"]
        return found

    def pid(self) -> int:
        """Return the agent's process."""
        with closing(Store(self.data)) as store:
            return store.state.get(AGENT_STATUS, AgentStatus()).pid


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory, built: Path) -> Iterator[Library]:
    stash = tmp_path_factory.mktemp("large")
    plugin = stash / "plugins" / "StashPlexSync"
    with zipfile.ZipFile(built / "StashPlexSync.zip") as archive:
        archive.extractall(plugin)
    data = stash / "plexsync"
    data.mkdir()
    with closing(socket.create_server(("127.0.0.1", 0))) as closed:
        away = f"http://127.0.0.1:{closed.getsockname()[1]}"
    (data / "settings.toml").write_text(f'plex_url = "{away}"\nplex_token = "x"\nstash_url = "{away}"\n')
    with closing(Store(data)) as store:
        fill_state(store, SCENES, time.time())
    found = Library(stash, plugin)
    yield found
    if is_held(data):
        os.kill(found.pid(), signal.SIGTERM)
        until(lambda: not is_held(data))


def test_the_first_question_starts_the_agent(library: Library) -> None:
    shown = library.overview()
    until(lambda: is_held(library.data))
    assert shown["queue"]["scenes"] == SCENES
    assert library.overview()["standing"]["kind"] != "not_running"


@pytest.mark.alone
def test_a_refresh_costs_little_with_a_hundred_thousand_scenes(library: Library) -> None:
    library.ask()
    until((library.data / FILE).exists)
    costs = sorted(cost_of(library) for _ in range(9))
    cpu, wall = (sorted(column)[4] for column in zip(*costs, strict=True))
    assert cpu <= CPU_SECONDS
    assert wall <= WALL_SECONDS


def cost_of(library: Library) -> tuple[float, float]:
    """Return processor time and time in all of one question, from the start of the process to its end."""
    command = [sys.executable, "-I", "-S", str(library.plugin / "hook.py")]
    before, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
    done = subprocess.run(command, input=asked(library.stash), capture_output=True, check=True)
    wall, after = time.monotonic() - began, resource.getrusage(resource.RUSAGE_CHILDREN)
    assert json.loads(done.stdout)["output"]["queue"]["scenes"] == SCENES
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, wall


def test_the_file_says_what_the_ordinary_way_says(library: Library) -> None:
    library.ask()
    until((library.data / FILE).exists)
    until(lambda: library.overview()["standing"]["kind"] == "stash_away", 15)
    kept = library.overview()
    (library.data / FILE).unlink()
    ordinary = library.overview()
    for shown in (kept, ordinary):  # what only the agent knows, and what goes on by itself
        shown["servers"]["plex"]["next_try_at"] = shown["at"] = shown["moving"] = 0
    assert kept == ordinary


def test_a_killed_agent_leaves_no_old_answer(library: Library) -> None:
    library.ask()
    until((library.data / FILE).exists)
    (library.data / FILE).write_bytes(KEPT)
    os.kill(library.pid(), signal.SIGKILL)
    until(lambda: not is_held(library.data))
    shown = library.overview()
    assert shown["queue"]["scenes"] == SCENES
    until(lambda: is_held(library.data))  # the question has started another
    until(lambda: library.overview()["queue"]["scenes"] == SCENES)
