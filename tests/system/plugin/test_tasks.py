"""The ten tasks, run from the simulated Stash's menu with the built plugin, a real agent and a simulated Plex."""

from __future__ import annotations

import re
import time
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from task_menu import TOKEN, Menu, TaskResult, open_menu, until

from plexsync.agent.lock import is_held
from plexsync.domain.advice import CAUSES
from plexsync.domain.model import Verdict
from plexsync.store.files.stash_files import StashFiles
from plexsync.store.jobs import Priority, Setback, State
from plexsync.store.state import AGENT_STATUS, AgentStatus

Install = Callable[[Path], None]


@pytest.fixture(scope="module")
def install(built: Path) -> Install:
    """Put the built plugin into a folder."""
    return lambda folder: zipfile.ZipFile(built / "StashPlexSync.zip").extractall(folder)


@pytest.fixture(scope="module")
def lasting(tmp_path_factory: pytest.TempPathFactory, install: Install) -> Iterator[Menu]:
    """A menu for tests that leave the queue alone."""
    with open_menu(tmp_path_factory.mktemp("lasting"), install) as opened:
        yield opened
        assert_nothing_secret_was_said(opened)


@pytest.fixture
def menu(tmp_path: Path, install: Install) -> Iterator[Menu]:
    with open_menu(tmp_path, install) as opened:
        yield opened
        assert_nothing_secret_was_said(opened)


def assert_nothing_secret_was_said(menu: Menu) -> None:
    cookie = (StashFiles(menu.data).session or {}).get("cookie") or "-no cookie-"
    written = [row["message"] for row in menu.stash.control("GET", "log")]
    written += [file.read_text("utf-8") for file in menu.data.glob("plexsync.log*")]
    for secret in (TOKEN, cookie):
        assert not [line for line in written if secret in line]


def writes(menu: Menu) -> int:
    """How many requests that change something Plex has had."""
    rows = menu.plex.control("GET", "requests")["requests"]
    return sum(row["method"] in {"PUT", "POST"} for row in rows)


def well(told: TaskResult) -> TaskResult:
    """A task that did its work: it finished, is shown as complete and complained of nothing."""
    assert (told.status, told.progress, told.at("error")) == ("FINISHED", 1.0, [])
    assert 1 <= len(told.lines) <= 20
    return told


def refused(told: TaskResult) -> str:
    """A task that could not do its work: Stash calls it finished all the same, the log says why."""
    assert told.status == "FINISHED"
    return "\n".join(told.at("error"))


def titles(menu: Menu) -> dict[str, str]:
    """Return Plex's items by file."""
    return {
        part["path"]: item["title"]
        for section in menu.plex.control("GET", "dump")["sections"]
        for item in section["items"]
        for media in item["media"]
        for part in media["parts"]
    }


def assert_plex_shows_what_stash_says(menu: Menu) -> None:
    shown = titles(menu)
    expected = {
        path: scene["title"].strip()
        for scene in menu.stash.control("GET", "dump")["scenes"]
        for path in menu.world.belongs[scene["id"]]
        if scene["title"].strip()
    }
    assert {path: shown[path] for path in expected} == expected
    assert len(expected) > 15


def test_a_full_sync_and_then_nothing_more_to_do(menu: Menu) -> None:
    assert "30 scenes queued" in well(menu.run("Sync All Scenes")).text
    assert "nothing else can be done now" in well(menu.run("Process Queue")).text, "two scenes wait"
    assert_plex_shows_what_stash_says(menu)

    before = writes(menu)
    well(menu.run("Sync All Scenes"))
    well(menu.run("Process Queue"))
    assert writes(menu) == before

    status = well(menu.run("View Queue Status")).text
    assert "has been running for" in status
    assert "The queue is empty." in status
    assert f"({CAUSES[Verdict.MISSING.value]})" in status
    assert "/data => /media" in status


def test_recent_means_changed_in_the_last_day(menu: Menu) -> None:
    assert "No scene was changed" in well(menu.run("Sync Recent Scenes")).text
    save = "mutation Save($input: SceneUpdateInput!) { sceneUpdate(input: $input) { id } }"
    menu.ask(save, input={"id": "3", "title": "Changed just now"})
    assert "1 scene queued" in well(menu.run("Sync Recent Scenes")).text
    well(menu.run("Process Queue"))
    assert titles(menu)[menu.world.belongs["3"][0]] == "Changed just now"


def test_stopping_a_sync_takes_back_what_it_queued(menu: Menu) -> None:
    well(menu.run("View Queue Status"))
    slow = {"match": {"operation_regex": "^AllIds$"}, "times": -1, "kind": "slow", "delay_ms": 9000}
    menu.configure(paused=True)
    menu.stash.control("POST", "faults", [slow])
    job = menu.start("Sync All Scenes")
    until(lambda: command_state(menu) == "running")
    menu.stop(job)
    assert menu.ended(job).status == "CANCELLED"
    until(lambda: command_state(menu) == "cancelled", 30)
    with menu.store() as store:
        assert [run.state for run in store.runs.newest(1)] == ["stopped"]
        assert store.jobs.counts() == ()


def command_state(menu: Menu) -> str:
    """How the first command stands."""
    with menu.store() as store:
        command = store.commands.get(1)
    return "" if command is None else command.state


def test_the_queue_is_waited_for_through_an_outage(menu: Menu) -> None:
    well(menu.run("View Queue Status"))
    menu.plex.control("POST", "down", {"seconds": 6})
    well(menu.run("Sync All Scenes"))
    told = well(menu.run("Process Queue"))
    assert "nothing else can be done now" in told.text
    assert_plex_shows_what_stash_says(menu)


def test_a_missing_setting_is_said_and_not_waited_for(menu: Menu) -> None:
    """F44: what only a person can mend must not hold Stash's job queue."""
    menu.configure(plex_token=None)
    assert "plex_token" in well(menu.run("Sync All Scenes")).text + well(menu.run("View Queue Status")).text
    began = time.monotonic()
    told = menu.run("Process Queue")
    assert time.monotonic() - began < 20
    assert "The setting plex_token has no value" in told.text
    assert "30 left" in told.text


def test_the_queue_is_cleared(menu: Menu) -> None:
    menu.configure(paused=True)
    assert "paused" in well(menu.run("Sync All Scenes")).text
    assert "paused" in menu.run("Process Queue").text
    assert "30 scenes taken out of the queue" in well(menu.run("Clear Queue")).text
    assert "The queue is empty" in well(menu.run("View Queue Status")).text
    assert writes(menu) == 0


def give_up(menu: Menu, scene: int, days_ago: float) -> None:
    at = time.time() - days_ago * 86400
    with menu.store() as store:
        store.jobs.enqueue([scene], priority=Priority.BULK, origin="test", now=at)
        job = store.jobs.get(scene)
        assert job is not None
        detail = {"code": "item_rejected", "rating_key": "7", "status": "400", "detail": "no such date"}
        store.jobs.defer(job, Setback(State.DEAD, "item_rejected", detail, at), at)


def test_dead_letters_are_shown_purged_retried_and_cleared(menu: Menu) -> None:
    menu.configure(paused=True)
    well(menu.run("View Queue Status"))
    for scene, days_ago in ((1, 40), (2, 3), (3, 1)):
        give_up(menu, scene, days_ago)
    status = menu.run("View Queue Status").text
    assert "3 scenes given up (with a value refused), like scene" in status
    assert "no such date" in status
    assert "1 dead letter older than 30 days forgotten" in well(menu.run("Purge Old Dead Letters")).text
    assert "2 scenes queued again" in well(menu.run("Retry Dead Letters")).text
    give_up(menu, 3, 0)
    assert "1 dead letter forgotten" in well(menu.run("Clear Dead Letters")).text
    assert "1 scene queued" in menu.run("View Queue Status").text


def test_single_dead_letters_are_told_of_and_retried(menu: Menu) -> None:
    menu.configure(paused=True)
    well(menu.run("View Queue Status"))
    for scene, days_ago in ((1, 9), (2, 3), (3, 1)):
        give_up(menu, scene, days_ago)
    lines = [line for line in menu.run("View Queue Status").text.splitlines() if line.startswith("Given up: scene")]
    assert len(lines) == 3
    assert all("1 attempt, last 20" in line and "no such date" in line for line in lines)
    assert "1 scene queued again" in well(menu.run("Retry Dead Letters", scene=2)).text
    assert "0 scenes queued again" in well(menu.run("Retry Dead Letters", cause="item_gone")).text
    assert "1 dead letter older than 7 days forgotten" in well(menu.run("Purge Old Dead Letters", days=7)).text
    assert "1 scene queued again" in well(menu.run("Retry Dead Letters", cause="item_rejected")).text
    assert "scene is a whole number of 1 or more" in refused(menu.run("Retry Dead Letters", scene="all of them"))


def test_health_is_good(lasting: Menu) -> None:
    told = lasting.run("Health Check")
    assert (told.status, told.progress, told.at("error")) == ("FINISHED", 1.0, [])
    assert told.lines[0] == ("info", "Health Check:"), "the page shows the lines of all tasks one below the other"
    for name in ("Data folder", "Settings", "Stash", "Plex", "Libraries", "Path map", "Background process"):
        assert any(name.lower() in line.lower() for line in told.at("info")), told.text
    for line in told.at("info"):
        label, _, text = line.partition(": ")
        assert label.lower() not in text.lower(), "nothing is said twice"


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"plex_token": "wrong"}, "Plex at .* does not accept the token.*Sign in"),
        ({"plex_url": "http://127.0.0.1:1"}, "Plex does not answer.*Start it"),
        ({"plex_libraries": "Moovies"}, "Plex has no movie library named Moovies.*these: Movies"),
        ({"path_map": "/data => /elsewhere"}, "Files in Plex: 0 of 20 files.*Set the path map"),
        ({"read_timeout": "soon"}, "The setting read_timeout .*Give it a number of seconds"),
    ],
)
def test_bad_health_is_told_with_what_to_do(lasting: Menu, settings: dict[str, str], words: str) -> None:
    lasting.configure(**settings)
    told = lasting.run("Health Check")
    lasting.configure()
    assert any(re.search(words, line) for line in told.at("error")), told.text


def test_the_agent_is_restarted(lasting: Menu) -> None:
    assert "was restarted" in well(lasting.run("Restart Agent")).text
    with lasting.store() as store:
        first = store.state.get(AGENT_STATUS, AgentStatus()).started_at
    assert "was restarted" in well(lasting.run("Restart Agent")).text
    with lasting.store() as store:
        assert store.state.get(AGENT_STATUS, AgentStatus()).started_at > first
    assert is_held(lasting.data)


def named(menu: Menu) -> tuple[str, str]:
    """Return how the overview calls Plex, and which version it says it is."""
    plex = menu.operate("overview")["servers"]["plex"]
    return plex["name"], plex["version"]


def test_the_page_wakes_and_asks(lasting: Menu) -> None:
    assert lasting.operate("wake").keys() == {"alive"}
    until(lambda: is_held(lasting.data))
    until(lambda: lasting.operate("status")["items"] > 0)
    shown = lasting.operate("status")
    assert shown["agent"]["alive"]
    assert shown["scenes"] == 30
    until(lambda: named(lasting) == ("Simulated Plex", "1.43.1.10611-1e34174b1"))
    servers = lasting.operate("overview")["servers"]
    assert {"well"} == {servers[name]["state"] for name in ("plex", "stash")}


def test_without_leave_no_agent_is_started(tmp_path: Path, install: Install, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PLEXSYNC_NO_AGENT", "1")
    with open_menu(tmp_path, install) as menu:
        for name in ("Sync All Scenes", "Sync Recent Scenes", "Restart Agent"):
            words = refused(menu.run(name))
            assert "not running" in words
            assert "plexsync agent" in words
        assert "not running" in menu.run("View Queue Status").text
        assert "the queue is empty" in menu.run("Process Queue").text
        assert not is_held(menu.data)
