"""The probe that writes to one item: whatever happens, the server is as it was afterwards."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from command_line import command, environment, heeding_ctrl_c, plexsync
from killed_probe import kill_at, start
from probe_stage import FOREIGN, ITEM, LIBRARY, SHARED, ProbeStage, found, judged, make_hostile, probe_stage, state

from plexsync.agent.lock import AgentLock
from plexsync.store.files.probe_journal import ProbeJournal
from plexsync.store.state import AGENT_STATUS, AgentStatus
from plexsync.usecases.probe.picking import pick
from plexsync.usecases.probe.question import Inquiry, Judgement
from plexsync.usecases.probe.run import QUESTIONS, Conduct, with_item
from plexsync.usecases.refusal import Refused
from plexsync_simulators.shared.json_type import Json


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[ProbeStage]:
    with probe_stage(tmp_path) as made:
        yield made


def heed_nothing(_: Inquiry) -> None:
    pass


@pytest.mark.parametrize("item", ["102", "103"])
@pytest.mark.parametrize("hostile", [False, True])
def test_it_answers_and_leaves_the_server_as_it_was(stage: ProbeStage, item: str, hostile: bool) -> None:
    if hostile:
        make_hostile(stage)
    before = state(stage)
    stage.plex.control("POST", "reset_counters")
    report = stage.write(f"plex:{item}")
    assert report.trouble is None
    assert state(stage) == before
    assert not ProbeJournal(stage.data).path.exists()
    assert report.count(Judgement.NOT_TRIED) <= (15 if hostile else 3)
    assert len(report.answers) - report.count(Judgement.NOT_TRIED) >= 90 - 10 * hostile
    assert len(stage.requests()) <= report.requests <= 120


SWITCHES: list[tuple[Json, str, str]] = [
    ({}, "names.add", "adds"),
    ({"tag_semantics": "replace"}, "names.add", "replaces"),
    ({"adding": "doubled"}, "names.again", "twice"),
    ({}, "removal.joined", "all"),
    ({"removals": "one"}, "removal.joined", "none"),
    ({"removals": "plain"}, "removal.joined", "none"),
    ({"removals": "plain"}, "removal.plain", "yes"),
    ({"removals": "whole"}, "removal.plain", "yes"),
    ({"ignored": "userRating"}, "rating", "in vain"),
    ({"ignored": "summary,tagline"}, "edit.arrives", "in vain"),
    ({"proxy_line_bytes": 8192}, "length", "8 kB"),
    ({"max_url_bytes": 0}, "length", "64 kB"),
    ({"edit_status": 500}, "edit", "500"),
    ({"refuse_value": "label"}, "label", "500"),
    ({"upload_locks": True}, "picture.locked", "yes"),
    ({"poster_recode": True}, "picture.hash", "no"),
    ({"poster_refused": "avif"}, "picture.avif", "500"),
    ({"poster_delay_ms": 3000}, "picture.listed", "no"),
    ({"keep_empty_collections": True}, "collection.emptied", "it stays"),
    ({}, "collection.emptied", "it goes"),
    ({"omit": "updatedAt"}, "edit.stamp", "the item does not tell when it was last changed"),
    ({"events": "silent"}, "stream.edits", "no"),
]


@pytest.mark.parametrize(("switches", "question", "finding"), SWITCHES)
def test_each_habit_is_found_and_nothing_stays(stage: ProbeStage, switches: Json, question: str, finding: str) -> None:
    stage.plex.control("POST", "switches", switches)
    before = state(stage)
    report = stage.write()
    assert report.trouble is None
    assert found(report)[question] == finding
    assert state(stage) == before
    assert report.requests <= 120


def test_every_finding_is_of_a_known_question() -> None:
    names = [question.name for question in QUESTIONS]
    assert len(names) == len(set(names)) >= 90
    assert all(question.assumed for question in QUESTIONS)


KILLS = range(27, 130, int(os.environ.get("PLEXSYNC_PROBE_KILL_STEP", "9")))
"""The first 27 requests only read; scripts/probe-kills goes through all the others one by one."""


@pytest.mark.slow
@pytest.mark.timeout(900)
@pytest.mark.parametrize("hostile", [False, True])
@pytest.mark.parametrize("when", ["before", "after"])
def test_a_kill_at_any_request_leaves_the_server_as_it_was_once_restored(
    stage: ProbeStage,
    when: str,
    hostile: bool,
) -> None:
    if hostile:
        make_hostile(stage)
    before = state(stage)
    killed = 0
    for request in KILLS:
        if not kill_at(stage, request, when):
            break
        killed += 1
        with pytest.raises(Refused, match="probe_unfinished"):
            stage.write()
        stage.restore()
        assert state(stage) == before, f"killed at request {request}"
        assert not ProbeJournal(stage.data).path.exists()
    assert killed >= 6


@pytest.mark.parametrize("request_", range(30, 100, 10))
def test_a_server_that_goes_away_in_the_middle_is_put_right_afterwards(stage: ProbeStage, request_: int) -> None:
    before = state(stage)
    stage.plex.control("POST", "faults", [{"kind": "reset", "skip": request_, "times": -1}])
    report = stage.write()
    assert report.trouble is not None
    stage.plex.control("POST", "faults", [])
    if ProbeJournal(stage.data).path.exists():
        assert "plexsync probe --restore" in report.trouble.next_step
        stage.restore()
    assert state(stage) == before


@pytest.mark.parametrize("kind", ["reset", "truncate", "status"])
@pytest.mark.parametrize("when", ["before", "after"])
def test_one_request_that_fails_in_the_middle_ends_it_with_the_item_as_it_was(
    stage: ProbeStage, kind: str, when: str
) -> None:
    before = state(stage)
    for skip in range(0, 24, 4):
        fault = {"kind": kind, "when": when, "status": 503, "skip": skip, "match": {"method": "PUT|POST|DELETE"}}
        stage.plex.control("POST", "faults", [fault])
        stage.write()
        stage.plex.control("POST", "faults", [])
        assert not ProbeJournal(stage.data).path.exists()
        assert state(stage) == before


def test_ctrl_c_leaves_the_item_as_it_was(stage: ProbeStage) -> None:
    before = state(stage)
    picked = pick(stage.opened, f"plex:{ITEM}")
    for stop in range(30, 100, 14):
        asked = 0

        def heed(_: Inquiry, stop: int = stop) -> None:
            nonlocal asked
            asked += 1
            if asked == stop:
                raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            with_item(stage.opened, picked, Conduct(stage.clock, heed, 0.0))
        assert state(stage) == before
        assert not ProbeJournal(stage.data).path.exists()


def test_a_write_that_was_still_on_its_way_is_undone_too(stage: ProbeStage) -> None:
    """The process dies while the server still works on its edit: the restore comes after it."""
    before = state(stage)
    stage.plex.control("POST", "switches", {"edit_ms": 700})
    with start(stage.data) as process:
        assert process.stdout
        assert process.stdin
        pid = int(process.stdout.readline())
        seen = threading.Event()

        def watch() -> None:
            while not seen.wait(0.01):
                if any(asked["method"] == "PUT" for asked in stage.requests()):
                    os.kill(pid, signal.SIGKILL)
                    return

        watcher = threading.Thread(target=watch)
        watcher.start()
        process.stdin.write("\n")
        process.stdin.close()
        assert process.wait(60) == -signal.SIGKILL
        seen.set()
        watcher.join()
    stage.restore()
    time.sleep(1.0)  # whatever was on its way has arrived by now
    assert state(stage) == before


def test_a_full_disk_keeps_it_from_writing(stage: ProbeStage) -> None:
    before = state(stage)
    ProbeJournal(stage.data).path.with_name("probe.journal").mkdir()
    with pytest.raises(Refused, match="probe_unfinished"):
        stage.write()
    ProbeJournal(stage.data).path.rmdir()
    picked = pick(stage.opened, f"plex:{ITEM}")
    puts = 0

    def heed(inquiry: Inquiry) -> None:
        nonlocal puts
        puts += inquiry.method == "PUT"
        if puts == 3 and inquiry.method == "PUT":
            path = ProbeJournal(stage.data).path
            path.unlink()
            path.mkdir()  # what is written there fails from now on

    report = with_item(stage.opened, picked, Conduct(stage.clock, heed, 0.0))
    assert report.trouble is not None
    assert state(stage) == before


@pytest.mark.parametrize("others", ["agent", "probe"])
def test_nobody_else_may_write_meanwhile(stage: ProbeStage, others: str) -> None:
    lock = AgentLock(stage.data) if others == "agent" else AgentLock(stage.data, "probe.lock")
    assert lock.take()
    with pytest.raises(Refused, match=f"probe_{'agent' if others == 'agent' else 'twice'}"):
        stage.write()
    if others == "agent":
        stage.opened.store.state.put(AGENT_STATUS, AgentStatus(paused=True))
        assert stage.write().trouble is None
    lock.release()


def test_an_item_that_is_watched_is_left_alone(stage: ProbeStage) -> None:
    stage.plex.control("POST", "playing", {"ratingKeys": [ITEM]})
    before = stage.dump()
    report = stage.write()
    assert report.trouble is not None
    assert "watches" in report.trouble.text
    assert stage.dump() == before
    stage.plex.control("POST", "playing", {"ratingKeys": ["103"]})
    assert stage.write().trouble is None


def test_somebody_who_begins_to_watch_ends_it(stage: ProbeStage) -> None:
    before = state(stage)
    picked = pick(stage.opened, f"plex:{ITEM}")

    def heed(inquiry: Inquiry) -> None:
        if inquiry.name == "rating.value":
            stage.plex.control("POST", "playing", {"ratingKeys": [ITEM]})

    report = with_item(stage.opened, picked, Conduct(stage.clock, heed, 0.0))
    assert report.trouble is not None
    assert judged(report)["collection"] == "not tried"
    assert state(stage) == before


def test_a_busy_server_is_left_alone(stage: ProbeStage) -> None:
    stage.plex.control("POST", "switches", {"scan_ms": 3_000})
    stage.target.client.trigger("/library/sections/1/refresh", {})
    report = stage.write()
    assert report.trouble is not None
    assert "busy" in report.trouble.text
    assert judged(report)["edit"] == "not tried"


@pytest.mark.parametrize("move", ["actor.add", "length.body"])
def test_work_that_plex_begins_meanwhile_ends_it_before_the_next_step(stage: ProbeStage, move: str) -> None:
    before = state(stage)
    stage.plex.control("POST", "switches", {"scan_ms": 10_000})

    def heed(inquiry: Inquiry) -> None:
        if inquiry.name == move:
            stage.target.client.trigger("/library/sections/1/refresh", {})

    report = with_item(stage.opened, pick(stage.opened, f"plex:{ITEM}"), Conduct(stage.clock, heed, 0.0))
    assert report.trouble is not None
    assert "begun work of its own (library.update.section)" in report.trouble.text
    assert judged(report)["collection"] == "not tried"
    assert (judged(report)["length"] == "not tried") == (move == "actor.add")
    assert state(stage) == before
    assert not ProbeJournal(stage.data).path.exists()


def test_a_shared_token_writes_nothing(tmp_path: Path) -> None:
    with probe_stage(tmp_path, token=SHARED) as stage:
        before = state(stage)
        report = stage.write()
        assert found(report)["edit"] == "403"
        assert state(stage) == before
        assert not ProbeJournal(stage.data).path.exists()


def test_a_collection_of_that_name_that_was_there_is_left_alone(tmp_path: Path) -> None:
    first, *others = LIBRARY["sections"][0]["items"]
    own = {**first, "Collection": ["PlexSync probe"]}
    library = {"sections": [{**LIBRARY["sections"][0], "items": [own, *others]}]}
    with probe_stage(tmp_path, library) as stage:
        before = state(stage)
        assert "already" in found(stage.write())["collection"]
        assert state(stage) == before


@pytest.mark.parametrize(
    ("name", "code"),
    [("plex:999", "item_gone"), ("all", "probe_item_name"), ("plex:", "probe_item_name"), ("", "probe_item_name")],
)
def test_an_item_has_to_be_named_exactly(stage: ProbeStage, name: str, code: str) -> None:
    with pytest.raises(Refused, match=code):
        stage.write(name)


def test_a_show_is_refused(stage: ProbeStage) -> None:
    stage.plex.control("POST", "items", {"section": "2", "ratingKey": "900", "title": "A show"})
    with pytest.raises(Refused, match="probe_not_movie"):
        stage.write("plex:900")


def test_an_item_with_half_a_letter_is_refused(stage: ProbeStage) -> None:
    before = state(stage)
    stage.plex.control("POST", f"items/{ITEM}", {"set": {"tagline": "Half a letter \udcc3"}})
    report = stage.write()
    assert report.trouble is not None
    assert "broken" in report.trouble.text
    stage.plex.control("POST", f"items/{ITEM}", {"set": {"tagline": ""}})
    assert state(stage) == before


def test_a_restore_looks_which_server_it_is_and_whether_there_is_something(stage: ProbeStage) -> None:
    with pytest.raises(Refused, match="probe_nothing"):
        stage.restore()
    assert kill_at(stage, 40, "after")
    stage.plex.control("POST", "machine_id", {"machine_id": FOREIGN})
    with pytest.raises(Refused, match="probe_other_server"):
        stage.restore()
    path = ProbeJournal(stage.data).path
    path.write_text(path.read_text("utf-8")[:40], "utf-8")
    with pytest.raises(Refused, match="probe_damaged"):
        stage.restore()


def test_an_item_that_is_gone_leaves_nothing_to_restore(stage: ProbeStage) -> None:
    assert kill_at(stage, 40, "after")
    stage.plex.control("DELETE", f"items/{ITEM}")
    stage.plex.control("POST", "reset_counters")
    with pytest.raises(Refused, match="probe_item_gone"):
        stage.restore()
    assert {asked["method"] for asked in stage.requests()} == {"GET"}
    assert not ProbeJournal(stage.data).path.exists()
    assert (stage.data / "probe.journal.gone").exists(), "should it come back, its values are known"


def test_an_item_that_goes_in_the_middle_takes_the_collection_along(stage: ProbeStage) -> None:
    stage.plex.control("POST", "switches", {"keep_empty_collections": True})
    picked = pick(stage.opened, f"plex:{ITEM}")

    def heed(inquiry: Inquiry) -> None:
        if inquiry.name == "collection.prefs":
            stage.plex.control("DELETE", f"items/{ITEM}")

    report = with_item(stage.opened, picked, Conduct(stage.clock, heed, 0.0))
    assert report.trouble is not None
    assert "not there any more" in report.trouble.text
    assert "PlexSync probe" not in state(stage)


def test_another_item_under_the_same_key_is_left_alone(stage: ProbeStage) -> None:
    assert kill_at(stage, 40, "after")
    stage.plex.control("POST", f"items/{ITEM}/match", {"guid": "plex://movie/another", "name": "Another film"})
    before = stage.dump()
    with pytest.raises(Refused, match="probe_other_item"):
        stage.restore()
    assert stage.dump() == before
    assert ProbeJournal(stage.data).path.exists()


@pytest.mark.parametrize("change", [{"Label": ["Plexsync probe"]}, {"summary": "PlexSync probe: one line."}])
def test_what_another_probe_has_written_is_not_taken_for_the_items_own(stage: ProbeStage, change: Json) -> None:
    stage.plex.control("POST", f"items/{ITEM}", {"set": change})
    stage.plex.control("POST", "reset_counters")
    report = stage.write()
    assert report.trouble is not None
    assert "a probe already" in report.trouble.text
    assert {asked["method"] for asked in stage.requests()} == {"GET"}


@pytest.mark.parametrize("lag_ms", [110, 300])
def test_a_server_that_shows_edits_very_late_is_left_as_it_was(stage: ProbeStage, lag_ms: int) -> None:
    """Reads are old by 5 or 15 seconds of the probe's clock."""
    before = state(stage)
    stage.plex.control("POST", "switches", {"lag_ms": lag_ms})
    report = stage.write()
    assert report.trouble is None
    assert found(report)["edit.lag"] == "later"
    assert state(stage) == before


def test_a_server_that_shows_no_edit_at_all_is_not_said_to_be_as_it_was(stage: ProbeStage) -> None:
    before = state(stage)
    stage.plex.control("POST", "switches", {"lag_ms": 6_000})
    report = stage.write()
    assert report.trouble is not None
    assert "shows none of them" in report.trouble.text
    stage.plex.control("POST", "switches", {"lag_ms": 0})
    stage.restore()
    assert state(stage) == before


def test_an_edit_that_lands_after_its_connection_broke_is_undone(stage: ProbeStage) -> None:
    """The answer never comes, and a read may be older than the edit."""
    before = state(stage)
    stage.plex.control("POST", "switches", {"lag_ms": 30})
    fault = {"kind": "reset", "when": "after", "match": {"method": "PUT"}}
    stage.plex.control("POST", "faults", [fault])
    assert stage.write().trouble is not None
    assert not ProbeJournal(stage.data).path.exists()
    assert state(stage) == before


def test_ctrl_c_in_a_terminal_says_how_the_item_is(stage: ProbeStage) -> None:
    before = state(stage)
    words = command(stage.data, "probe", "--item", f"plex:{ITEM}", "--yes", "--listen", "0")
    with heeding_ctrl_c():
        process = subprocess.Popen(words, env=environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    while not any(asked["method"] == "PUT" for asked in stage.requests()):
        assert process.poll() is None
        time.sleep(0.05)
    process.send_signal(signal.SIGINT)
    _, told = process.communicate(timeout=60)
    assert process.returncode == 130
    assert told.index("Putting the item back…") < told.index("The item is as it was.")
    assert state(stage) == before


def test_a_rating_that_edits_do_not_clear_is_rated_away(stage: ProbeStage) -> None:
    before = state(stage)
    stage.plex.control("POST", "switches", {"refuse_value": "^userRating.value=$"})
    assert stage.write().trouble is None
    after = json.loads(state(stage))
    for section in after["sections"]:
        for item in section["items"]:
            item.pop("lastRatedAt", None)
    assert after == json.loads(before)


@pytest.mark.slow
def test_the_command_asks_first_and_takes_its_time(stage: ProbeStage) -> None:
    before = state(stage)
    refused = plexsync(stage.data, "probe", "--item", f"plex:{ITEM}", stdin="n\n")
    assert refused.code == 1
    assert "“Film 102” (102) in Movies" in refused.err
    unanswered = plexsync(stage.data, "probe", "--item", f"plex:{ITEM}")
    assert unanswered.code == 2
    assert "Give --yes as well." in unanswered.err
    assert {asked["method"] for asked in stage.requests()} == {"GET"}
    ran = plexsync(stage.data, "probe", "--item", f"plex:{ITEM}", "--yes", "--json", "--listen", "0")
    document = ran.document
    findings = {answer["name"]: answer["found"] for answer in document["answers"]}
    assert {name: findings[name] for name in findings if name.endswith(".stamp")} == {
        "edit.stamp": "yes",
        "rating.stamp": "yes",
        "names.stamp": "yes",
        "label.stamp": "yes",
        "collection.stamp": "yes",
    }
    assert 25 < document["seconds"] < 300
    assert state(stage) == before
    assert plexsync(stage.data, "probe", "--restore").code == 1


@pytest.mark.slow
def test_a_server_that_keeps_its_stamps_still_is_found_out(stage: ProbeStage) -> None:
    stage.plex.control("POST", "switches", {"still_fields": "label,collection,userRating"})
    ran = plexsync(stage.data, "probe", "--item", f"plex:{ITEM}", "--yes", "--json", "--listen", "0")
    findings = {answer["name"]: answer["found"] for answer in ran.document["answers"]}
    stamps = ("edit.stamp", "rating.stamp", "names.stamp", "label.stamp", "collection.stamp")
    assert [findings[name] for name in stamps] == ["yes", "no", "yes", "no", "no"]
