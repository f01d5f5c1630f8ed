"""Machines that are not as they should be: settings nobody may read, no locks, a Python that lacks something."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from agent_stage import Stage, single, staged
from command_line import command, environment, plexsync
from plugin_process import CONFINED, document, run_plugin

from plexsync.store.state import AGENT_STATUS, AgentStatus

ROOT = Path(__file__).parents[3]
PYTHONS = sorted((Path.home() / ".pyenv" / "versions").glob("3.[6-9].*/bin/python3"))
WITHOUT_LOCKS = [sys.executable, str(Path(__file__).parent / "without_locks.py")]
LINUX = pytest.mark.skipif(sys.platform != "linux", reason="needs Linux")


@pytest.fixture(scope="module")
def stage() -> Iterator[Stage]:
    with staged(10, seed=6, settings={"image_poster": "off"}) as stage:
        stage.begin()
        stage.sync_all()
        stage.wait_equal()
        yield stage


def a_folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


def half_written(path: Path) -> None:
    path.write_text(path.read_text("utf-8") + '\nplex_libraries = "Mov', "utf-8")


@pytest.mark.parametrize(
    ("break_it", "words"),
    [(a_folder, "cannot read its settings"), (half_written, "settings.toml")],
    ids=["a folder", "half written"],
)
def test_the_settings_read_last_stay_in_force(stage: Stage, break_it: Callable[[Path], None], words: str) -> None:
    path = stage.data / "settings.toml"
    kept = path.read_text("utf-8")
    try:
        break_it(path)
        stage.wait_until(lambda: "settings read before stay in force" in stage.log(), 10)
        scene = single(stage.world, 1)[0]
        stage.edit_scene(scene, title=f"Edited with settings that are {break_it.__name__}")
        stage.wait_equal(10)
        told = plexsync(stage.data, "status")
        assert words in " ".join(told.out.split())
    finally:
        shutil.rmtree(path) if path.is_dir() else path.unlink()
        path.write_text(kept, "utf-8")


@pytest.mark.skipif(not CONFINED, reason="needs root")
def test_settings_that_may_not_be_read_are_named(stage: Stage, tmp_path: Path) -> None:
    shutil.copy(stage.data / "settings.toml", tmp_path)
    (tmp_path / "settings.toml").chmod(0)
    ran = subprocess.run(
        [*CONFINED, *command(tmp_path, "config", "show")],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
        env=environment(),
    )
    assert "cannot read its settings" in " ".join((ran.stdout + ran.stderr).split())
    assert "Traceback" not in ran.stderr


@pytest.mark.skipif(not CONFINED, reason="needs root")
def test_config_set_by_root_leaves_the_file_to_whom_it_belongs(tmp_path: Path) -> None:
    path = tmp_path / "settings.toml"
    os.chown(tmp_path, 1234, 1234)
    assert plexsync(tmp_path, "config", "set", "paused", "true").code == 0
    assert (path.stat().st_uid, path.stat().st_gid, path.stat().st_mode & 0o777) == (1234, 1234, 0o600)
    assert plexsync(tmp_path, "config", "set", "paused", "false").code == 0
    assert path.stat().st_uid == 1234


@LINUX
def test_settings_are_set_without_locks_too(tmp_path: Path) -> None:
    words = command(tmp_path, "config", "set", "paused", "true")
    done = subprocess.run([*WITHOUT_LOCKS, *words], capture_output=True, check=False, timeout=20, env=environment())
    assert done.returncode == 0, done.stderr
    assert "paused = true" in (tmp_path / "settings.toml").read_text("utf-8")


@LINUX
def test_a_file_system_without_locks_is_told_by_the_task_and_holds_nobody_up(stage: Stage, tmp_path: Path) -> None:
    data = tmp_path / "data"
    data.mkdir()
    shutil.copy(stage.data / "settings.toml", data)
    for words in (["agent"], ["status"], ["sync", "--all"]):
        done = subprocess.run(
            [*WITHOUT_LOCKS, *command(data, *words)],
            capture_output=True,
            text=True,
            check=False,
            timeout=20,
            env=environment(),
        )
        said = " ".join((done.stdout + done.stderr).split())
        assert done.returncode != 0, words
        assert "cannot lock files" in said, (words, said)
        assert "PLEXSYNC_DATA_DIR" in said
        assert "Traceback" not in said


def test_a_relative_database_path_is_one_in_stashs_folder() -> None:
    with staged(10, seed=7, settings={"image_poster": "off"}) as stage:
        stage.stash.control("POST", "database_shown", {"path": "stash-go.sqlite"})
        (stage.data).mkdir(parents=True, exist_ok=True)
        (stage.data / "session.json").write_text(
            f'{{"url": "{stage.stash.url}", "cookie": "", "dir": "{stage.folder / "stash"}"}}', "utf-8"
        )
        stage.begin()
        stage.wait_until(lambda: stage.store.state.get(AGENT_STATUS, AgentStatus()).sees_file, 10)


@pytest.mark.skipif(not PYTHONS, reason="no older Python here")
@pytest.mark.parametrize("python", PYTHONS, ids=lambda path: path.parts[-3])
def test_an_older_python_is_told_with_the_place_where_it_is_chosen(python: Path, tmp_path: Path) -> None:
    outcome = run_plugin(ROOT / "plugin", document(tmp_path, {}), python=(str(python),))
    outcome.assert_well_behaved()
    (error,) = outcome.errors
    assert "Python 3.10 or newer" in error
    assert "Settings, System, Python Executable Path" in error


@pytest.mark.parametrize("module", ["sqlite3", "ssl"])
def test_a_python_that_lacks_a_module_is_told(module: str, tmp_path: Path) -> None:
    python = without_module(tmp_path / "python", f"_{module}")
    outcome = run_plugin(ROOT / "plugin", document(tmp_path, {}), python=(str(python),))
    outcome.assert_well_behaved()
    (error,) = outcome.errors
    assert f"with the module {module}" in error
    assert str(python) in error


def without_module(folder: Path, module: str) -> Path:
    """Make this Python once more, of links, but for one module."""
    library = Path(os.__file__).parent
    copy = folder / "lib" / library.name
    copy.mkdir(parents=True)
    for entry in library.iterdir():
        if entry.name != "lib-dynload":
            (copy / entry.name).symlink_to(entry)
    (copy / "lib-dynload").mkdir()
    for entry in (library / "lib-dynload").iterdir():
        if not entry.name.startswith(f"{module}."):
            (copy / "lib-dynload" / entry.name).symlink_to(entry)
    python = folder / "bin" / "python3"
    python.parent.mkdir()
    shutil.copy(Path(sys.executable).resolve(), python)
    return python
