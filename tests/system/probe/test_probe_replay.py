"""Recordings of real servers: each can be filed once, and the simulated Plex can be made to do the same."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from generators.servers_page import NONE, servers_page
from probe_stage import probe_stage
from probe_switches import mapped, switches_of

from plexsync.usecases.probe.recording.checking import faults
from plexsync.usecases.probe.recording.saving import text_of
from plexsync.usecases.probe.run import QUESTIONS
from plexsync_simulators.shared.json_type import Json
from recordings import add, filed, main, server_of

FILED = list(filed())


def record(folder: Path, switches: Json) -> Json:
    folder.mkdir()
    with probe_stage(folder) as stage:
        stage.plex.control("POST", "switches", switches)
        loaded = json.loads(text_of(stage.write().recording))
    assert isinstance(loaded, dict)
    return loaded


@pytest.mark.parametrize("recording", [one for _, one in FILED], ids=[str(path) for path, _ in FILED])
def test_what_a_real_server_did_the_simulated_one_does(recording: Json, tmp_path: Path) -> None:
    assert faults(recording) == []
    again = record(tmp_path / "again", switches_of(recording["answers"]))
    assert mapped(again["answers"]) | mapped(recording["answers"]) == mapped(again["answers"])


@pytest.mark.parametrize(
    "switches",
    [
        {},
        {"tag_semantics": "replace", "upload_locks": True, "keep_empty_collections": True},
        {"adding": "doubled", "removals": "one", "ignored": "userRating", "poster_refused": "gif,avif"},
        {"removals": "whole", "paging_required": True, "max_url_bytes": 0, "poster_recode": True},
        {"token_needed": False, "proxy_line_bytes": 8_192, "events": "websocket"},
    ],
)
def test_a_recording_tells_enough_to_do_the_same(switches: Json, tmp_path: Path) -> None:
    """Stands in for recordings of real servers, of which there is none yet."""
    first = record(tmp_path / "first", switches)
    second = record(tmp_path / "second", switches_of(first["answers"]))
    assert mapped(first["answers"]) == mapped(second["answers"])
    assert len(mapped(first["answers"])) >= 9


def test_a_recording_is_filed_once_under_version_and_platform(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    recording = record(tmp_path / "data", {})
    sent, folder = tmp_path / "sent.json", tmp_path / "filed"
    sent.write_text(json.dumps(recording), "utf-8")
    target = add(sent, folder)
    assert target == folder / "1.43.1.10611-1e34174b1-Linux" / "1.json"
    assert [server_of(one) for _, one in filed(folder)] == ["1.43.1.10611-1e34174b1-Linux"]
    with pytest.raises(ValueError, match="already"):
        add(sent, folder)
    newer, larger = json.dumps({**recording, "form": 9}), json.dumps({**recording, "path": "/media"})
    for text in ("", "{", newer, larger, "[" * 10**5):
        sent.write_text(text, "utf-8")
        with pytest.raises(ValueError):
            add(sent, folder)
    assert len(list(filed(folder))) == 1
    assert main(["add", str(sent)]) == 1
    assert main(["add", str(tmp_path / "absent.json")]) == 1
    assert main(["show"]) == 2
    assert "not filed" in capsys.readouterr().err


def test_the_page_has_a_row_for_each_question_and_says_if_no_server_was_seen() -> None:
    page = servers_page()
    assert all(f"| {question.text} |" in page for question in QUESTIONS)
    assert (NONE in page) == (not FILED)
