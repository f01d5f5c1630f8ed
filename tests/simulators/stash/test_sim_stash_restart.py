"""The simulated Stash ends and begins again within one process of its own, as a real restart looks from outside."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import urllib3
from sim_stash_client import BareStash
from sim_stash_library import DEVELOP, library

from plexsync_simulators.process import start_stash

SAVE = 'mutation{sceneUpdate(input:{id:3,title:"t"}){id}}'


@pytest.fixture
def stash(tmp_path: Path) -> Iterator[BareStash]:
    with start_stash(dir=tmp_path, library=library(), version=DEVELOP) as process:
        yield BareStash(process)


def restart(stash: BareStash, **how: Any) -> float:
    """Restart and return how many seconds nobody answered."""
    stash.process.control("POST", "restart", how)
    return wait(stash)


def wait(stash: BareStash) -> float:
    start = time.monotonic()
    while not answers(stash):
        assert time.monotonic() - start < 20, "the server does not come back"
        time.sleep(0.01)
    return time.monotonic() - start


def answers(stash: BareStash) -> bool:
    try:
        return stash.send("GET", "/healthz").status == 200
    except urllib3.exceptions.HTTPError:
        return False


def test_for_a_while_nobody_listens_and_then_all_is_there_again(stash: BareStash) -> None:
    before = stash.process.control("GET", "dump")["scenes"]
    assert restart(stash, seconds=0.4) >= 0.39
    assert stash.process.control("GET", "dump")["scenes"] == before
    stash.data(SAVE)
    assert restart(stash, seconds=0) < 2
    assert stash.data("{findScene(id:3){title}}")["findScene"]["title"] == "t"


def test_a_clean_end_removes_the_log_and_the_next_begin_makes_one(stash: BareStash, tmp_path: Path) -> None:
    log = tmp_path / "stash-go.sqlite-wal"
    stash.data(SAVE)
    before = log.stat()
    assert before.st_size > 0
    stash.process.control("POST", "restart", {"seconds": 0.5})
    assert not log.exists()
    wait(stash)
    assert log.stat().st_size == 0
    assert log.stat().st_ino != before.st_ino
    stash.data(SAVE)
    assert log.stat().st_size > 0


def test_an_unclean_end_leaves_the_log_as_it_is(stash: BareStash, tmp_path: Path) -> None:
    log = tmp_path / "stash-go.sqlite-wal"
    stash.data(SAVE)
    before = log.stat()
    restart(stash, seconds=0.1, clean=False)
    after = log.stat()
    assert (after.st_ino, after.st_size, after.st_mtime_ns) == (before.st_ino, before.st_size, before.st_mtime_ns)
    stash.data(SAVE)
    assert log.stat().st_mtime_ns > before.st_mtime_ns


def test_jobs_are_forgotten_and_their_ids_begin_again(stash: BareStash) -> None:
    ids = [stash.data("mutation{metadataScan(input:{})}")["metadataScan"] for _ in range(3)]
    assert ids == ["1", "2", "3"]
    restart(stash, seconds=0.05)
    assert stash.data("{jobQueue{id}}")["jobQueue"] is None
    assert stash.data('{findJob(input:{id:"3"}){id}}')["findJob"] is None
    assert stash.data("mutation{metadataScan(input:{})}")["metadataScan"] == "1"


def test_a_request_under_way_is_cut(stash: BareStash) -> None:
    stash.process.control("POST", "latency", {"write_ms": 5000})
    with urllib3.HTTPConnectionPool("127.0.0.1", stash.process.port, retries=False) as pool:
        connection = pool.urlopen("GET", "/healthz", preload_content=False)
        connection.release_conn()
        body = b'{"query":"mutation{sceneAddO(id:3){count}}"}'
        failures: list[BaseException] = []

        def save() -> None:
            try:
                pool.urlopen("POST", "/graphql", body=body, headers={"Content-Type": "application/json"})
            except urllib3.exceptions.HTTPError as error:
                failures.append(error)

        thread = threading.Thread(target=save)
        thread.start()
        time.sleep(0.2)
        restart(stash, seconds=0.05)
        thread.join(10)
        assert len(failures) == 1
    stash.process.control("POST", "latency", {"write_ms": 0})
    assert stash.data("{findScene(id:3){o_counter}}")["findScene"]["o_counter"] == 0


def test_a_server_restarted_while_down_ends_cleanly(tmp_path: Path) -> None:
    with start_stash(dir=tmp_path) as process:
        process.control("POST", "restart", {"seconds": 60})
        assert process.stop() == 0
