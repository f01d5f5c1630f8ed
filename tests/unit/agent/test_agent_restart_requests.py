"""A person's wish to restart while no agent is at work."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

from plexsync.agent.commands import RestartRequests
from plexsync.store import Store

NOW = 1_000.0


def ask(folder: Path) -> None:
    with closing(Store(folder)) as store:
        store.commands.ask("restart", {}, NOW)


def test_one_from_before_anybody_looked_is_taken_once(tmp_path: Path) -> None:
    """It may come between the agent's end and the first poll."""
    ask(tmp_path)
    requests = RestartRequests(tmp_path)
    assert requests.take(NOW)
    assert not requests.take(NOW)


def test_one_that_comes_later_is_taken_once(tmp_path: Path) -> None:
    with closing(Store(tmp_path)):
        pass
    requests = RestartRequests(tmp_path)
    assert not requests.take(NOW)
    ask(tmp_path)
    assert requests.take(NOW)
    assert not requests.take(NOW)


def test_no_database_no_wish(tmp_path: Path) -> None:
    assert not RestartRequests(tmp_path / "nowhere").take(NOW)
