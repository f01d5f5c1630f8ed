"""The facts are gathered from what is remembered, each from where it is kept."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from plexsync.domain.reconcile.brakes import Vanished
from plexsync.domain.settings import resolve
from plexsync.domain.standing.facts import Facts
from plexsync.overview.facts import AgentLife, facts_of, is_session_refused
from plexsync.store import Store
from plexsync.store.history.runs import RECONCILE
from plexsync.store.jobs import Priority, Setback, State
from plexsync.store.person.set_up import KeptSetup
from plexsync.store.state import AGENT_STATUS, SETUP, VANISHED, AgentStatus, KeptOutage

NOW = 1_800_000_000.0
DAY = 86_400.0
SETTINGS = resolve({"PLEXSYNC_PLEX_URL": "http://plex", "PLEXSYNC_PLEX_TOKEN": "x"}, {}, {})


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with closing(Store(tmp_path)) as store:
        yield store


def facts(store: Store, life: AgentLife | None = None) -> Facts:
    return facts_of(store, SETTINGS, life or AgentLife(), NOW)


def put(store: Store, scene: int, state: State, cause: str, at: float = NOW) -> None:
    store.connection.execute(
        "INSERT INTO scene (id, title, created_at, updated_at, content, columns) VALUES (?, '', '', '', '', '')",
        (scene,),
    )
    store.jobs.enqueue([scene], priority=Priority.FRESH, origin="feed", now=at)
    if state is not State.QUEUED:
        job = store.jobs.get(scene)
        assert job is not None
        store.jobs.defer(job, Setback(state, cause, {}, NOW + 60), at)


def test_every_scene_is_counted_once(store: Store) -> None:
    put(store, 1, State.QUEUED, "", NOW - 7)
    put(store, 2, State.WAITING, "item_rejected")
    put(store, 3, State.WAITING, "missing", NOW - 100)
    put(store, 4, State.WAITING, "missing", NOW - DAY - 100)
    put(store, 5, State.WAITING, "ambiguous")
    put(store, 6, State.WAITING, "unmapped")
    put(store, 7, State.DEAD, "item_rejected")
    put(store, 8, State.WAITING, "no_file")
    put(store, 9, State.WAITING, "dry_run")
    put(store, 10, State.WAITING, "brake")
    put(store, 11, State.WAITING, "stopped")
    put(store, 12, State.WAITING, "declined")
    counts = facts(store).counts
    assert (counts.scenes, counts.queued, counts.retrying, counts.unscanned) == (12, 1, 1, 1)
    assert (counts.needs_you, counts.no_file, counts.dry, counts.held, counts.stopped) == (4, 1, 1, 1, 1)
    assert (counts.declined, counts.concerned, counts.in_sync) == (1, 10, 0)
    assert facts(store).queued_since == NOW - 7


def test_an_outage_counts_for_the_server_it_is_about_and_only_while_the_agent_lives(store: Store) -> None:
    stash = KeptOutage("unreachable", {"server": "stash"}, NOW - 9)
    plex = KeptOutage("token_refused", {"server": "plex"}, NOW - 5)
    store.state.put(AGENT_STATUS, AgentStatus(outages={"worker": stash}, rate=120.0))
    assert facts(store).stash is not None
    assert facts(store).plex is None
    assert facts(store).rate == 2.0
    store.state.put(AGENT_STATUS, AgentStatus(outages={"worker": plex}))
    found = facts(store, AgentLife(next_try_at=NOW + 3)).plex
    assert found is not None
    assert (found.code, found.since, found.next_try_at) == ("token_refused", NOW - 5, NOW + 3)
    gone = facts(store, AgentLife(gone_since=0.0))
    assert (gone.stash, gone.plex, gone.rate, gone.gone_since) == (None, None, 0.0, 0.0)


def test_that_a_setting_has_no_value_is_over_once_it_has_one(store: Store) -> None:
    missing = KeptOutage("not_configured", {"setting": "plex_url"}, NOW - 60)
    store.state.put(AGENT_STATUS, AgentStatus(outages={"worker": missing}))
    assert facts(store).plex is None
    unset = resolve({}, {}, {})
    found = facts_of(store, unset, AgentLife(), NOW).plex
    assert found is not None
    assert found.code == "not_configured"


@pytest.mark.parametrize(
    ("code", "is_refused"), [("session_refused", True), ("password_set", True), ("no_reply", False)]
)
def test_a_session_that_stash_refuses_is_wanted_anew(code: str, is_refused: bool) -> None:
    assert is_session_refused({"feed": KeptOutage(code, {"server": "stash"}, NOW)}) is is_refused
    assert not is_session_refused({"worker": KeptOutage("token_refused", {"server": "plex"}, NOW)})
    assert not is_session_refused({})


def test_what_a_brake_holds_is_told_with_its_figures(store: Store) -> None:
    assert facts(store).brakes == ()
    put(store, 1, State.WAITING, "brake")
    assert facts(store).brakes[0].data == {"held": "1", "taking": "1", "linked": "0"}
    run = store.runs.start(RECONCILE, "page", "all", NOW)
    told = {"brakes": [{"code": "brake_mass_change", "data": {"taking": "50", "linked": "60"}}]}
    store.runs.end(run, "braked", told, NOW)
    assert [reason.code for reason in facts(store).brakes] == ["brake_holds", "brake_mass_change"]
    store.state.put(VANISHED, Vanished(gone=90, linked=100))
    assert facts(store).brakes[0].code == "scenes_vanished"
    run = store.runs.start(RECONCILE, "page", "all", NOW + 1)
    store.runs.end(run, "done", {}, NOW + 1)
    store.state.put(VANISHED, Vanished())
    assert [reason.code for reason in facts(store).brakes] == ["brake_holds"], "a newer run went through"


def test_it_is_set_up_once_the_server_is_known_and_the_start_was_pressed(store: Store) -> None:
    assert facts(store).is_set_up
    assert not facts_of(store, resolve({}, {}, {}), AgentLife(), NOW).is_set_up
    store.state.put(SETUP, replace(KeptSetup(), held=True))
    assert not facts(store).is_set_up
