"""hook.py as a hook: Stash waits for it."""

from __future__ import annotations

import ast
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from plugin_process import encode, hook_document, lock_held, recorded_documents, run_plugin

SOURCE = Path(__file__).parents[3] / "plugin" / "hook.py"
PACKAGE = SOURCE.with_name("package.py")
HOOKS = {name: stdin for name, stdin in recorded_documents() if "hookContext" in stdin["args"]}
HEAVY = {"os", "json", "sqlite3", "subprocess", "typing", "re", "pathlib", "threading", "socket", "logging", "plexsync"}
OK = {"output": "ok"}


@pytest.fixture(scope="module")
def plugin(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with hook.py alone: an answer from here did not need the package."""
    folder = tmp_path_factory.mktemp("alone")
    shutil.copy(SOURCE, folder)
    return folder


@pytest.mark.parametrize("name", HOOKS)
def test_every_recorded_hook_is_answered_while_an_agent_lives(name: str, plugin: Path, tmp_path: Path) -> None:
    stdin: dict[str, Any] = {**HOOKS[name]}
    stdin["server_connection"] = {**stdin["server_connection"], "Dir": str(tmp_path)}
    with lock_held(tmp_path / "plexsync"):
        outcome = run_plugin(plugin, encode(stdin))
    assert outcome.answer == OK
    assert outcome.code == 0
    assert outcome.stderr == b""


def test_every_python_at_hand_answers(any_python: str, plugin: Path, tmp_path: Path) -> None:
    with lock_held(tmp_path / "plexsync"):
        outcome = run_plugin(plugin, hook_document(tmp_path), python=(any_python,))
    assert (outcome.answer, outcome.stderr) == (OK, b"")


def test_nothing_heavy_is_imported(any_python: str, plugin: Path, tmp_path: Path) -> None:
    with lock_held(tmp_path / "plexsync"):
        outcome = run_plugin(plugin, hook_document(tmp_path), python=(any_python, "-X", "importtime"))
    imported = {line.rpartition("|")[2].strip() for line in outcome.stderr.decode().splitlines()}
    assert "encodings" in imported
    assert not {name.partition(".")[0] for name in imported} & HEAVY


def test_five_megabytes_are_read_to_the_end(any_python: str, plugin: Path, tmp_path: Path) -> None:
    command = [any_python, "-I", "-S", str(plugin / "hook.py")]
    with lock_held(tmp_path / "plexsync"), subprocess.Popen(command, stdin=subprocess.PIPE, stdout=-1) as process:
        assert process.stdin
        assert process.stdout
        process.stdin.write(hook_document(tmp_path, payload=5_000_000))  # a BrokenPipeError if it is not read
        process.stdin.close()
        assert process.stdout.read() == b'{"output": "ok"}'


@pytest.mark.skipif(sys.platform != "linux", reason="peak memory is read from /proc")
def test_five_megabytes_are_not_kept(plugin: Path, tmp_path: Path) -> None:
    script = f"""
import posix, runpy
def tell(code):
    peak = [line for line in open("/proc/self/status") if line.startswith("VmHWM")]
    posix.write(2, peak[0].split()[1].encode())
    leave(code)
leave, posix._exit = posix._exit, tell
runpy.run_path({str(plugin / "hook.py")!r}, run_name="__main__")
"""
    command = [sys.executable, "-c", script]
    with lock_held(tmp_path / "plexsync"):
        small, big = (
            subprocess.run(command, input=hook_document(tmp_path, size), capture_output=True, check=True)
            for size in (0, 5_000_000)
        )
    assert int(big.stderr) - int(small.stderr) < 1000  # kilobytes


@pytest.mark.parametrize("name", ["with blank", "Ünïcodé ☃", "back\\slash", "comma,colon:", "dir\\"])
def test_folders_of_all_names_are_found(name: str, plugin: Path, tmp_path: Path) -> None:
    folder = tmp_path / name
    with lock_held(folder / "plexsync"):
        outcome = run_plugin(plugin, hook_document(folder))
    assert (outcome.answer, outcome.stderr) == (OK, b"")


@pytest.mark.parametrize("name", ["a&b", 'quo"te', "a<b>"])
def test_a_folder_written_with_escapes_is_left_to_the_package(name: str, plugin: Path, tmp_path: Path) -> None:
    with lock_held(tmp_path / name / "plexsync"):
        outcome = run_plugin(plugin, hook_document(tmp_path / name))
    outcome.assert_well_behaved()
    assert "not complete" in outcome.answer["error"]


def test_blanks_in_the_json_do_not_matter(plugin: Path, tmp_path: Path) -> None:
    stdin = b'{ "server_connection" : { "Dir" : "%s" }, "args" : { "hookContext" : {} } }' % bytes(tmp_path)
    with lock_held(tmp_path / "plexsync"):
        assert run_plugin(plugin, stdin).answer == OK


def test_the_data_folder_of_the_environment_wins(plugin: Path, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    with lock_held(elsewhere):
        outcome = run_plugin(plugin, hook_document(tmp_path), environment={"PLEXSYNC_DATA_DIR": str(elsewhere)})
    assert outcome.answer == OK


def test_no_agent_means_nothing_is_started(plugin: Path, tmp_path: Path) -> None:
    outcome = run_plugin(plugin, hook_document(tmp_path), environment={"PLEXSYNC_NO_AGENT": "1"})
    assert (outcome.answer, outcome.stderr) == (OK, b"")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("lock", ["absent", "free", "looked at by another process"])
def test_without_an_agent_the_package_is_asked(lock: str, plugin: Path, tmp_path: Path) -> None:
    data = tmp_path / "plexsync"
    if lock == "free":
        with lock_held(data):
            pass
    if lock == "looked at by another process":
        with lock_held(data, "shared"):
            outcome = run_plugin(plugin, hook_document(tmp_path))
    else:
        outcome = run_plugin(plugin, hook_document(tmp_path))
    outcome.assert_well_behaved()
    assert "not complete" in outcome.answer["error"]


def test_a_glance_leaves_the_lock_free_for_an_agent(plugin: Path, tmp_path: Path) -> None:
    with lock_held(tmp_path / "plexsync"):
        run_plugin(plugin, hook_document(tmp_path))
    with lock_held(tmp_path / "plexsync"):
        assert run_plugin(plugin, hook_document(tmp_path)).answer == OK


def test_a_relative_plugin_folder_works(plugin: Path, tmp_path: Path) -> None:
    with lock_held(tmp_path / "plexsync"):
        assert run_plugin(Path(plugin.name), hook_document(tmp_path), cwd=plugin.parent).answer == OK
    outcome = run_plugin(Path(plugin.name), hook_document(tmp_path), cwd=plugin.parent)
    assert str(plugin) in outcome.answer["error"]


def test_an_old_python_can_read_both_files_and_is_told() -> None:
    trees = [ast.parse(path.read_text("utf-8"), feature_version=(3, 7)) for path in (SOURCE, PACKAGE)]
    needed = [node for node in ast.walk(trees[1]) if isinstance(node, ast.Compare) and "version_info" in ast.dump(node)]
    assert len(needed) == 1


def test_posix_and_windows_each_import_their_own() -> None:
    tree = ast.parse(SOURCE.read_text("utf-8"))
    names = [alias.name for node in tree.body if isinstance(node, ast.Import) for alias in node.names]
    choice = next(node for node in tree.body if isinstance(node, ast.If))
    assert names == ["sys"]
    assert ast.unparse(choice.test) == "sys.platform == 'win32'"
    assert [ast.unparse(branch[0]) for branch in (choice.body, choice.orelse)] == [
        "import nt as system",
        "import posix as system",
    ]
