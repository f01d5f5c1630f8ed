"""The plugin switched off in Stash: the agent pauses and says so, goes on when it is on again, and ends with Stash."""

from __future__ import annotations

import subprocess
import sys
import time
import zipfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from agent_stage import staged
from steering import tell
from task_menu import PLUGIN, Menu, open_menu, until

from plexsync.agent.lock import is_held
from plexsync.cli import __main__ as command_line
from plexsync.store import Store
from plexsync.store.state import AGENT_STATUS, AgentStatus
from plexsync.usecases.status.lines import lines_of
from plexsync.usecases.status.report import status

CLI = Path(command_line.__file__)
ENABLE = "mutation($map: BoolMap!) { setPluginsEnabled(enabledMap: $map) }"


@pytest.fixture
def menu(tmp_path: Path, built: Path) -> Iterator[Menu]:
    yield from opened(tmp_path, built, "v0.30.1")


def opened(tmp_path: Path, built: Path, version: str) -> Iterator[Menu]:
    """A menu of a Stash of this version, with an agent that has settled."""

    def install(folder: Path) -> None:
        zipfile.ZipFile(built / "StashPlexSync.zip").extractall(folder)

    with open_menu(tmp_path, install, scenes=6, version=version) as menu:
        menu.configure(no_startup_reconcile=True, image_poster="off")
        menu.run("View Queue Status")
        until(lambda: is_held(menu.data), 20)
        until(lambda: agent(menu).sees_file, 20)
        yield menu


@pytest.fixture
def spring_menu(tmp_path: Path, built: Path) -> Iterator[Menu]:
    yield from opened(tmp_path, built, "develop-2026-02")


def agent(menu: Menu) -> AgentStatus:
    with closing(Store(menu.data)) as store:
        return store.state.get(AGENT_STATUS, AgentStatus())


TROUBLESHOOTING = (
    "mutation($on: Boolean!) { configureInterface(input: { disableCustomizations: $on }) { disableCustomizations } }"
)


def troubleshoot(menu: Menu, *, on: bool) -> None:
    """Press the button on Stash's settings page, or Exit in its banner."""
    menu.ask(TROUBLESHOOTING, on=on)


def enable(menu: Menu, *, on: bool) -> None:
    menu.ask(ENABLE, map={PLUGIN: on})


def edits(menu: Menu) -> int:
    return len(menu.plex.control("GET", "edits"))


def edit(menu: Menu, title: str) -> None:
    scene = menu.world.stash["scenes"][0]["id"]
    menu.ask(
        "mutation($input: SceneUpdateInput!) { sceneUpdate(input: $input) { id } }", input={"id": scene, "title": title}
    )


def test_a_disabled_plugin_writes_nothing_until_it_is_enabled_again(menu: Menu) -> None:
    enable(menu, on=False)
    until(lambda: agent(menu).plugin_off, 65)
    assert any("disabled in Stash" in line for line in lines_of(status(menu.data, 0.0)))
    before = edits(menu)
    edit(menu, "Kept for later")
    until(lambda: queued(menu), 20)
    assert edits(menu) == before
    enable(menu, on=True)
    until(lambda: not agent(menu).plugin_off, 65)
    until(lambda: edits(menu) > before, 20)
    assert is_held(menu.data)


def queued(menu: Menu) -> int:
    with closing(Store(menu.data)) as store:
        return sum(count.number for count in store.jobs.counts())


def test_an_agent_whose_plugin_is_disabled_ends_when_stash_restarts(menu: Menu) -> None:
    enable(menu, on=False)
    until(lambda: agent(menu).plugin_off, 65)
    menu.stash.control("POST", "restart", {"seconds": 2})
    until(lambda: not is_held(menu.data), 60)


def test_troubleshooting_mode_pauses_at_once_and_the_rest_arrives_after_it(spring_menu: Menu) -> None:
    menu = spring_menu
    troubleshoot(menu, on=True)
    until(lambda: agent(menu).plugin_off == "troubleshooting", 20)
    assert any("troubleshooting mode" in line for line in lines_of(status(menu.data, 0.0)))
    before = edits(menu)
    edit(menu, "Kept for later")
    until(lambda: queued(menu), 20)
    told = menu.run("Process Queue")
    assert "troubleshooting mode" in told.text
    assert "Switch paused off" not in told.text
    assert edits(menu) == before
    troubleshoot(menu, on=False)
    until(lambda: not agent(menu).plugin_off, 20)
    until(lambda: edits(menu) > before, 20)
    assert is_held(menu.data)


def test_an_agent_that_a_hook_starts_in_troubleshooting_mode_writes_nothing(spring_menu: Menu) -> None:
    """Stash runs hooks and tasks in that mode too (recorded troubleshooting_hook)."""
    menu = spring_menu
    troubleshoot(menu, on=True)
    until(lambda: agent(menu).plugin_off == "troubleshooting", 20)
    edit(menu, "Kept for later")
    until(lambda: queued(menu), 20)
    before = edits(menu)
    menu.end_agent()
    menu.run("View Queue Status")
    until(lambda: is_held(menu.data) and agent(menu).plugin_off == "troubleshooting", 30)
    until(lambda: agent(menu).sees_file, 20)
    assert edits(menu) == before
    assert queued(menu)


LATER = """
import runpy, sys, time
from pathlib import Path
real, offset = time.time, Path(sys.argv[1])
vars(time)["time"] = lambda: real() + float(offset.read_text())
sys.argv = sys.argv[2:]
runpy.run_path(sys.argv[0], run_name="__main__")
"""


@pytest.mark.parametrize("is_plugin", [True, False], ids=["plugin", "service"])
def test_an_agent_that_stash_started_ends_when_stash_is_gone_for_a_day(
    tmp_path: Path, own_plugin: Path, *, is_plugin: bool
) -> None:
    clock = tmp_path / "clock"
    tell(clock, 0)
    with staged(6, settings={"image_poster": "off"}) as stage:
        if is_plugin:
            command = [sys.executable, "-I", "-S", "-c", LATER, clock, own_plugin / "hook.py", "agent", stage.data]
        else:
            command = [sys.executable, "-c", LATER, clock, CLI, "--data", stage.data, "agent"]
        agent = subprocess.Popen(list(map(str, command)))
        try:
            stage.wait_until(lambda: stage.store.state.get(AGENT_STATUS, AgentStatus()).sees_file, 30)
            stage.stash.control("POST", "down", {"seconds": 600})
            stage.stash.control("POST", "silent_write")
            stage.wait_until(lambda: "feed" in stage.store.state.get(AGENT_STATUS, AgentStatus()).outages, 90)
            tell(clock, 90000)
            if is_plugin:
                assert agent.wait(30) == 0
                assert "gone for a day" in stage.log()
            else:
                time.sleep(6)
                assert agent.poll() is None
        finally:
            agent.kill()
            agent.wait()
