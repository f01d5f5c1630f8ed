"""The command line where no server and no agent is needed: help, usage, settings, the data folder, exit codes."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest
from command_line import Ran, plexsync

from plexsync import __version__
from plexsync.cli import main
from plexsync.domain.settings import SETTINGS
from plexsync.store import Store
from plexsync.store.files.settings_file import SettingsFile

COMMANDS = (
    *("agent", "check", "config", "config set", "config show", "demo", "queue", "queue clear", "queue list"),
    *("queue retry", "status", "sync", "why"),
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "plexsync"


@pytest.fixture
def used_folder(folder: Path) -> Path:
    """A data folder in which PlexSync has been before, without an agent now."""
    SettingsFile(folder).set("read_timeout", 2)
    Store(folder).close()
    return folder


class Here:
    """Runs a command in this process, where a test is about words alone and needs many of them."""

    def __init__(self, capsys: pytest.CaptureFixture[str]) -> None:
        self._capsys = capsys

    def __call__(self, folder: Path | None, *words: str) -> Ran:
        code = main([*([] if folder is None else ["--data", str(folder)]), *words])
        return Ran(code, *self._capsys.readouterr())


@pytest.fixture
def here(capsys: pytest.CaptureFixture[str]) -> Here:
    return Here(capsys)


def test_help_names_every_command_and_exit_code() -> None:
    ran = plexsync(None, "--help")
    assert ran.code == 0
    for name in COMMANDS:
        assert f"\n  {name.split()[0]} " in ran.out
    for code in (0, 1, 2, 3, 4, 5, 6, 130):
        assert f"\n    {code}  " in ran.out


@pytest.mark.parametrize("name", COMMANDS)
def test_help_of_each_command_fits_and_tells_of_json(name: str, here: Here) -> None:
    ran = here(None, *name.split(), "--help")
    assert ran.code == 0
    assert max(map(len, ran.out.splitlines())) <= 80
    assert ("--json" in ran.out) == (name not in {"config", "queue"})
    assert "…" not in ran.out
    assert "..." not in ran.out.replace("[ARGS]...", "").replace("[SCENE_ID]...", "")


def test_help_of_config_set_names_every_setting() -> None:
    ran = plexsync(None, "config", "set", "--help")
    assert {line.strip() for line in ran.out.splitlines()} >= {setting.key for setting in SETTINGS}


def test_a_shell_completes_commands() -> None:
    asked = {"_PLEXSYNC_COMPLETE": "bash_complete", "COMP_WORDS": "plexsync queue re", "COMP_CWORD": "2"}
    ran = plexsync(None, variables=asked)
    assert ran.out.splitlines() == ["plain,remove", "plain,resume", "plain,retry"]


def test_version() -> None:
    assert __version__ in plexsync(None, "--version").out


@pytest.mark.parametrize(
    "words",
    [
        ("bogus",),
        ("sync",),
        ("sync", "1", "--all"),
        ("sync", "--all", "--since", "1h"),
        ("sync", "--since", "yesterday"),
        ("sync", "x"),
        ("sync", "0"),
        ("why",),
        ("config", "show", "bogus"),
        ("config", "set", "plex_url"),
        ("queue", "clear", "--older-than", "3"),
        ("queue", "list", "--state", "bogus"),
        ("demo", "--scenes", "3"),
        ("demo", "--plugin", "/nowhere.zip"),
        ("queue", "clear"),
    ],
    ids=" ".join,
)
def test_what_is_not_understood_ends_with_2_and_a_next_step(
    used_folder: Path, words: tuple[str, ...], here: Here
) -> None:
    ran = here(used_folder, *words)
    assert (ran.code, ran.out) == (2, "")
    error, step = ran.err.splitlines()
    assert error.startswith("Error: ")
    assert step.endswith(".")
    told = here(used_folder, *words, "--json")
    assert told.code == 2
    assert told.document["error"] == {
        "code": told.document["error"]["code"],
        "exit_code": 2,
        "text": error.removeprefix("Error: "),
        "next_step": step,
    }


def test_no_command_shows_the_help_and_ends_with_2() -> None:
    ran = plexsync(None)
    assert ran.code == 2
    assert "Commands:" in ran.err


@pytest.mark.parametrize("words", ["status", "check", "sync --all", "why 1", "queue list", "config show"])
def test_a_folder_that_is_not_there_is_not_made(folder: Path, words: str, here: Here) -> None:
    ran = here(folder, *words.split(), "--json")
    assert ran.code == 6
    assert ran.document["error"]["code"] == "no_folder"
    assert str(folder) in ran.document["error"]["text"]
    assert not folder.exists()


def test_a_state_that_cannot_be_read_ends_with_6(folder: Path) -> None:
    folder.mkdir()
    (folder / "state.db").write_bytes(b"no database at all, but long enough to be looked at" * 100)
    ran = plexsync(folder, "status", "--json")
    assert ran.code == 6
    assert ran.document["error"]["code"] == "state_damaged"
    assert "Start the agent" in ran.document["error"]["next_step"]


def test_a_state_of_a_newer_version_ends_with_4(used_folder: Path) -> None:
    state = sqlite3.connect(used_folder / "state.db")
    state.execute("PRAGMA user_version = 999")
    state.close()
    ran = plexsync(used_folder, "queue", "list")
    assert ran.code == 4
    assert "newer PlexSync" in ran.err


def test_a_setting_is_written_shown_with_its_origin_and_removed(folder: Path) -> None:
    assert plexsync(folder, "config", "set", "plex_url", "http://127.0.0.1:32400/").code == 0
    row = plexsync(folder, "config", "show", "plex_url", "--json").document["settings"][0]
    assert (row["value"], row["origin"]) == ("http://127.0.0.1:32400", "settings.toml")
    named = plexsync(
        folder, "config", "show", "plex_url", "--json", variables={"PLEXSYNC_PLEX_URL": "http://other:1"}
    ).document
    assert (named["settings"][0]["value"], named["settings"][0]["origin"]) == ("http://other:1", "environment")
    assert plexsync(folder, "config", "set", "plex_url", "").code == 0
    row = plexsync(folder, "config", "show", "plex_url", "--json").document["settings"][0]
    assert (row["value"], row["origin"]) == ("", "default")


def test_all_settings_are_shown_in_80_columns(used_folder: Path) -> None:
    ran = plexsync(used_folder, "config", "show")
    assert ran.code == 0
    assert max(map(len, ran.out.splitlines())) <= 80
    assert [line.split()[0] for line in ran.out.splitlines()[1:]] == [setting.key for setting in SETTINGS]


def test_a_secret_is_read_from_standard_input_and_never_shown(folder: Path) -> None:
    ran = plexsync(folder, "config", "set", "plex_token", stdin="very-secret-1\n")
    shown = plexsync(folder, "config", "show")
    told = plexsync(folder, "config", "show", "--json")
    assert "very-secret-1" in (folder / "settings.toml").read_text("utf-8")
    assert (folder / "settings.toml").stat().st_mode & 0o777 == 0o600
    for one in (ran, shown, told):
        assert one.code == 0
        assert "very-secret-1" not in one.out + one.err
    assert "••••••" in shown.out


def test_a_value_that_is_not_understood_is_not_written(used_folder: Path) -> None:
    before = (used_folder / "settings.toml").read_bytes()
    ran = plexsync(used_folder, "config", "set", "read_timeout", "soon")
    assert ran.code == 4
    assert "from 0.1 to 600" in ran.err
    assert plexsync(used_folder, "config", "set", "plex_ulr", "http://a:1").code == 4
    assert (used_folder / "settings.toml").read_bytes() == before


def test_a_bad_value_of_the_environment_is_told_with_4(used_folder: Path) -> None:
    ran = plexsync(used_folder, "config", "show", "--json", variables={"PLEXSYNC_READ_TIMEOUT": "soon"})
    assert ran.code == 4
    assert ran.document["problems"][0]["setting"] == "read_timeout"


def test_without_an_agent_a_sync_says_so_and_leaves_nothing_behind(used_folder: Path) -> None:
    ran = plexsync(used_folder, "sync", "--all", "--json")
    assert ran.code == 3
    assert ran.document["error"]["code"] == "no_agent"
    assert ran.document["error"]["next_step"]
    state = sqlite3.connect(used_folder / "state.db")
    assert state.execute("SELECT count(*) FROM command").fetchone() == (0,)
    state.close()


def test_settings_and_servers_that_are_missing_have_their_own_codes(used_folder: Path) -> None:
    missing = plexsync(used_folder, "sync", "1", "--dry-run", "--json")
    assert missing.code == 4
    assert missing.document["error"]["code"] == "not_configured"
    away = {"PLEXSYNC_STASH_URL": "http://127.0.0.1:9"}
    ran = plexsync(used_folder, "sync", "1", "--dry-run", "--json", variables=away)
    assert ran.code == 5
    assert ran.document["error"]["code"] == "unreachable"


def test_a_failed_check_says_what_to_do(used_folder: Path) -> None:
    ran = plexsync(used_folder, "check")
    assert ran.code == 1
    assert "FAIL  Stash\n" in ran.out
    assert "plexsync config set stash_url" in ran.out
    assert plexsync(used_folder, "check", "--json").document["ok"] is False


def test_status_without_an_agent_ends_with_3(used_folder: Path) -> None:
    ran = plexsync(used_folder, "status")
    assert ran.code == 3
    assert "not running" in ran.out
    assert plexsync(used_folder, "status", "--json").document["agent"]["alive"] is False


def test_an_empty_queue(used_folder: Path) -> None:
    assert plexsync(used_folder, "queue", "list").out == "The queue is empty.\n"
    assert plexsync(used_folder, "queue", "list", "--json").document == {
        "total": 0,
        "jobs": [],
        "lanes": {"working": 0, "next": 0, "waiting": 0, "parked": 0, "dead": 0},
    }
    assert plexsync(used_folder, "queue", "retry", "--json").document == {"queued": 0}
    assert plexsync(used_folder, "queue", "clear").code == 2
    assert plexsync(used_folder, "queue", "clear", "--yes", "--json").document == {"cleared": 0}


@pytest.mark.parametrize("words", [["config", "set", "label_all", "a\udcff"], ["queue", "retry", "--cause", "\udcff"]])
def test_an_argument_that_is_no_text_is_said_to_be_none(tmp_path: Path, words: list[str]) -> None:
    ran = plexsync(tmp_path, *words)
    assert ran.code == 2
    assert "no text in UTF-8" in ran.err
    assert "Traceback" not in ran.err
    assert not (tmp_path / "settings.toml").exists()
    assert "no text" in plexsync(tmp_path, *words, "--json").document["error"]["text"]
