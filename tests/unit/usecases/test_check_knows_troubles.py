"""`plexsync check` knows every trouble that docs/troubles.md lists, and says it in the same words."""

from __future__ import annotations

import ast
import inspect
import json
import re
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from generators.troubles_page import OF_CODE, facts_of, rendered

import plexsync.usecases.check.health as check_room
from plexsync.agent.lock import AgentLock
from plexsync.domain.advice import CAUSES, GROUPS, KIND_WORDS, WORDS, explain_error
from plexsync.domain.advice.brakes import BRAKES
from plexsync.domain.advice.errors import ERRORS
from plexsync.domain.advice.servers.check import CHECK
from plexsync.domain.errors import PlexSyncError
from plexsync.domain.reconcile.gaps import GapKind
from plexsync.index.path_mapping import path_map_doubts
from plexsync.store import Store
from plexsync.store.files.probe_journal import ProbeJournal
from plexsync.store.gaps import Found
from plexsync.store.history.runs import RECONCILE
from plexsync.store.jobs import PARKED as PARKED_CAUSES
from plexsync.store.state import AGENT_STATUS, PATH_MAP, AgentStatus, KeptOutage, KeptPathMap
from plexsync.usecases.check.finding import HealthFinding
from plexsync.usecases.check.health import findings, guarded
from plexsync.usecases.opening import open_data

PAGE = (Path(__file__).parents[3] / "docs" / "troubles.md").read_text(encoding="utf-8")
ROOM = Path(check_room.__file__).parent
NOW = 1_800_000_000.0

ANSWERS = (
    "What becomes of a field",
    "What becomes of a poster or art",
    "What a Plex server does with edits",
    "What commands and tasks answer",
    "The probe",
    "Undo",
    "Sign-in and set-up",
)
"""Groups of sentences that answer one question, such as `why` or `probe`; what lasts of them is a cause or a state."""
PATH_MAP_DOUBTS = {"two_roots", "two_folders", "name_only", "contradicted"}
DECIDED = {"ignored", *(code for code in WORDS if code.startswith("needs_"))}
"""A person's own decisions, which are no troubles, and the same causes as the list of what needs a person has them."""
OF_ONE_FILE = GROUPS["Where a scene's files are"].keys() - PATH_MAP_DOUBTS
"""Told by `why` of one file; `check` counts such scenes and names one."""
OF_ONE_REQUEST = {
    "agent_begins",
    "agent_ended",
    "agent_silent",
    "other_agent",
    "cancelled",
    "bad_command",
    "unknown_command",
    "retrying",
    "stuck",
    "no_run_to_stop",
    "no_such_scene",
    "set_in_environment",
    "no_such_setting",
    "state_too_new",
    "state_damaged",
    "unknown",
}
"""They answer a command; where the database cannot be opened, `check` itself ends with that sentence."""
ACCIDENTS = {"plex_restored", "state_put_back", "state_exchanged"}
"""The log tells these once, when they happen and are put right."""
ONE_GAP = {"gap_given_up", "gap_held", "gap_found", "orphan", "duplicate", "tag_case", "brake_example"}
"""Details of one gap or one held scene, which `gaps show` and `queue list` tell."""


def troubles() -> list[str]:
    """Every code of the page that has a next step."""
    return [code for group, words in GROUPS.items() for code in words if group not in ANSWERS and WORDS[code][1]]


def sources() -> set[str]:
    """All texts in the code of the check."""
    trees = [ast.parse(path.read_text("utf-8")) for path in ROOM.glob("*.py")]
    return {node.value for tree in trees for node in ast.walk(tree) if _is_text(node)}  # type: ignore[attr-defined]


def _is_text(node: ast.AST) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, str)


def raise_it(error: PlexSyncError) -> HealthFinding:
    raise error


def told(folder: Path) -> str:
    """Return all that the check says on a data folder that names no servers."""
    with open_data(folder, {}) as opened:
        return "\n".join(str(finding) for finding in findings(opened, lambda: NOW))


def errors() -> dict[str, type[PlexSyncError]]:
    def below(kind: type[PlexSyncError]) -> Iterator[type[PlexSyncError]]:
        for one in kind.__subclasses__():
            yield from (one, *below(one))

    return {kind.code: kind for kind in below(PlexSyncError) if kind.__module__ == PlexSyncError.__module__}


RAISED = {code for code in ERRORS if code.partition(".")[0] in errors() and code.partition(".")[0] not in CAUSES}
JOBS = {code for code in WORDS if code.partition(".")[0] in CAUSES}
LASTING = {
    "no_agent",
    "events_deaf",
    "events_closed",
    "plugin_disabled",
    "troubleshooting",
    "paused",
    "set_up_unfinished",
    "part_failed",
    "folder_unusable",
    "field_contested",
    "state_rebuilt",
    "no_locks",
    "would_lock_out",
    "left_out",
    "two_agents",
}


def test_each_trouble_of_the_page_is_of_a_kind_that_check_knows() -> None:
    known = DECIDED | RAISED | JOBS | LASTING | OF_ONE_FILE | OF_ONE_REQUEST | ACCIDENTS | ONE_GAP | PATH_MAP_DOUBTS
    known |= set(CHECK) | set(BRAKES) | {f"gap_{kind}" for kind in KIND_WORDS} | {c for c in ERRORS if "photos" in c}
    new = [code for code in troubles() if code not in known]
    assert new == [], "have `check` tell it, or name it here with what answers a single request"
    for code in troubles():
        text, step = rendered(code)
        assert text.replace("|", "\\|").replace("<", "&lt;") in PAGE, code
        assert step.replace("|", "\\|").replace("<", "&lt;") in PAGE, code


@pytest.mark.parametrize("code", sorted(RAISED))
def test_whatever_a_server_or_a_setting_raises_is_a_finding(code: str) -> None:
    error = errors()[code.partition(".")[0]](**facts_of(code))

    def fails() -> Iterator[HealthFinding]:
        yield from map(raise_it, [error])

    (finding,) = guarded("Plex", fails)
    assert (finding.text, finding.next_step) == rendered(code)
    assert finding.text == explain_error(error).text


@pytest.mark.parametrize("code", sorted(code for code in JOBS if not code.startswith(("brake", "cleared"))))
def test_scenes_that_wait_or_were_given_up_are_told_by_cause(tmp_path: Path, code: str) -> None:
    cause = code.partition(".")[0]
    with closing(Store(tmp_path)) as store:
        state = "waiting" if cause in PARKED_CAUSES else "dead"
        store.connection.execute(
            "INSERT INTO job (scene_id, state, work, wanted_rev, done_rev, priority, wanted_at, due_at, attempts,"
            " cause, detail, origin, run_id, changed_at) VALUES (17, ?, 'all', 1, 0, 0, 1, 1, 1, ?, ?, '', 0, 1)",
            (state, cause, json.dumps(facts_of(code))),
        )
    said = told(tmp_path)
    assert all(words in said for words in rendered(code))
    assert f"1 scene: {CAUSES[cause]}" in said


@pytest.mark.parametrize("code", sorted(BRAKES.keys() - {"brake_example", *(c for c in BRAKES if "." in c), "brake"}))
def test_each_brake_is_in_the_code_of_the_check_or_in_a_run(tmp_path: Path, code: str) -> None:
    if code in {"brake_holds", "scenes_vanished"}:
        assert "brake_advice" in inspect.getsource(check_room)
        return
    with closing(Store(tmp_path)) as store:
        run = store.runs.start(RECONCILE, "test", "all", NOW)
        store.runs.end(run, "braked", {"brakes": [{"code": code, "data": facts_of(code)}]}, NOW + 1)
    assert all(words in told(tmp_path) for words in rendered(code))


@pytest.mark.parametrize("kind", [kind.value for kind in GapKind])
def test_open_gaps_that_nothing_mends_are_told(tmp_path: Path, kind: str) -> None:
    with closing(Store(tmp_path)) as store:
        store.gaps.see([Found(kind, 17, "", {})], 1, NOW)
    assert all(words in told(tmp_path) for words in rendered(f"gap_{kind}"))


@pytest.mark.parametrize("code", sorted(PATH_MAP_DOUBTS))
def test_doubts_about_the_path_map_are_kept_and_told(tmp_path: Path, code: str) -> None:
    facts = {name: value for name, value in facts_of(code).items() if name != "server"}
    candidates = (("/data", "/media", 3), ("/data", "/mnt/media", 3)) if code == "two_roots" else ()
    conflicts = () if candidates else ({"code": code, **facts},)
    with closing(Store(tmp_path)) as store:
        kept = KeptPathMap((), "inferred", {}, keyed=True, candidates=candidates, conflicts=conflicts)
        store.state.put(PATH_MAP, kept)
        (advice,) = path_map_doubts(store)
    assert advice.next_step == rendered(code)[1]
    assert candidates or advice.text == rendered(code)[0]
    assert "path_map_doubts(" in inspect.getsource(check_room)


@pytest.mark.parametrize("code", sorted(CHECK))
def test_each_sentence_of_the_check_is_one_that_it_says(code: str) -> None:
    assert code.partition(".")[0] in sources()


def test_an_outage_that_only_a_write_shows_is_told(tmp_path: Path) -> None:
    facts = facts_of("takes_no_edits")
    lock = AgentLock(tmp_path)
    assert lock.take()
    with closing(Store(tmp_path)) as store:
        kept = KeptOutage("takes_no_edits", facts, NOW - 60)
        store.state.put(AGENT_STATUS, AgentStatus(pid=1, outages={"worker": kept}))
    said = told(tmp_path)
    lock.release()
    assert all(words in said for words in rendered("takes_no_edits"))


def test_a_probe_that_was_cut_off_is_told(tmp_path: Path) -> None:
    Store(tmp_path).close()
    ProbeJournal(tmp_path).begin({"server": "m", "item": {}})
    assert "plexsync probe --restore" in told(tmp_path)


def test_every_example_is_of_a_sentence_there_is() -> None:
    assert {code for code in OF_CODE if code not in WORDS} == set()
    assert not re.search(r"\{\w+\}", PAGE)
