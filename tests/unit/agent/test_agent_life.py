"""The agent's knowledge of its own lives: failures with ever longer pauses, and how the last life ended."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path

import pytest

from plexsync.agent.life import NAME, PAUSES, STEADY_SECONDS, Life, PartFailure, boot_id, failures
from plexsync.domain.advice import explain

NOW = 1_800_000_000.0
PART = "writing to Plex"


def fail(life: Life, at: float, text: str = "no such luck") -> PartFailure:
    return fail_by(sqlite3.OperationalError(text), life, at)


def fail_by(trouble: Exception, life: Life, at: float) -> PartFailure:
    with pytest.raises(type(trouble)) as caught:
        raise trouble
    return life.fail(PART, caught.value, at, lambda told: told.replace("secret", "***"))


def test_each_failure_waits_longer_until_an_hour_has_been_steady(tmp_path: Path) -> None:
    life, at, pauses = Life(tmp_path), NOW, []
    for _ in range(len(PAUSES) + 1):
        failure = fail(life, at)
        pauses.append(failure.pause)
        assert failure.next_at == at + failure.pause
        at = failure.next_at + 60
    assert pauses == [*PAUSES, PAUSES[-1]]
    assert fail(life, at + STEADY_SECONDS).pause == PAUSES[0]


def test_another_process_reads_what_fails_and_forgets_it_after_a_steady_hour(tmp_path: Path) -> None:
    fail(Life(tmp_path), NOW, "with a secret in it")
    (found,) = failures(tmp_path, NOW + 1)
    assert found.detail.startswith("with a *** in it (in test_agent_life.py, line ")
    assert found.needs_person(NOW + 1)
    assert not found.needs_person(NOW + 10), "it works again, and failed only once"
    assert failures(tmp_path, NOW + STEADY_SECONDS + 10) == ()


def test_what_is_said_of_a_failure(tmp_path: Path) -> None:
    failure = fail(Life(tmp_path), NOW)
    assert str(explain("part_failed", failure.facts(NOW + 2))).startswith(
        "PlexSync failed once at writing to Plex: no such luck (in test_agent_life.py, line "
    )
    assert failure.facts(NOW + 2)["again"] == "tries again in 3 s"
    assert failure.facts(NOW + 7)["again"] == "is at work again"


@pytest.mark.parametrize(
    ("trouble", "words"),
    [
        (KeyError("title"), "a mistake of its own"),
        (RuntimeError(), "a mistake of its own"),
        (OSError(28, "No space left on device", "/data/state.db"), "No space left on device"),
    ],
)
def test_a_failure_is_told_in_words_of_people(tmp_path: Path, trouble: Exception, words: str) -> None:
    detail = fail_by(trouble, Life(tmp_path), NOW).detail
    assert detail.startswith(f"{words} (in test_agent_life.py, line ")


def test_a_new_life_tries_what_failed_at_once(tmp_path: Path) -> None:
    fail(Life(tmp_path), NOW)
    Life(tmp_path).begin(NOW + 1)
    (found,) = failures(tmp_path, NOW + 1)
    assert found.next_at == NOW + 1


def test_a_clean_end_needs_no_check_as_long_as_nobody_writes(tmp_path: Path) -> None:
    state = tmp_path / "state.db"
    state.write_bytes(b"one")
    life = Life(tmp_path)
    assert life.before.may_be_damaged, "nobody knows how it came to be"
    life.begin(NOW)
    life.end()
    assert not Life(tmp_path).before.may_be_damaged
    assert not Life(tmp_path).is_check_wanted
    state.write_bytes(b"another")
    assert Life(tmp_path).is_check_wanted


@pytest.mark.skipif(not boot_id(), reason="this system does not name its starts")
def test_a_kill_is_told_from_a_machine_that_went_down(tmp_path: Path) -> None:
    (tmp_path / "state.db").write_bytes(b"one")
    Life(tmp_path).begin(NOW)
    killed = Life(tmp_path)
    assert killed.is_check_wanted
    assert not killed.before.may_be_damaged
    known = json.loads((tmp_path / NAME).read_text())
    (tmp_path / NAME).write_text(json.dumps({**known, "boot": "another"}))
    assert Life(tmp_path).before.may_be_damaged


@pytest.mark.parametrize("written", ["", "[]", "{}", '{"boot": 1}', "null", '{"failures": [1]}', "\ufffd"])
def test_a_file_that_makes_no_sense_is_as_none(tmp_path: Path, written: str) -> None:
    (tmp_path / NAME).write_text(written, encoding="utf-8")
    assert Life(tmp_path).before.may_be_damaged
    assert failures(tmp_path, NOW) == ()
