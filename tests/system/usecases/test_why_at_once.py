"""`why` beside a living agent answers from what that remembers, and looks further only where it has to."""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from agent_stage import Stage, single, staged

from plexsync_simulators.shared.json_type import Json


@pytest.fixture(scope="module")
def stage() -> Iterator[Stage]:
    with staged(30, seed=4, settings={"image_poster": "off", "no_plex_scan": True}) as stage:
        stage.begin()
        stage.sync_all()
        stage.wait_equal()
        yield stage


@dataclass(frozen=True)
class Answer:
    """The answer of `why`."""

    document: Json

    @property
    def fields(self) -> dict[str, Json]:
        return {field["field"]: field for item in self.document["items"] for field in item["fields"]}


def why(stage: Stage, scene: str, folder: Path) -> Answer:
    before = folder.stat().st_mtime_ns
    done = subprocess.run(
        [sys.executable, "-m", "plexsync.cli", "--data", str(stage.data), "why", scene, "--json"],
        capture_output=True,
        check=False,
        env={**os.environ, "TMPDIR": str(folder)},
    )
    assert done.stderr == b""
    assert folder.stat().st_mtime_ns == before, "nothing is copied"
    return Answer(json.loads(done.stdout))


def test_a_scene_in_sync_is_explained(stage: Stage, tmp_path: Path) -> None:
    answer = why(stage, single(stage.world, 1)[0], tmp_path)
    assert answer.document["in_sync"]


def test_what_was_just_edited_in_plex_is_seen(stage: Stage, tmp_path: Path) -> None:
    scene = single(stage.world, 2)[1]
    key = stage.item_of(scene)["ratingKey"]
    stage.plex.control("POST", f"items/{key}", {"set": {"summary": "Mine."}, "lock": ["summary"]})
    answer = why(stage, scene, tmp_path)
    assert (answer.fields["summary"]["plex"], answer.fields["summary"]["outcome"]) == ("Mine.", "kept")


def test_an_item_under_another_key_is_found(stage: Stage, tmp_path: Path) -> None:
    """The agent is stopped in its tracks, so that it cannot hear of it first."""
    scene = single(stage.world, 3)[2]
    with stage.frozen_agent():
        stage.plex.control("POST", f"items/{stage.item_of(scene)['ratingKey']}/rekey", {})
        new = stage.item_of(scene)["ratingKey"]
        answer = why(stage, scene, tmp_path)
    assert [item["rating_key"] for item in answer.document["items"]] == [str(new)]
    assert answer.document["verdict"] == "linked"


def test_other_settings_than_the_agents_are_looked_at_as_they_are(stage: Stage, tmp_path: Path) -> None:
    scene = single(stage.world, 1)[0]
    with stage.frozen_agent():
        stage.configure(path_map="/nowhere => /media")
        answer = why(stage, scene, tmp_path)
        stage.configure(image_poster="off", no_plex_scan=True)
    assert answer.document["verdict"] == "unmapped"


def test_nothing_is_written_for_it(stage: Stage, tmp_path: Path) -> None:
    with stage.frozen_agent():
        version = stage.store.version()
        why(stage, single(stage.world, 1)[0], tmp_path)
        assert stage.store.version() == version


def test_without_an_agent_it_looks_for_itself(stage: Stage, tmp_path: Path) -> None:
    stage.stop_agent()
    answer = why(stage, single(stage.world, 1)[0], tmp_path)
    assert answer.document["in_sync"]


@pytest.mark.alone
def test_it_takes_little_more_than_its_libraries(stage: Stage) -> None:
    """By the processor's time, because a person waits for it, and with compiled modules, as an installed one has."""
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    scene = single(stage.world, 1)[0]
    words = ["-m", "plexsync.cli", "--data", str(stage.data), "why", scene, "--json"]

    def seconds(*words: str) -> float:
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run([sys.executable, *words], capture_output=True, check=True, env=environment)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime

    taken = [(seconds("-c", "import click, urllib3, sqlite3"), seconds(*words)) for _ in range(6)]
    bare, ours = (min(times) for times in zip(*taken[1:], strict=True))
    assert ours < 3 * bare, (bare, ours)
