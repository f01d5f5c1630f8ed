"""The command line at work: both simulated servers, a real agent, and what Plex holds afterwards."""

from __future__ import annotations

import json
import os
import re
import select
import signal
import subprocess
import sys
import time
from collections.abc import Iterator

import pytest
from command_line import command, environment, heeding_ctrl_c, plexsync

from plexsync_simulators.rig import Rig
from plexsync_simulators.world import make_world

WORLD = make_world(60, 1)
TITLED = [
    scene["id"] for scene in WORLD.stash["scenes"] if scene["title"] and len(WORLD.belongs.get(scene["id"], ())) == 1
]
LINKED, OTHER = TITLED[:2]


@pytest.fixture(scope="module")
def rig() -> Iterator[Rig]:
    """Both servers and an agent; each test leaves the queue empty and Plex as Stash says."""
    with Rig(WORLD, settings={"max_attempts": 1}) as made:
        made.start_agent()
        made.wait_until(made.is_idle, 30)
        assert plexsync(made.data, "sync", "--all").code == 0
        yield made


def writes(rig: Rig) -> int:
    methods = rig.plex.control("GET", "requests?counts=1")["methods"]
    return sum(number for method, number in methods.items() if method != "GET")


def absent(rig: Rig) -> str:
    """A scene with a file that Plex does not have."""
    filed = {scene["id"] for scene in rig.world.stash["scenes"] if scene["files"]}
    return next(scene for scene, paths in rig.world.belongs.items() if not paths and scene in filed)


def set_paused(rig: Rig, value: str) -> None:
    assert plexsync(rig.data, "config", "set", "paused", value).code == 0
    time.sleep(1.5)  # the agent looks at the file once a second


@pytest.fixture
def paused(rig: Rig) -> Iterator[None]:
    """Nothing is written during the test."""
    set_paused(rig, "true")
    yield
    set_paused(rig, "")
    rig.wait_until(rig.is_idle, 30)


def test_check_finds_all_well(rig: Rig) -> None:
    ran = plexsync(rig.data, "check")
    assert ran.code == 0, ran.out
    assert "FAIL" not in ran.out
    told = plexsync(rig.data, "check", "--json").document
    assert told["ok"] is True
    assert {"Stash", "Plex", "Path map", "Files in Plex"} <= {finding["name"] for finding in told["findings"]}


def test_status_tells_of_the_agent_in_words_and_in_json(rig: Rig) -> None:
    ran = plexsync(rig.data, "status")
    assert ran.code == 0
    assert f"process {rig.agent_pid}" in ran.out
    assert "\x1b" not in ran.out
    told = plexsync(rig.data, "status", "--json").document
    assert told["agent"]["pid"] == rig.agent_pid
    assert told["queued"] == 0


def test_a_second_agent_steps_back_with_3(rig: Rig) -> None:
    ran = plexsync(rig.data, "agent", "--json")
    assert ran.code == 3
    assert ran.document["error"]["code"] == "other_agent"
    assert rig.agent_exit is None


@pytest.mark.usefixtures("paused")
def test_a_dry_run_shows_each_field_and_writes_nothing(rig: Rig) -> None:
    before = rig.item_of(LINKED)["title"]
    rig.edit_scene(LINKED, title="A title to come")
    count = writes(rig)
    ran = plexsync(rig.data, "sync", LINKED, OTHER, "--dry-run")
    assert ran.code == 1
    assert f"Scene {LINKED} “A title to come”" in ran.out
    assert re.search(r"^  title +\S", ran.out, re.MULTILINE)
    assert f"Scene {OTHER} “" not in ran.out
    assert max(map(len, ran.out.splitlines())) <= 80
    told = plexsync(rig.data, "sync", LINKED, OTHER, "--dry-run", "--json").document
    assert (told["scenes"], told["changing"]) == (2, 1)
    changes = {
        view["field"]: (view["plex"], view["after"], view["code"])
        for view in told["prospects"][0]["items"][0]["fields"]
        if view["outcome"] == "changes"
    }
    assert changes["title"] == (before, "A title to come", "update")
    assert writes(rig) == count
    assert rig.item_of(LINKED)["title"] == before


@pytest.mark.usefixtures("paused")
def test_a_dry_run_names_what_a_person_put_into_plex_and_keeps_it(rig: Rig) -> None:
    item = rig.item_of(OTHER)
    rig.plex.control("POST", f"items/{item['ratingKey']}", {"set": {"summary": "Mine alone"}, "lock": ["summary"]})
    told = plexsync(rig.data, "sync", OTHER, "--dry-run", "--json")
    kept = [view for view in told.document["prospects"][0]["items"][0]["fields"] if view["outcome"] == "kept"]
    assert [(view["field"], view["plex"]) for view in kept] == [("summary", "Mine alone")]
    assert told.code == 0


def test_a_dry_run_of_what_is_in_sync_or_unknown(rig: Rig) -> None:
    ran = plexsync(rig.data, "sync", LINKED, "--dry-run")
    assert ran.code == 0
    assert "1 scene: nothing would change." in ran.out
    ran = plexsync(rig.data, "sync", "99999", "--dry-run", "--json")
    assert ran.code == 1
    assert ran.document["unknown"] == [99999]


def test_scenes_changed_lately_are_found_by_since(rig: Rig) -> None:
    rig.edit_scene(LINKED, title="Edited lately")
    rig.wait_until(lambda: rig.item_of(LINKED)["title"] == "Edited lately")
    told = plexsync(rig.data, "sync", "--since", "1h", "--json")
    assert told.code == 0
    assert told.document["queued"] >= 1
    assert told.document["drained"]["end"] == "empty"
    assert told.document["queued"] < 60
    assert plexsync(rig.data, "sync", "--since", "2999-01-01", "--json").document["queued"] == 0


def test_a_sync_of_all_says_what_became_of_each(rig: Rig) -> None:
    ran = plexsync(rig.data, "sync", "--all")
    assert ran.code == 0
    assert ran.out.startswith("60 scenes: ")
    assert " done" in ran.out
    assert "missing" in ran.out
    assert "\x1b" not in ran.out + ran.err
    assert "Syncing" not in ran.err


def test_a_named_scene_that_plex_lacks_ends_with_1(rig: Rig) -> None:
    scene = absent(rig)
    told = plexsync(rig.data, "sync", scene, "--json")
    assert told.code == 1
    assert told.document["became"] == {"missing": 1}
    listed = plexsync(rig.data, "queue", "list", "--state", "parked", "--json").document["jobs"]
    assert int(scene) in [row["job"]["scene_id"] for row in listed]


def test_why_explains_what_is_in_sync_and_what_is_not(rig: Rig) -> None:
    ran = plexsync(rig.data, "why", LINKED)
    assert ran.code == 0
    assert "In sync" in ran.out
    assert plexsync(rig.data, "why", LINKED, "--json").document["in_sync"] is True
    missing = plexsync(rig.data, "why", absent(rig))
    assert missing.code == 1
    assert "Plex does not have its file." in missing.out
    assert "Let Plex scan" in missing.out
    unknown = plexsync(rig.data, "why", "99999")
    assert unknown.code == 1
    assert "Stash has no scene 99999" in unknown.out


def test_what_was_given_up_is_listed_and_tried_again(rig: Rig) -> None:
    rig.plex.control("POST", "faults", [{"match": {"method": "PUT"}, "kind": "status", "status": 400, "times": 5}])
    rig.edit_scene(LINKED, title="Refused at first")
    rig.wait_until(lambda: plexsync(rig.data, "queue", "list", "--state", "dead", "--json").document["jobs"], 30)
    ran = plexsync(rig.data, "queue", "list", "--state", "dead")
    assert "Refused at first" in ran.out
    assert plexsync(rig.data, "status").code == 1
    rig.plex.control("POST", "faults", [])
    assert plexsync(rig.data, "queue", "retry", "--json").document == {"queued": 1}
    rig.wait_until(lambda: rig.item_of(LINKED)["title"] == "Refused at first")
    assert plexsync(rig.data, "status").code == 0


def interrupted_sync(rig: Rig) -> tuple[int, str]:
    """Press Ctrl-C at a `sync --all` that waits; returns its exit code and what it says."""
    before = plexsync(rig.data, "status", "--json").document["runs"][0]["id"]
    with heeding_ctrl_c():
        watching = subprocess.Popen(
            command(rig.data, "sync", "--all"),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            encoding="utf-8",
            env=environment(),
        )

    def queued() -> bool:
        run = plexsync(rig.data, "status", "--json").document["runs"][0]
        return bool(run["id"] != before and run["total"] == 60 and run["state"] == "running")

    rig.wait_until(queued, 20)
    watching.send_signal(signal.SIGINT)
    _, err = watching.communicate(timeout=20)
    return watching.returncode, err


def test_ctrl_c_leaves_the_sync_going(rig: Rig) -> None:
    rig.plex.control("POST", "latency", {"write_ms": 6000})
    rig.edit_scene(OTHER, title="Slow to write")
    time.sleep(1)  # the agent is writing it now, and all others wait
    code, err = interrupted_sync(rig)
    assert code == 130
    assert "goes on in the background" in err
    rig.plex.control("POST", "latency", {"write_ms": 1})
    rig.wait_until(rig.is_idle, 30)
    assert rig.item_of(OTHER)["title"] == "Slow to write"
    rig.wait_until(lambda: newest_run(rig) == ("done", 60), 20)


def newest_run(rig: Rig) -> tuple[str, int]:
    run = plexsync(rig.data, "status", "--json").document["runs"][0]
    return run["state"], run["total"]


@pytest.mark.skipif(sys.platform == "win32", reason="a pseudo-terminal is POSIX")
def test_on_a_terminal_there_is_a_bar_within_its_80_columns(rig: Rig) -> None:
    shown = on_terminal(command(rig.data, "sync", "--all"))
    assert "Syncing" in shown
    plain = re.sub(r"\x1b\[[0-9;?]*[a-zA-Z]", "", shown)
    assert max(len(line) for line in re.split(r"[\r\n]+", plain)) <= 80


def on_terminal(words: list[str]) -> str:
    """Run a command on a terminal of 80 columns and return all it wrote there."""
    import pty  # noqa: PLC0415  POSIX only

    parent, child = pty.openpty()
    variables = {**environment(), "TERM": "xterm-256color", "COLUMNS": "80", "LINES": "24"}
    running = subprocess.Popen(words, stdin=child, stdout=child, stderr=child, env=variables)
    os.close(child)
    shown = bytearray()
    while running.poll() is None or select.select([parent], [], [], 0)[0]:
        if select.select([parent], [], [], 0.2)[0]:
            try:
                shown += os.read(parent, 65536)
            except OSError:  # the other side is closed
                break
    os.close(parent)
    assert running.wait(30) == 0
    return shown.decode("utf-8")


def test_everything_on_standard_output_is_one_json_document(rig: Rig) -> None:
    for words in (["check"], ["status"], ["why", LINKED], ["queue", "list"], ["config", "show"], ["sync", LINKED]):
        ran = plexsync(rig.data, *words, "--json")
        assert json.loads(ran.out), words
        assert ran.err == "", words


def test_settings_are_tried_taken_over_and_shown_with_what_they_come_to(rig: Rig) -> None:
    assert plexsync(rig.data, "config", "try", "brake_percent", "40").out.startswith("This would do. Of your ")
    refused = plexsync(rig.data, "config", "try", "brake_percent", "400")
    assert (refused.code, "from 1 to 100" in refused.out) == (4, True)
    taken = plexsync(rig.data, "config", "take-over", "plex_url", "--json")
    assert (taken.code, taken.document["origin"]) == (0, "file")


def test_libraries_are_listed_with_what_both_sides_know(rig: Rig) -> None:
    listed = plexsync(rig.data, "config", "libraries", "--json").document
    assert listed["are_all"]
    assert {one["title"] for one in listed["libraries"]} == {
        section["title"] for section in rig.world.plex["sections"] if section["type"] == "movie"
    }
    assert all(0 < one["known"] <= one["items"] for one in listed["libraries"])
    assert "Stash knows" in plexsync(rig.data, "config", "libraries").out


def test_a_path_map_is_tried_on_the_files_of_both_sides(rig: Rig) -> None:
    right = plexsync(rig.data, "config", "path-map", "--json").document
    assert right["files"]["found"] > 0
    wrong = plexsync(rig.data, "config", "path-map", "/data => /nowhere")
    assert wrong.code == 1
    assert "/data => /nowhere: 0 of " in wrong.out
    assert re.search(r"is it /\S+", wrong.out)


def test_the_first_line_of_status_says_how_things_stand(rig: Rig, paused: None) -> None:
    told = plexsync(rig.data, "status", "--json").document["standing"]
    assert told["kind"] == "paused"
    assert plexsync(rig.data, "status").out.splitlines()[0].startswith("Paused.")
