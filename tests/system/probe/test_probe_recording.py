"""The recording of a probe: whatever a library holds, nothing of a person's stands in it."""

from __future__ import annotations

import copy
import json
import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from command_line import plexsync
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from probe_stage import ITEM, LIBRARY, ProbeStage, found, probe_stage

from plexsync.plex.exchange import Ask, Exchange
from plexsync.usecases.probe.pace import ProbeClock
from plexsync.usecases.probe.question import Evidence, Inquiry
from plexsync.usecases.probe.recording.checking import faults
from plexsync.usecases.probe.recording.record import recording
from plexsync.usecases.probe.recording.saving import LARGEST, text_of
from plexsync.usecases.probe.recording.shapes import Shapes
from plexsync.usecases.probe.run import Conduct, read_only
from plexsync_simulators.rig import TOKEN
from plexsync_simulators.shared.json_type import Json

LIBRARIES = int(os.environ.get("PLEXSYNC_PROBE_LIBRARIES", "12"))
"""scripts/probe-secrets takes a thousand."""

MARK = "mArK"
TEXTS = st.text(max_size=20).map(lambda text: f"{text}{MARK}{text[::-1]}")
PLAIN = st.text("aZ 09.-_/é\n\t", max_size=12).map(lambda text: f"{MARK}{text}{MARK}")
TAGS = st.lists(PLAIN, max_size=4, unique_by=str.casefold)


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ProbeStage]:
    with probe_stage(tmp_path_factory.mktemp("data")) as made:
        yield made


def has_mark(text: str) -> bool:
    return MARK.lower() in text.lower() or MARK.encode().hex() in text.lower() or "\\u006d" in text


@st.composite
def items(draw: st.DrawFn, number: int) -> Json:
    name = draw(st.text("aZ09 _é", max_size=10))
    return {
        "ratingKey": str(number),
        "title": draw(PLAIN),
        "summary": draw(PLAIN),
        "studio": draw(PLAIN),
        "tagline": draw(PLAIN),
        "guid": f"local://{MARK}{number}",
        "addedAt": draw(st.integers(0, 2**31)),
        "files": [{"path": f"/media/{MARK}/{name}{MARK}.mkv", "size": draw(st.integers(0, 2**40))}],
        "Genre": draw(TAGS),
        "Director": draw(TAGS),
        "Label": draw(TAGS),
        "Collection": draw(TAGS),
        "Role": [{"tag": tag, "role": f"{MARK}{tag}", "thumb": f"https://{MARK}/{number}"} for tag in draw(TAGS)],
    }


@st.composite
def libraries(draw: st.DrawFn) -> Json:
    rows = [draw(items(number)) for number in range(101, 101 + draw(st.integers(1, 5)))]
    section = {"key": "1", "title": f"{MARK} {draw(PLAIN)}", "locations": [f"/media/{MARK}"], "items": rows}
    return {"sections": [section]}


@pytest.mark.timeout(3600)
@settings(
    max_examples=LIBRARIES,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(library=libraries())
def test_no_secret_of_any_library_is_recorded(stage: ProbeStage, library: Json) -> None:
    stage.plex.control("POST", "replace", {"machine_id": f"{MARK}{MARK}", "library": library})
    clock = ProbeClock(stage.clock.now, lambda _: None)
    report = read_only(stage.target, Conduct(clock, lambda _: None, 0.0))
    text = text_of(report.recording)
    assert report.count(report.answers[0].judgement) > 20
    assert not has_mark(text)
    assert TOKEN not in text
    assert "127.0.0.1" not in text
    assert str(stage.plex.port) not in text
    assert faults(json.loads(text)) == []


JSON = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False), TEXTS),
    lambda inner: st.one_of(
        st.lists(inner, max_size=8),
        st.dictionaries(
            st.one_of(TEXTS, st.sampled_from(["Metadata", "title", "type", "size", "Field", "name"])), inner
        ),
    ),
    max_leaves=30,
)


@settings(max_examples=max(200, LIBRARIES), deadline=None)
@given(document=JSON, headers=st.dictionaries(PLAIN, PLAIN, max_size=3))
def test_no_secret_of_any_answer_is_recorded(document: Any, headers: dict[str, str]) -> None:
    body = json.dumps({"MediaContainer": document}).encode()
    inquiry = Inquiry("item", "/library/metadata/{item}")
    exchange = Exchange(Ask("GET", f"/library/{MARK}", MARK), 200, headers, body, 0.1)
    kept = recording((MARK, MARK), [], [(inquiry, exchange)], Evidence())
    assert not has_mark(text_of(kept))
    assert faults(json.loads(text_of(kept))) == []


@settings(max_examples=200, deadline=None)
@given(document=JSON)
def test_equal_texts_are_told_to_be_equal_and_others_not(document: Any) -> None:
    shapes = Shapes()
    first, second = shapes.of({"title": document}), shapes.of({"title": copy.deepcopy(document)})
    assert first == second
    assert shapes.of(f"{MARK} one") != shapes.of(f"{MARK} two")


def test_a_length_is_too_rough_to_name_a_film() -> None:
    lengths = {length: Shapes().of("x" * length, "summary") for length in range(1, 600)}
    assert len({lengths[length] for length in range(129, 257)}) == 1
    assert lengths[8] != lengths[7]


def written(stage: ProbeStage) -> Json:
    loaded = json.loads(text_of(stage.write().recording))
    assert isinstance(loaded, dict)
    return loaded


@pytest.fixture
def recorded(tmp_path: Path) -> Iterator[Json]:
    with probe_stage(tmp_path) as own:
        own.plex.control("POST", "hostile", {"odd_items": False})
        own.plex.control("POST", "switches", {"lag_ms": 20, "poster_delay_ms": 5})
        yield written(own)


def test_a_recording_of_a_probe_that_writes_holds_nothing_of_the_item(recorded: Json) -> None:
    text = text_of(recorded)
    assert faults(recorded) == []
    assert len(text.encode()) < LARGEST
    one = next(row for row in LIBRARY["sections"][0]["items"] if row["ratingKey"] == ITEM)
    for secret in (
        one["title"],
        one["summary"],
        one["studio"],
        one["files"][0]["path"],
        "Old Hand",
        "Himself",
        "Movies",
    ):
        assert secret not in text
    inquiries = {exchange["inquiry"] for exchange in recorded["exchanges"]}
    assert {"text.value", "names.add", "restore.edit", "picture.png", "listing", "item"} <= inquiries
    listing = next(exchange for exchange in recorded["exchanges"] if exchange["inquiry"] == "listing")
    assert listing["shape"]["Metadata"]["entries"][0]["title"].startswith("s8 ")
    assert listing["query"][0] == "type"


DAMAGE: list[tuple[str, Any]] = [
    ("form", 2),
    ("person", "Jane"),
    ("plexsync", "of Jane"),
    ("server", {"version": "1.2", "platform": "Jane's"}),
    ("server", {"version": "1.2", "platform": "Linux", "name": "x"}),
    ("answers", {"edit": {"judgement": "as assumed", "found": "/media/Jane.mkv"}}),
    ("answers", {"Jane Doe": {"judgement": "as assumed", "found": "yes"}}),
    ("heard", {"websocket": {"opened": True, "kinds": {"Jane": 1}, "longest_silence": 1.0}}),
    ("heard", {"websocket": {"opened": True, "kinds": {"ping": "Jane"}, "longest_silence": 1.0}}),
    ("heard", {"Jane": {"opened": True, "kinds": {}, "longest_silence": None}}),
    ("exchanges", [{"inquiry": "edit"}]),
    ("exchanges", "Jane"),
]
IN_EXCHANGE: list[tuple[str, Any]] = [
    ("inquiry", "Jane"),
    ("path", "/media/Jane.mkv"),
    ("path", "/library/metadata/4711"),
    ("query", ["X-Plex-Token=abc"]),
    ("headers", ["x-jane"]),
    ("shape", {"title": "Jane"}),
    ("shape", {"Jane": "s4 aA#1"}),
    ("shape", {"ratingKey": 4711}),
    ("shape", {"title": "s4 aA#1 Jane"}),
    ("shape", {"list": "Jane", "entries": []}),
    ("shape", {"Metadata": {"list": 1, "entries": [{"title": "Jane"}]}}),
    ("status", "Jane"),
    ("bytes", True),
    ("utf8", "Jane"),
    ("form", "Jane"),
    ("method", "Jane"),
]


def test_a_recording_that_holds_more_is_refused(recorded: Json) -> None:
    for part, value in DAMAGE:
        assert faults({**recorded, part: value}), (part, value)
    first, *others = recorded["exchanges"]
    for part, value in IN_EXCHANGE:
        assert faults({**recorded, "exchanges": [{**first, part: value}, *others]}), (part, value)
    odd: list[Any] = [None, [], {}, "text", 5, {"form": 1}]
    assert all(faults(wrong) for wrong in odd)


def test_the_command_shows_a_recording_before_it_has_its_name(stage: ProbeStage, tmp_path: Path) -> None:
    stage.plex.control("POST", "replace", {"machine_id": "m", "library": LIBRARY})
    target = tmp_path / "plex.json"
    arguments = ("probe", "--read-only", "--listen", "0", "--save", target)
    refused = plexsync(stage.data, *arguments, stdin="n\n")
    assert f"{target}.draft" in refused.err
    assert list(tmp_path.iterdir()) == []
    kept = plexsync(stage.data, *arguments, "--yes")
    assert kept.code == 0
    assert list(tmp_path.iterdir()) == [target]
    assert target.stat().st_mode & 0o077 == 0
    document = json.loads(target.read_text("utf-8"))
    assert faults(document) == []
    assert document["answers"]["json"] == {"judgement": "as assumed", "found": "yes"}
    stage.plex.control("POST", "reset_counters")
    again = plexsync(stage.data, *arguments, "--yes")
    assert stage.requests() == [], "said before the probe, not after it"
    assert again.code != 0
    assert "already" in again.err


def test_a_reason_of_the_servers_own_words_is_left_out(stage: ProbeStage) -> None:
    stage.plex.control("POST", "replace", {"machine_id": "m", "library": LIBRARY})
    report = stage.read()
    answer = replace(report.answers[0], found=f"/media/{MARK}")
    kept = recording(("1.2", "Linux"), [answer], [], Evidence())
    assert kept["answers"] == {answer.name: {"judgement": "as assumed", "found": ""}}
    assert found(report)["json"] == "yes"
