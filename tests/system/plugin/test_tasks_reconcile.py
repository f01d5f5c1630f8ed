"""The reconcile tasks, run from the simulated Stash's menu with the built plugin, and the same on the command line."""

from __future__ import annotations

import re
import time
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from command_line import plexsync
from task_menu import Menu, open_menu, until

from plexsync.agent.lock import is_held

FIRST = re.compile(r"empty metadata: (\d+), stale sync: (\d+), missing from Plex: (\d+)")


@pytest.fixture(scope="module")
def menu(tmp_path_factory: pytest.TempPathFactory, built: Path) -> Iterator[Menu]:
    """A menu over a library that was synced once."""
    install = zipfile.ZipFile(built / "StashPlexSync.zip").extractall
    with open_menu(tmp_path_factory.mktemp("menu"), install, scenes=40) as opened:
        opened.configure(image_poster="off")
        opened.run("Sync All Scenes")
        opened.run("Process Queue")
        yield opened


def items(menu: Menu) -> dict[str, Mapping[str, Any]]:
    """Scenes whose one item has a studio, performers and genres, with that item."""
    by_path = {
        part["path"]: item
        for section in menu.plex.control("GET", "dump")["sections"]
        for item in section["items"]
        for media in item["media"]
        for part in media["parts"]
    }
    found = {scene: by_path[paths[0]] for scene, paths in menu.world.belongs.items() if len(paths) == 1}
    return {scene: item for scene, item in found.items() if item.get("studio") and item["Role"] and item["Genre"]}


def empty(menu: Menu, item: Mapping[str, Any]) -> None:
    menu.plex.control("POST", f"items/{item['ratingKey']}", {"set": {"studio": "", "Role": []}})


def writes(menu: Menu) -> int:
    return sum(row["method"] in {"PUT", "POST"} for row in menu.plex.control("GET", "requests")["requests"])


def figures(text: str) -> tuple[int, ...]:
    found = FIRST.search(text)
    assert found, text
    return tuple(map(int, found.groups()))


def pause(menu: Menu, *, on: bool) -> None:
    """Let nothing be written meanwhile; Plex's own events would have it mended before anybody looks."""
    menu.configure(image_poster="off", paused=on)
    time.sleep(1.5)


def test_a_run_says_in_one_line_what_it_found_and_what_it_queued_is_mended(menu: Menu) -> None:
    scene, item = next(iter(items(menu).items()))
    pause(menu, on=True)
    before = figures(menu.run("Reconcile Library: All Scenes").text)
    empty(menu, item)
    told = menu.run("Reconcile Library: All Scenes")
    assert (told.status, told.progress, told.at("error")) == ("FINISHED", 1.0, [])
    lines = told.at("info")
    assert [line for line in lines if FIRST.fullmatch(line)], lines
    assert figures(told.text) == (before[0] + 1, *before[1:])
    assert re.search(r"^drift: 0, orphan: 0, ambiguous: \d+, unmapped: \d+, duplicate item: ", told.text, re.MULTILINE)
    queued = r"^queued: \d+, already queued: \d+, given up before: 0, .* nothing to do: \d+(, [a-z ]+: \d+)*\.$"
    assert re.search(queued, told.text, re.MULTILINE)
    assert "gaps open" in menu.run("View Queue Status").text
    pause(menu, on=False)
    menu.run("Process Queue")
    until(lambda: items(menu).get(scene, {}).get("studio") == item["studio"], 10)
    assert figures(menu.run("Reconcile Library: All Scenes").text) == before


@pytest.mark.parametrize(
    ("task", "scope"),
    [
        ("Reconcile Library", "all"),
        ("Reconcile Library: Last 24 Hours", "24h"),
        ("Reconcile Library: Last 7 Days", "7d"),
        ("Reconcile Library: Custom Range", "custom"),
    ],
)
def test_every_scope_has_its_task(menu: Menu, task: str, scope: str) -> None:
    told = menu.run(task)
    assert (told.status, told.at("error")) == ("FINISHED", [])
    figures(told.text)
    with menu.store() as store:
        run = store.runs.newest_of("reconcile", 1)[0]
    assert (run.scope, run.origin, run.state) == (scope, "task", "done")


def test_a_custom_range_that_is_none_is_refused_with_the_allowed_forms(menu: Menu) -> None:
    with menu.store() as store:
        before = store.runs.newest_of("reconcile", 1)[0].id
    menu.configure(image_poster="off", reconcile_from="2024-05-02", reconcile_to="2024-05-01")
    time.sleep(1.5)
    told = menu.run("Reconcile Library: Custom Range")
    menu.configure(image_poster="off")
    assert "reconcile_from" in told.text
    assert "2024-05-02" in told.text
    assert "before reconcile_to" in told.text
    with menu.store() as store:
        assert store.runs.newest_of("reconcile", 1)[0].id == before, "no run"
    time.sleep(1.5)


def test_a_preview_names_each_gap_and_changes_nothing(menu: Menu) -> None:
    _, item = list(items(menu).items())[1]
    pause(menu, on=True)
    empty(menu, item)
    before = writes(menu)
    with menu.store() as store:
        run = store.runs.newest_of("reconcile", 1)[0].id
    told = menu.run("Preview Reconcile")
    assert (told.status, told.at("error")) == ("FINISHED", [])
    assert f"studio: (nothing) -> {item['studio']}" in told.text
    assert figures(told.text)[0] == 1
    assert "Preview: nothing was queued." in told.text
    assert writes(menu) == before
    with menu.store() as store:
        assert store.runs.newest_of("reconcile", 1)[0].id == run
        assert not [count for count in store.jobs.counts() if count.state.value == "queued" and not count.cause]
    pause(menu, on=False)
    menu.run("Process Queue")


def test_a_task_that_is_stopped_stops_its_run(menu: Menu) -> None:
    menu.stash.control("POST", "latency", {"read_ms": 2500})
    job = menu.start("Reconcile Library: All Scenes")
    until(lambda: menu.job(job)["status"] == "RUNNING", 20)
    time.sleep(2)
    menu.stop(job)
    told = menu.ended(job)
    assert told.status == "CANCELLED"
    with menu.store() as store:
        until(lambda: store.runs.newest_of("reconcile", 1)[0].state == "stopped", 30)
    menu.stash.control("POST", "latency", {"read_ms": 0})
    assert menu.run("Reconcile Library: All Scenes").status == "FINISHED"


def test_the_command_line_does_the_same(menu: Menu) -> None:
    assert is_held(menu.data)
    ran = plexsync(menu.data, "reconcile", "--scope", "all", "--json")
    assert ran.code == 0, ran
    assert ran.document["state"] == "done"
    assert ran.document["scenes"] == 40
    shown = plexsync(menu.data, "reconcile", "--scope", "all")
    assert FIRST.fullmatch(shown.out.splitlines()[0])
    assert plexsync(menu.data, "reconcile", "--scope", "7d").code == 0
    assert plexsync(menu.data, "reconcile", "--from", "30d").code == 0
    assert plexsync(menu.data, "reconcile", "--scope", "all", "--deep").code == 0


def test_a_dry_run_shows_each_field_and_why(menu: Menu) -> None:
    scene, item = list(items(menu).items())[2]
    pause(menu, on=True)
    empty(menu, item)
    before = writes(menu)
    ran = plexsync(menu.data, "reconcile", "--scope", "all", "--dry-run", "--kind", "empty")
    assert ran.code == 1, ran
    assert f"Scene {scene}" in ran.out
    assert re.search(rf"studio +\(nothing\) +{re.escape(item['studio'])}", ran.out), ran.out
    assert "Plex has nothing here yet." in " ".join(ran.out.split())
    document = plexsync(menu.data, "reconcile", "--dry-run", "--scope", "all", "--kind", "empty", "--json").document
    assert [(one["kind"], one["scene_id"]) for one in document["found"]] == [("empty", int(scene))]
    assert writes(menu) == before
    pause(menu, on=False)
    menu.run("Process Queue")


def test_gaps_are_listed_and_shown(menu: Menu) -> None:
    scene, item = list(items(menu).items())[3]
    pause(menu, on=True)
    empty(menu, item)
    assert plexsync(menu.data, "reconcile", "--scope", "all").code == 0
    listed = plexsync(menu.data, "gaps", "list", "--kind", "empty", "--json").document
    assert [gap["gap"]["scene_id"] for gap in listed["gaps"]] == [int(scene)]
    assert listed["gaps"][0]["gap"]["detail"]["fields"].keys() >= {"studio", "actors"}
    shown = plexsync(menu.data, "gaps", "show", scene)
    assert shown.code == 1
    assert "empty metadata: open" in shown.out
    assert "studio" in plexsync(menu.data, "gaps", "list").out
    status = plexsync(menu.data, "status", "--json").document["reconcile"]
    assert status["last"]["origin"] == "command line"
    assert {count["kind"] for count in status["open_gaps"]} >= {"empty"}
    assert status["next_at"] > time.time()
    assert len(status["history"]) <= 20
    pause(menu, on=False)
    menu.run("Process Queue")
    until(lambda: plexsync(menu.data, "gaps", "show", scene).code == 0, 10)
    assert "mended" in plexsync(menu.data, "gaps", "show", scene).out


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--scope", "custom", "--from", "yesterday"), "is not a span back from now like 24h"),
        (("--from", "2024-02-30"), "is not a span"),
        (("--scope", "24h", "--from", "30d"), "go with --scope custom"),
        (("--scope", "month"), "is not one of"),
        (("--kind", "odd"), "is not one of"),
        (("--from", "7d", "--to", "8d"), "moment before reconcile_to"),
        (("--from", "7d", "--to", "8d", "--dry-run"), "moment before reconcile_to"),
    ],
)
def test_what_is_not_understood_is_refused_with_the_allowed_forms(
    menu: Menu, words: tuple[str, ...], said: str
) -> None:
    ran = plexsync(menu.data, "reconcile", *words)
    assert ran.code in {2, 4}
    assert said in " ".join(ran.err.split())


def test_without_an_agent_it_says_so(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    ran = plexsync(tmp_path / "data", "reconcile")
    assert ran.code == 3
    assert "plexsync agent" in ran.err
    assert plexsync(tmp_path / "data", "gaps", "list").code == 0
