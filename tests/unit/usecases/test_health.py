"""`plexsync health`: one line and an exit code, by the agent's lock and by what failed."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from plexsync.agent.life import PAUSES, Life
from plexsync.agent.lock import AgentLock
from plexsync.cli import main
from plexsync.usecases.status.health import health

NOW = 1_800_000_000.0


def run(capsys: pytest.CaptureFixture[str], folder: Path, *words: str) -> tuple[int, str]:
    code = main(["--data", str(folder), "health", *words])
    return code, capsys.readouterr().out


def test_a_living_agent_is_well_and_a_dead_one_is_not(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, told = run(capsys, tmp_path)
    assert (code, told.count("\n")) == (3, 1)
    assert "not running" in told
    lock = AgentLock(tmp_path)
    assert lock.take()
    code, told = run(capsys, tmp_path)
    assert (code, told) == (0, "PlexSync's background process is running.\n")
    code, told = run(capsys, tmp_path, "--json")
    assert json.loads(told)["well"] is True
    lock.release()
    assert [path.name for path in tmp_path.iterdir()] == ["agent.lock"], "it writes nothing"


def test_an_agent_of_which_a_part_fails_is_not_well(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    lock = AgentLock(tmp_path)
    assert lock.take()
    life = Life(tmp_path)
    failure = life.fail("writing to Plex", ValueError("odd"), NOW, str)
    assert failure.next_at == NOW + PAUSES[0]
    assert health(tmp_path, NOW).code == "part_failed"
    assert "writing to Plex" in health(tmp_path, NOW).advice.text
    assert health(tmp_path, NOW + PAUSES[0]).is_well, "it works again"
    lock.release()


def test_a_folder_that_is_not_there_has_a_code_of_its_own(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(capsys, tmp_path / "none")[0] == 6
