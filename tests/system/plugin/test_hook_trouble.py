"""hook.py when something is wrong: one JSON object, exit code 0, one line that says what."""

from __future__ import annotations

import contextlib
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from plugin_process import CONFINED, PluginResult, document, hook_document, lock_held, recorded_documents, run_plugin

from plexsync.overview.watch import MARK as WANTED
from plexsync.store.files.overview_file import FILE as OVERVIEW

NO_AGENT = {"PLEXSYNC_NO_AGENT": "1"}
OTHERS = {name: stdin for name, stdin in recorded_documents() if "hookContext" not in stdin["args"]}
BROKEN = {
    "empty": b"",
    "no JSON": b"not json at all",
    "cut off": b'{"server_connection":{"Scheme":"http","Dir":"/x"',
    "a list": b"[]",
    "a number": b"5",
    "no arguments": b"{}",
    "arguments of another kind": b'{"server_connection":{},"args":5}',
    "not UTF-8": b'{"args":{"mode":"\xff\xfe"}}',
    "zero bytes": b"\0" * 1000,
    "5 MB of nothing": b"x" * 5_000_000,
    "deeply nested": b"[" * 200_000,
    "a hook without a connection": b'{"args":{"hookContext":{"id":1}}}',
    "a hook cut off": b'{"server_connection":{"Dir":"/nonexistent","args":{"hookContext"',
    "a hook with a malformed connection": b'{"server_connection":5,"args":{"hookContext":{}}}',
    "a half character in the folder": b'{"server_connection":{"Dir":"/proc/\xff"},"args":{"hookContext":{}}}',
    "a lone surrogate": b'{"server_connection":{"Dir":"/proc/\\ud800"},"args":{"mode":"\\ud800"}}',
}
HALF_WRITTEN: dict[str, Callable[[bytes], bytes | None]] = {
    "missing": lambda _: None,
    "empty": lambda _: b"",
    "zero bytes": lambda whole: b"\0" * len(whole),
    "cut off in a line": lambda whole: whole[: len(whole) * 2 // 3],
    "cut off before its last two": lambda whole: whole.partition(b"def answer")[0],
    "of another version": lambda whole: whole.replace(b"def answer", b"def reply").replace(b"def run", b"def start"),
    "a mistake in it": lambda whole: whole.replace(b"def answer", b"1 / 0\n\n\ndef answer"),
}


@pytest.mark.parametrize("stdin", BROKEN.values(), ids=BROKEN.keys())
def test_broken_input_is_answered_with_an_error(stdin: bytes, edge_python: str, plugin_folder: Path) -> None:
    outcome = run_plugin(plugin_folder, stdin, python=(edge_python,))
    outcome.assert_well_behaved()
    assert outcome.answer["error"]


@pytest.mark.parametrize("name", OTHERS)
def test_every_recorded_document_has_an_answer(name: str, plugin_folder: Path, tmp_path: Path) -> None:
    run_plugin(plugin_folder, document(tmp_path, OTHERS[name]["args"]), environment=NO_AGENT).assert_well_behaved()


def test_stdin_handed_over_closed(plugin_folder: Path) -> None:
    outcome = run_with(plugin_folder, "<&-")
    outcome.assert_well_behaved()
    assert "nothing on stdin" in outcome.answer["error"]


@pytest.mark.parametrize("redirection", [">&-", ">/dev/full", "| true"])
def test_an_answer_nobody_can_get_is_said_on_stderr(redirection: str, plugin_folder: Path) -> None:
    outcome = run_with(plugin_folder, "</dev/null " + redirection, before="sleep 0.2;" if "|" in redirection else "")
    assert outcome.code == 0
    assert outcome.stdout == b""
    assert len(outcome.errors) == 1
    assert "did not get the answer" in outcome.errors[0]


@pytest.mark.parametrize("redirection", ["2>&-", "2>/dev/full"])
def test_a_log_nobody_can_write_does_not_change_the_answer(redirection: str, plugin_folder: Path) -> None:
    outcome = run_with(plugin_folder, "</dev/null " + redirection)
    assert outcome.code == 0
    assert "nothing on stdin" in outcome.answer["error"]


def test_all_three_handed_over_closed(plugin_folder: Path) -> None:
    assert run_with(plugin_folder, "<&- >&- 2>&-") == PluginResult(0, b"", b"")


def assert_not_complete(plugin: Path, folder: Path, python: str = sys.executable) -> None:
    """Assert that whatever needs the package is told of the plugin's folder, and an agent cannot start there."""
    for stdin in (hook_document(folder), document(folder, {"mode": "task", "task": "health_check"})):
        outcome = run_plugin(plugin, stdin, python=(python,))
        outcome.assert_well_behaved()
        assert "install PlexSync again: " in outcome.answer["error"]
    command = [python, "-I", "-S", str(plugin / "hook.py"), "agent", str(folder / "plexsync")]
    assert subprocess.run(command, capture_output=True, check=False).returncode == 1


@pytest.mark.parametrize("missing", ["plexsync", "plexsync/stash_plugin/__init__.py", "plexsync/domain/errors.py"])
def test_an_incomplete_plugin_folder_is_said(missing: str, own_plugin: Path, tmp_path: Path) -> None:
    (own_plugin / missing).rename(tmp_path / "gone")
    assert_not_complete(own_plugin, tmp_path)


@pytest.mark.parametrize("spoil", HALF_WRITTEN.values(), ids=HALF_WRITTEN.keys())
def test_half_an_update_is_said_and_keeps_no_hook(
    spoil: Callable[[bytes], bytes | None], edge_python: str, own_plugin: Path, tmp_path: Path
) -> None:
    package, kept = own_plugin / "package.py", b'{"at": 5}'
    found = spoil(package.read_bytes())
    package.unlink()
    if found is not None:
        package.write_bytes(found)
    assert_not_complete(own_plugin, tmp_path, edge_python)
    with lock_held(tmp_path / "plexsync"):
        (tmp_path / "plexsync" / OVERVIEW).write_bytes(kept)
        (tmp_path / "plexsync" / WANTED).touch()
        asked = document(tmp_path, {"mode": "operation", "operation": "overview"})
        for stdin, answer in ((hook_document(tmp_path), b'"ok"'), (asked, kept)):
            outcome = run_plugin(own_plugin, stdin, python=(edge_python,))
            assert outcome == PluginResult(0, b'{"output": ' + answer + b"}", b"")
    assert not list(own_plugin.rglob("__pycache__"))


@pytest.fixture
def read_only(tmp_path: Path) -> Iterator[Path]:
    """Stash's folder with a data folder that cannot be written; it holds a lock file nobody holds."""
    data = tmp_path / "plexsync"
    data.mkdir()
    (data / "agent.lock").touch()
    (data / "agent.lock").chmod(0o444)
    data.chmod(0o555)
    yield tmp_path
    data.chmod(0o755)


def test_the_read_only_folder_is_one(read_only: Path) -> None:
    script = "import sys; open(sys.argv[1], 'w')"
    command = [*CONFINED, sys.executable, "-c", script, str(read_only / "plexsync" / "new")]
    assert b"PermissionError" in subprocess.run(command, capture_output=True, check=False).stderr


def test_read_only_data_folder(read_only: Path, any_python: str, plugin_folder: Path) -> None:
    for args in ({"mode": "task", "task": "sync_all"}, {"mode": "operation", "operation": "wake"}):
        outcome = run_plugin(plugin_folder, document(read_only, args), python=(any_python,), environment=NO_AGENT)
        outcome.assert_well_behaved()


def test_read_only_data_folder_with_an_agent(plugin_folder: Path, tmp_path: Path) -> None:
    data = tmp_path / "plexsync"
    with lock_held(data):
        (data / "agent.lock").chmod(0o444)
        data.chmod(0o555)
        outcome = run_plugin(plugin_folder, hook_document(tmp_path))
        data.chmod(0o755)
    assert (outcome.answer, outcome.stderr) == ({"output": "ok"}, b"")


@dataclass(frozen=True, slots=True)
class FullDisk:
    """A folder on a disk without room, or, where no disk can be mounted, a program under which files do not grow."""

    folder: Path
    under: tuple[str, ...]


@pytest.fixture
def full_disk(tmp_path: Path) -> Iterator[FullDisk]:
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=64k", "none", str(tmp_path)], capture_output=True, check=False
    )
    (tmp_path / "plexsync").mkdir()
    (tmp_path / "plexsync" / "agent.lock").touch()
    if mounted.returncode:
        yield FullDisk(tmp_path, ("prlimit", "--fsize=0", "--"))
        return
    with contextlib.suppress(OSError), (tmp_path / "filler").open("wb", buffering=0) as filler:
        while filler.write(b"x" * 4096):
            pass
    yield FullDisk(tmp_path, ())
    subprocess.run(["umount", str(tmp_path)], check=True)


def test_the_full_disk_is_one(full_disk: FullDisk) -> None:
    script = "import sys, pathlib; pathlib.Path(sys.argv[1]).write_text('x')"
    command = [*full_disk.under, sys.executable, "-c", script, str(full_disk.folder / "new")]
    assert b"OSError" in subprocess.run(command, capture_output=True, check=False).stderr


def test_full_disk(full_disk: FullDisk, any_python: str, plugin_folder: Path) -> None:
    for args in ({"mode": "task", "task": "sync_all"}, {"mode": "operation", "operation": "wake"}):
        stdin = document(full_disk.folder, args)
        outcome = run_plugin(plugin_folder, stdin, python=(*full_disk.under, any_python), environment=NO_AGENT)
        outcome.assert_well_behaved()


def test_full_disk_with_an_agent(full_disk: FullDisk, plugin_folder: Path) -> None:
    with lock_held(full_disk.folder / "plexsync"):
        outcome = run_plugin(plugin_folder, hook_document(full_disk.folder), python=(*full_disk.under, sys.executable))
    assert (outcome.answer, outcome.stderr) == ({"output": "ok"}, b"")


def run_with(plugin: Path, redirections: str, before: str = "") -> PluginResult:
    """Run hook.py in a shell with its descriptors redirected; the code is its own."""
    with tempfile.TemporaryFile() as code:
        script = f'exec 3>&{code.fileno()}; {{ {before} "$0" -I -S "$1"; echo "code $?" >&3; }} {redirections}'
        command = ["bash", "-c", script, sys.executable, str(plugin / "hook.py")]
        done = subprocess.run(command, capture_output=True, check=False, pass_fds=[code.fileno()], timeout=60)
        code.seek(0)
        return PluginResult(int(code.read().split()[1]), done.stdout, done.stderr)
