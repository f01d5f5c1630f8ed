"""The probe that only reads: it asks a server much, changes nothing, and says what is otherwise than assumed."""

from __future__ import annotations

import itertools
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from command_line import plexsync
from probe_stage import FOREIGN, LIBRARY, SHARED, ProbeStage, found, judged, probe_stage

from plexsync.domain.errors import Starting, TokenRefused, Unreachable
from plexsync.usecases.probe.pace import ProbeClock
from plexsync.usecases.probe.question import Judgement
from plexsync.usecases.probe.run import Conduct, read_only
from plexsync_simulators.shared.json_type import Json


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ProbeStage]:
    with probe_stage(tmp_path_factory.mktemp("data")) as made:
        yield made


@pytest.fixture
def own(tmp_path: Path) -> Iterator[ProbeStage]:
    with probe_stage(tmp_path) as made:
        yield made


def test_it_answers_most_questions_as_assumed_and_changes_nothing(stage: ProbeStage) -> None:
    stage.plex.control("POST", "reset_counters")
    before = stage.dump()
    report = stage.read()
    assert report.trouble is None
    assert report.count(Judgement.AS_ASSUMED) >= 40
    assert report.count(Judgement.OTHERWISE) == 0
    assert stage.dump() == before
    assert {asked["method"] for asked in stage.requests()} == {"GET"}
    assert not any(asked["path"].endswith("/refresh") for asked in stage.requests())
    assert len(stage.requests()) == report.requests <= 120


def test_it_takes_its_time(stage: ProbeStage) -> None:
    moments: list[float] = []
    clock = stage.clock
    read_only(stage.target, Conduct(clock, lambda _: moments.append(clock.now()), 0.0))
    gaps = [later - earlier for earlier, later in itertools.pairwise(moments)]
    assert min(gaps) >= 0.249


@pytest.mark.parametrize(
    ("switches", "question", "finding"),
    [
        ({"paging_required": True}, "sections.unpaged", "400"),
        ({"omit": "offset,totalSize,size"}, "listing.counts", "none"),
        ({"omit": "totalSize"}, "listing.zero", "no total"),
        ({"omit": "updatedAt"}, "listing.updated", "no"),
        ({"omit": "contentChangedAt"}, "listing.updated", "yes"),
        ({"events": "missing"}, "stream.opens", "no"),
        ({"events": "websocket"}, "stream.opens", "no"),
        ({"token_needed": False}, "claimed", "unclaimed"),
    ],
)
def test_a_server_of_other_habits_is_told_apart(stage: ProbeStage, switches: Json, question: str, finding: str) -> None:
    stage.plex.control("POST", "switches", switches)
    try:
        assert found(stage.read())[question] == finding
    finally:
        stage.plex.control("POST", "switches/reset")


def test_what_is_otherwise_comes_with_what_plexsync_does(stage: ProbeStage) -> None:
    stage.plex.control("POST", "switches", {"omit": "offset,totalSize,size"})
    try:
        report = stage.read()
    finally:
        stage.plex.control("POST", "switches/reset")
    for answer in report.answers:
        assert bool(answer.then) == (answer.judgement is Judgement.OTHERWISE)


def test_odd_text_is_counted(own: ProbeStage) -> None:
    own.plex.control("POST", "hostile", {"odd_items": False})
    values = {"title": "Half a letter \udcc3", "summary": "Bell \u0007"}
    own.plex.control(
        "POST", "items", {"section": "1", "ratingKey": "50", **values, "files": [{"path": "/media/films/a"}]}
    )
    told = found(own.read())
    assert (told["text.utf8"], told["text.controls"], told["text.strict"]) == ("no", "yes", "no")


def test_pings_are_timed(own: ProbeStage) -> None:
    own.plex.control("POST", "switches", {"ping_ms": 100})
    told = found(own.read(listen_seconds=40.0))
    assert (told["stream.silence"], told["websocket.silence"]) == ("never", "never")
    own.plex.control("POST", "switches", {"ping_ms": 100, "events": "dead"})
    assert found(own.read(listen_seconds=60.0))["stream.silence"] == "yes"


@pytest.mark.parametrize("library", [{"sections": []}, {"sections": [{**LIBRARY["sections"][0], "items": []}]}])
def test_an_empty_server_answers_what_it_can(tmp_path: Path, library: Json) -> None:
    with probe_stage(tmp_path, library) as stage:
        report = stage.read()
        assert judged(report)["item.section"] == "not tried"
        assert found(report)["item.section"] == "the library has no item"
        assert ("movie library" in found(report)["listing"]) != bool(library["sections"])
        assert report.count(Judgement.OTHERWISE) == 0


def test_a_shared_token_is_told(tmp_path: Path) -> None:
    with probe_stage(tmp_path, token=SHARED) as stage:
        report = stage.read()
        assert (found(report)["token"], judged(report)["token"]) == ("shared", "otherwise")


def test_a_server_that_cannot_be_asked_is_an_error_from_the_start(tmp_path: Path) -> None:
    with probe_stage(tmp_path, token=FOREIGN) as stage, pytest.raises(TokenRefused):
        stage.read()
    with probe_stage(tmp_path) as stage:
        stage.plex.control("POST", "starting", {"on": True})
        with pytest.raises(Starting):
            stage.read()
        stage.plex.control("POST", "starting", {"on": False})
        stage.plex.control("POST", "down", {"seconds": 600})
        with pytest.raises(Unreachable):
            stage.read()


@pytest.mark.parametrize("page", ["starting", "down"])
def test_a_server_that_goes_away_in_the_middle_ends_it_with_a_sentence(own: ProbeStage, page: str) -> None:
    body = {"on": True} if page == "starting" else {"seconds": 600}
    asked = 0

    def heed(_: object) -> None:
        nonlocal asked
        asked += 1
        if asked == 10:
            own.plex.control("POST", page, body)

    report = read_only(own.target, Conduct(own.clock, heed, 0.0))
    assert report.trouble is not None
    assert report.trouble.next_step
    assert report.count(Judgement.AS_ASSUMED) >= 5
    assert report.count(Judgement.NOT_TRIED) >= 20


def test_one_answer_that_breaks_off_costs_its_question_alone(own: ProbeStage) -> None:
    own.plex.control("POST", "faults", [{"match": {"path_regex": "/activities"}, "kind": "truncate"}])
    report = own.read()
    assert report.trouble is None
    assert judged(report)["activities"] == "not tried"
    assert judged(report)["sessions"] == "as assumed"


def test_it_ends_with_its_time(own: ProbeStage) -> None:
    later = 0.0

    def sleep(seconds: float) -> None:
        nonlocal later
        later += seconds + 12.0

    clock = ProbeClock(lambda: time.monotonic() + later, sleep)
    report = read_only(own.target, Conduct(clock, lambda _: None, 0.0))
    assert found(report)["activities"] == "the probe takes at most 5 minutes"
    assert threading.active_count() < 20


def test_the_command_says_first_what_it_does_and_then_what_it_found(stage: ProbeStage) -> None:
    ran = plexsync(stage.data, "probe", "--read-only", "--listen", "0")
    assert ran.code == 0, ran.err
    assert "Nothing is written" in ran.err
    assert "Does a listing by id come in that order? yes" in ran.out
    document = plexsync(stage.data, "probe", "--read-only", "--listen", "0", "--json").document
    assert document["counts"]["otherwise"] == 0
    assert document["trouble"] is None
    assert {"name", "step", "text", "judgement", "found", "then"} == set(document["answers"][0])
    assert plexsync(stage.data, "probe").code == 2
