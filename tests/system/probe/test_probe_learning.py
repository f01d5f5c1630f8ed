"""PlexSync goes by what a probe has found, for that server and version alone, and the health check shows it."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from probe_stage import FOREIGN, ProbeStage, probe_stage

from plexsync.domain.capabilities import Adding, Removal
from plexsync.store.state import KNOWN_SERVERS, PROBED, KnownServers, ProbedServers
from plexsync.usecases.check.health import check
from plexsync.usecases.check.probed import probed
from plexsync.usecases.probe.learning import learn
from plexsync_simulators.shared.json_type import Json


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[ProbeStage]:
    with probe_stage(tmp_path) as made:
        yield made


def shown(stage: ProbeStage) -> list[str]:
    return [finding.text for finding in probed(stage.opened, time.time()) if finding.name == "Probe"]


@pytest.mark.parametrize(
    ("switches", "adding", "removal"),
    [
        ({}, Adding.ADDS, Removal.JOINED),
        ({"adding": "doubled"}, Adding.DOUBLES, Removal.JOINED),
        ({"tag_semantics": "replace"}, Adding.REPLACES, Removal.JOINED),
        ({"removals": "one"}, Adding.ADDS, Removal.SINGLE),
        ({"removals": "plain"}, Adding.ADDS, Removal.PLAIN),
    ],
)
def test_capabilities_are_learnt_from_a_probe(
    stage: ProbeStage, switches: Json, adding: Adding, removal: Removal
) -> None:
    stage.plex.control("POST", "switches", switches)
    learn(stage.opened, stage.write(), 1_700_000_000.0)
    known = stage.opened.store.state.get(KNOWN_SERVERS, KnownServers()).current
    assert (known.adding, known.removal) == (adding, removal)
    assert {"labels", "rating"} <= set(known.stamps)


def test_the_check_shows_what_is_otherwise_for_this_server_and_version(stage: ProbeStage) -> None:
    assert shown(stage) == []
    stage.plex.control("POST", "switches", {"adding": "doubled"})
    learn(stage.opened, stage.write(), 1_700_000_000.0)
    first, *others = shown(stage)
    assert "answered" in first
    assert any("sent again? twice. PlexSync sends only names" in one for one in others)
    stage.plex.control("POST", "machine_id", {"machine_id": FOREIGN})
    assert shown(stage) == []


def test_a_probe_that_only_reads_forgets_nothing(stage: ProbeStage) -> None:
    learn(stage.opened, stage.write(), 1_700_000_000.0)
    before = stage.opened.store.state.get(PROBED, ProbedServers()).servers[0]
    learn(stage.opened, stage.read(), 1_800_000_000.0)
    after = stage.opened.store.state.get(PROBED, ProbedServers()).servers[0]
    assert after.found == before.found
    assert after.at > before.at
    assert "names.add" in after.found


def test_the_check_names_the_probe_until_one_has_written(stage: ProbeStage) -> None:
    def hints() -> list[str]:
        return [one.next_step for one in check(stage.opened, time.time).findings if one.name == "Not tried"]

    assert ["plexsync probe --item" in hint for hint in hints()] == [True]
    learn(stage.opened, stage.read(), 1_700_000_000.0)
    assert len(hints()) == 1, "it has only read"
    learn(stage.opened, stage.write(), 1_700_000_000.0)
    assert hints() == []
