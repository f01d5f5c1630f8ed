"""The worst that can stand in a library, brought all the way to Plex and found settled by a second run."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from inside import Inside, inside, item, scene, small_world

from plexsync.store.jobs import State
from plexsync.usecases.queue.rows import row_of
from plexsync_simulators.shared.json_type import Json

LONG = "Wörter " * 1430  # 10,010 characters, 11,440 bytes
BIDI = "\u202eabc\u202c \u2066x\u2069 \u200fend"
TITLES: dict[str, tuple[str, str]] = {
    "10,000 characters": (LONG, LONG[:999] + "…"),
    "NUL": ("before\0after", "before after"),
    "control characters": ("a\x01b\x7fc\x9bd", "a b c d"),
    "bidi controls": (BIDI, BIDI),
    "half a character": ("half \ud800 of one", "half \ufffd of one"),
    "both halves": ("\ud83d\ude00 whole", "😀 whole"),
    "line ends": ("one\r\ntwo\u2028three", "one two three"),
    "emoji": ("👩\u200d👩\u200d👧 🏳️\u200d🌈", "👩\u200d👩\u200d👧 🏳️\u200d🌈"),
    "what URLs are made of": ("100%25 & a=b;c?d#e+f/g\\h", "100%25 & a=b;c?d#e+f/g\\h"),
    "what SQL is made of": ("'; DROP TABLE job; --", "'; DROP TABLE job; --"),
    "what HTML is made of": ("<script>alert(1)</script> &amp;", "<script>alert(1)</script> &amp;"),
    "what templates are made of": ("{0} %s {x.__class__}", "{0} %s {x.__class__}"),
    "a letter in two pieces": ("Cafe\u0301", "Café"),
    "only blanks and controls": ("\0 \t\u2028", "nasty14"),
}
FILES = (
    "100%.mp4", "under_score%20.mp4", "back\\slash.mp4", "new\nline.mp4", "😀 emoji.mp4", "Cafe\u0301.mp4",
    "Café 2.mp4",
    "a'b\"c;d => e.mp4",
    ".hidden.mp4", "no ending", " blank.mp4 ", "{0}.mp4", "#hash?query=1&x.mp4", "MiXed.MP4", "mixed.mp4",
)  # fmt: skip
TAGS = [f"Tag {number:03}, with a comma" for number in range(500)]
NAMES = ["Ana", "ANA", "Ána", "Anä", "ana ", "A\u0301na", "Ø", "O", "ß", "ss", "İ", "i", "ﬁ", "fi", "\0", "Half \udfff"]


def rows(kind: str, names: list[str]) -> list[Json]:
    stamp = "2024-01-01T00:00:00Z"
    return [
        {"id": str(number + 1), "name": name, "created_at": stamp, "updated_at": stamp}
        for number, name in enumerate(names)
    ]


def world() -> Any:
    titled = [
        scene(number, f"nasty{number:02}.mp4", title=title, details=title[:2000])
        for number, (title, _) in enumerate(TITLES.values(), 1)
    ]
    filed = [scene(100 + number, name) for number, name in enumerate(FILES)]
    everything = [str(number + 1) for number in range(len(TAGS) + len(NAMES))]
    listed = [
        scene(201, "tags.mp4", tag_ids=everything[: len(TAGS)]),
        scene(202, "names.mp4", performer_ids=everything[: len(NAMES)], tag_ids=everything[len(TAGS) :]),
    ]
    scenes = [*titled, *filed, *listed]
    files = [one["files"][0]["path"].removeprefix("/data/") for one in scenes]
    return small_world(
        *scenes,
        items=[item(name) for name in files],
        tags=rows("tags", TAGS + NAMES),
        performers=rows("performers", NAMES),
    )


@pytest.fixture(scope="module")
def stage() -> Iterator[Inside]:
    with inside(world(), settings={"image_poster": "off"}) as made:
        made.sync()
        yield made


def shown(stage: Inside, name: str) -> Json:
    return stage.items()[f"/media/{name}"]


@pytest.mark.parametrize("case", TITLES)
def test_a_title_arrives_cleaned_once(stage: Inside, case: str) -> None:
    _, wanted = TITLES[case]
    number = list(TITLES).index(case) + 1
    found = shown(stage, f"nasty{number:02}.mp4")
    assert found["title"] == wanted


@pytest.mark.parametrize("name", FILES)
def test_a_file_of_any_name_is_found(stage: Inside, name: str) -> None:
    assert shown(stage, name)["title"] == f"Scene {100 + FILES.index(name)}"


def test_five_hundred_tags_arrive(stage: Inside) -> None:
    assert sorted(shown(stage, "tags.mp4")["Genre"]) == sorted(TAGS)


def test_names_that_differ_by_case_are_one_and_by_accents_several(stage: Inside) -> None:
    people = [role["tag"] for role in shown(stage, "names.mp4")["Role"]]
    assert people == ["Ana", "Ána", "Anä", "Ø", "O", "ß", "İ", "i", "ﬁ", "Half \ufffd"]
    assert {unicodedata.normalize("NFC", name) for name in people} == set(people)


def test_a_summary_that_no_request_can_carry_is_explained_and_keeps_nothing_else_back() -> None:
    refused = scene(203, "summary.mp4", title="Its title", details="ö" * 5_000)
    with inside(small_world(refused, items=[item("summary.mp4")]), settings={"max_attempts": 1}) as other:
        other.sync()
        assert shown(other, "summary.mp4")["title"] == "Its title"
        job = other.job(203)
        assert (job.state, job.cause, job.detail["status"]) == (State.DEAD, "item_rejected", "414")
        assert "Shorten it in Stash" in str(row_of(job, "").advice)


def test_nothing_is_given_up(stage: Inside) -> None:
    assert {state for state, _ in stage.jobs_by_state()} == set()
    assert all(stage.job(scene["id"]).state is State.DONE for scene in stage.world.stash["scenes"])


def test_a_second_run_writes_nothing(stage: Inside) -> None:
    stage.reset_counts()
    stage.sync()
    counts = stage.plex_counts()
    assert (counts["PUT"], counts["POST"]) == (0, 0)
    found = stage.reconcile(deep=True)
    assert (found.state, found.result["gaps"]) == ("done", 0)


def test_windows_drives_and_shares_are_found_whatever_their_letter_case() -> None:
    made = small_world(
        *(scene(number, f"{number}.mp4", title=f"Found {number}") for number in (1, 2, 3)),
        items=[item(f"{number}.mp4") for number in (1, 2, 3)],
    )
    (section,) = made.plex["sections"]
    section["locations"] = ["D:\\Media", "\\\\nas\\clips", "C:\\new"]
    sides = {
        "/data/ünï 1.mp4": "D:\\Media\\ÜNÏ 1.mp4",
        "//NAS/Clips/sub/2.MP4": "\\\\nas\\clips\\sub\\2.mp4",
        "c:/new/_%3.mp4": "C:\\new\\_%3.mp4",
    }
    for one, other, (stash, plex) in zip(made.stash["scenes"], section["items"], sides.items(), strict=True):
        one["files"][0]["path"], other["files"][0]["path"] = stash, plex
    rules = "/data => D:\\Media; \\\\nas\\clips => \\\\nas\\clips; C:\\new => C:\\new"
    with inside(replace(made, path_map=rules), settings={"image_poster": "off"}) as other:
        other.sync()
        titles = {path: found["title"] for path, found in other.items().items()}
        assert titles == {path: f"Found {number}" for number, path in enumerate(sides.values(), 1)}
        other.reset_counts()
        other.sync()
        assert other.plex_counts()["PUT"] == 0
