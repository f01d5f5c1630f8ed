"""Single values in ``state.db``: read back as they were put, and not at all where they make no sense."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from plexsync.domain.capabilities import Adding, EditCapabilities, RatingForm, Removal
from plexsync.domain.reconcile.brakes import Vanished
from plexsync.stash.changes.cursor import Cursor
from plexsync.store import Store, state
from plexsync.store.person.set_up import KeptServer, KeptSetup, SetupStep
from plexsync.store.state import Key

SAMPLES = {
    state.AGENT_STATUS: state.AgentStatus(
        7,
        "1.4.0",
        5.0,
        outages={"worker": state.KeptOutage("dropped", {"url": "x"}, 3.0)},
        counters={"scenes": 2},
        second=state.AgentIdentity(8, 6.5),
    ),
    state.BASELINE: state.Baseline("m", 5, 1, ("/a",), ("Movies",), ("/data/1.mp4",)),
    state.CHOSEN_LIBRARIES: state.ChosenLibraries("m", {"movies": "1"}),
    state.CHOSEN_SERVER: KeptServer("m", "Living room", (("http://192.168.1.5:32400", 0, False),)),
    state.CLIENT_ID: "ü",
    state.CURSOR: Cursor(1.0, 2.0, None, {"scene": 3}, {"scene": 4}).to_json(),
    state.FOLDERS_KNOWN: True,
    state.HISTORY_AT: 1_700_000_000.5,
    state.FOLDER_PROBE: "",
    state.JOURNAL_SERVERS: (state.ServerSpan("m", 0), state.ServerSpan("n", 7)),
    state.KNOWN_SERVERS: state.KnownServers(
        (
            EditCapabilities(("m", "1.41")),
            EditCapabilities(
                ("m", "1.40"),
                Adding.DOUBLES,
                Removal.PLAIN,
                RatingForm.RATE,
                stamps={"labels": False},
                arrived=("date", "title"),
                in_vain={"labels": ("7", "9")},
            ),
        )
    ),
    state.LISTING_MARK: 3,
    state.MACHINE_ID: "m",
    state.NEXT_RECONCILE: state.NextReconcile("daily", None),
    state.PATH_MAP: state.KeptPathMap((("/data", "/media"),), "inferred", {"/data => /media": 9}, keyed=True),
    state.PROBED: state.ProbedServers((state.ProbeFindings(("m", "1.40"), 9.5, {"adding": "adds"}),)),
    state.REBUILT: state.Rebuilt(1.0, "/x", "page 3"),
    state.REBUILD_NEEDS_RUN: False,
    state.RETURN_NEEDS_RUN: True,
    state.RECONCILED_RULES: ("hash", "/a => /b"),
    state.ALL_THERE_AT: 7.5,
    state.RESTORED_AT: 6.5,
    state.SCANNED_AT: 8.5,
    state.SERVER_NAMES: state.ServerNames("Living room", "1.43", "0.30"),
    state.SETUP: KeptSetup((SetupStep.SERVER,), held=True, seen="[]"),
    state.SEEN_FILE: ("/stash.db-wal", "/stash.db", "(1, 2, 3)", "None"),
    state.VANISHED: Vanished(70, 80, 1),
}
NONSENSE: tuple[object, ...] = (None, [], {}, "x", 3, {"rules": 1}, {"pid": "none"}, [[1]], "{}")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with closing(Store(tmp_path)) as opened:
        yield opened


def test_every_key_has_a_sample() -> None:
    keys = {value for value in vars(state).values() if isinstance(value, Key)}
    assert keys == SAMPLES.keys()
    assert len({key.name for key in keys}) == len(keys)


@pytest.mark.parametrize("key", SAMPLES, ids=lambda key: key.name)
def test_a_value_comes_back_as_it_was_put(store: Store, key: Key[object]) -> None:
    store.state.put(key, SAMPLES[key])
    assert store.state.get(key) == SAMPLES[key]


@pytest.mark.parametrize("key", SAMPLES, ids=lambda key: key.name)
def test_what_makes_no_sense_counts_as_not_there(store: Store, key: Key[object]) -> None:
    for value in NONSENSE:
        written = json.dumps(value)
        store.connection.execute("INSERT OR REPLACE INTO meta (key, value) VALUES (?, ?)", (key.name, written))
        found = store.state.get(key)
        assert found is None or type(found) is type(SAMPLES[key]), (value, found)


def test_it_is_said_which_value_is_not_understood(store: Store, caplog: pytest.LogCaptureFixture) -> None:
    store.connection.execute("INSERT INTO meta (key, value) VALUES ('scanned_at', 'half a numb')")
    with caplog.at_level(logging.WARNING, "plexsync"):
        assert store.state.get(state.SCANNED_AT, 2.0) == 2.0
    assert "scanned_at is not understood" in caplog.text


def test_what_an_earlier_agent_did_not_write_is_as_if_it_had_not_happened(store: Store) -> None:
    old = {"pid": 5, "version": "1.3.0", "started_at": 1.0, "breakers": {"worker": None}}
    store.connection.execute("INSERT INTO meta (key, value) VALUES ('agent', ?)", (json.dumps(old),))
    assert store.state.get(state.AGENT_STATUS) == state.AgentStatus(5, "1.3.0", 1.0)
