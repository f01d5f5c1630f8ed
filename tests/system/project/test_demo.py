"""The demo as it is run: its verdict, what it leaves behind, and that it notices a PlexSync that is wrong."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path

import psutil
import pytest
from command_line import Ran, command, environment, heeding_ctrl_c, plexsync

from plexsync.cli.demo import SEED
from plexsync_simulators.world import make_world

SCENES = 60


@pytest.fixture
def traces(tmp_path: Path) -> Iterator[Mapping[str, str]]:
    """Variables that let a demo put its files into one folder; afterwards no file and no process may be left of it."""
    folder = tmp_path / "traces"
    folder.mkdir()
    yield {"TMPDIR": str(folder)}
    assert list(folder.iterdir()) == []
    assert [one for one in map(words, psutil.process_iter()) if str(folder) in one] == []


def words(process: psutil.Process) -> str:
    try:
        return " ".join(process.cmdline())
    except psutil.Error:
        return ""


def run_demo(built: Path, variables: Mapping[str, str]) -> Ran:
    archive = built / "StashPlexSync.zip"
    return plexsync(None, "demo", "--scenes", SCENES, "--plugin", archive, "--json", variables=variables)


@pytest.mark.slow
def test_the_demo_ends_well_and_leaves_nothing(built: Path, traces: Mapping[str, str]) -> None:
    ran = run_demo(built, traces)
    told = ran.document
    assert ran.code == 0, told
    assert told["ok"] is True
    assert told["wrong"] == []
    assert len(told["rows"]) == 11
    assert all(row["asked"] and row["shown"] and row["ok"] for row in told["rows"])
    world = make_world(SCENES, SEED)
    alone = {scene for scenes in told["left_alone"].values() for scene in scenes}
    assert alone == {scene["id"] for scene in world.stash["scenes"]} - {one for one, at in world.belongs.items() if at}


@pytest.mark.parametrize("lacking", ["plexsync_simulators", "yaml"])
def test_without_the_simulators_the_demo_says_how_to_get_them(lacking: str) -> None:
    program = f"import sys; sys.modules[{lacking!r}] = None; from plexsync.cli import main; sys.exit(main())"
    ran = subprocess.run([sys.executable, "-c", program, "demo"], capture_output=True, text=True, check=False)
    assert ran.returncode == 6
    assert f"need {lacking}" in ran.stderr
    assert "pip install --find-links . 'stash-plexsync[demo]'" in ran.stderr


@pytest.mark.slow
def test_the_demo_notices_a_plexsync_that_is_wrong(built: Path, tmp_path: Path, traces: Mapping[str, str]) -> None:
    spoil(built / "StashPlexSync.zip", tmp_path / "StashPlexSync.zip")
    ran = run_demo(tmp_path, traces)
    told = ran.document
    assert ran.code == 1
    assert told["ok"] is False
    assert {one["field"] for one in told["wrong"]} == {"studio"}


def spoil(archive: Path, target: Path) -> None:
    """Make a plugin that writes each studio's name in capitals."""
    right, wrong = b"clean_line(scene.studio.name)", b"clean_line(scene.studio.name).upper()"
    with zipfile.ZipFile(archive) as source, zipfile.ZipFile(target, "w") as spoilt:
        for entry in source.infolist():
            content = source.read(entry)
            if entry.filename == "plexsync/domain/desired.py":
                assert right in content
                content = content.replace(right, wrong)
            spoilt.writestr(entry, content)


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX")
@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_demo_that_is_interrupted_leaves_nothing(
    built: Path, traces: Mapping[str, str], number: signal.Signals, code: int
) -> None:
    archive = built / "StashPlexSync.zip"
    with heeding_ctrl_c():
        demo = subprocess.Popen(
            command(None, "demo", "--scenes", str(SCENES), "--plugin", str(archive)),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            encoding="utf-8",
            env=environment({**traces, "PYTHONUNBUFFERED": "1"}),
            start_new_session=True,
        )
    assert demo.stdout is not None
    for line in demo.stdout:
        if "covers follow" in line:
            break
    os.killpg(demo.pid, number)  # as a terminal does: all that run in it hear of it
    demo.communicate(timeout=60)
    assert demo.returncode == code
