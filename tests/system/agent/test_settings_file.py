"""The settings file while an editor is at it: what it lacks for a moment does not take effect."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from command_line import plexsync
from inside import Inside, inside, item, scene, small_world

from plexsync import PLUGIN_ID
from plexsync.agent.settings import CUT_SECONDS, LOST_SECONDS


@pytest.fixture
def stage() -> Iterator[Inside]:
    with inside(small_world(scene(1, "a.mp4"), items=[item("100", "a.mp4")])) as stage:
        stage.configure(dry_run=True)
        turn_after(stage, 2)
        assert is_dry(stage)
        yield stage


def is_dry(stage: Inside) -> bool:
    return stage.context.settings.flag("dry_run")


def turn_after(stage: Inside, seconds: float) -> None:
    stage.later += seconds
    stage.settings.turn()


def remove(path: Path) -> None:
    path.unlink()


def empty(path: Path) -> None:
    path.write_text("", "utf-8")


def cut_off(path: Path) -> None:
    lines = path.read_text("utf-8").splitlines(keepends=True)
    path.write_text("".join(line for line in lines if not line.startswith("dry_run")), "utf-8")


def put_another(path: Path) -> None:
    """Change it as an editor does that writes a new file and renames it."""
    other = path.with_name("other")
    other.write_text(path.read_text("utf-8"), "utf-8")
    cut_off(other)
    other.replace(path)


def test_what_a_file_lacks_takes_effect_once_it_has_stood_still(stage: Inside) -> None:
    cut_off(stage.data / "settings.toml")
    turn_after(stage, 2)
    stage.settings.is_page_new = True
    turn_after(stage, CUT_SECONDS * 0.8)
    assert is_dry(stage), "it may still be being written"
    turn_after(stage, CUT_SECONDS * 0.3)
    assert not is_dry(stage)


@pytest.mark.parametrize("change", [remove, empty])
def test_a_file_that_is_gone_changes_nothing_but_is_told_of(stage: Inside, change: Callable[[Path], None]) -> None:
    path = stage.data / "settings.toml"
    change(path)
    turn_after(stage, 2)
    assert not stage.context.settings.problems, "an editor may be at it"
    turn_after(stage, LOST_SECONDS * 1.1)
    assert is_dry(stage)
    assert [problem.code for problem in stage.context.settings.problems] == ["settings_gone"]
    stage.begin_life()
    assert is_dry(stage), "a new agent goes on with them too"
    status = plexsync(stage.data, "status")
    assert "is gone or empty; what it said last stays in force" in status.out
    assert status.code != 0
    check = plexsync(stage.data, "check")
    assert "plexsync config reset" in check.out


def test_a_setting_that_is_saved_makes_a_file_that_was_gone_anew(stage: Inside) -> None:
    remove(stage.data / "settings.toml")
    turn_after(stage, 2)
    turn_after(stage, LOST_SECONDS * 1.1)
    assert plexsync(stage.data, "config", "set", "log_level", "debug").code == 0
    turn_after(stage, 2)
    assert is_dry(stage)
    assert stage.context.settings.text("log_level") == "debug"
    assert not stage.context.settings.problems


def test_a_person_may_begin_with_no_settings(stage: Inside) -> None:
    remove(stage.data / "settings.toml")
    assert plexsync(stage.data, "config", "reset").code != 0, "nobody can be asked"
    assert plexsync(stage.data, "config", "reset", "--yes").code == 0
    turn_after(stage, 2)
    turn_after(stage, 2)
    assert not is_dry(stage)
    assert not any(problem.code == "settings_gone" for problem in stage.context.settings.problems)


def test_a_file_that_is_whole_again_in_time_never_lacked_anything(stage: Inside) -> None:
    empty(stage.data / "settings.toml")
    turn_after(stage, 2)
    stage.configure(dry_run=True, paused=True)
    turn_after(stage, 0.1)
    assert is_dry(stage)
    assert stage.context.settings.flag("paused"), "and what it says takes effect at once"


def test_a_file_put_in_its_place_takes_effect_at_once(stage: Inside) -> None:
    put_another(stage.data / "settings.toml")
    turn_after(stage, 1)
    assert not is_dry(stage)


def test_stash_asked_for_its_page_tells_only_of_what_is_new(stage: Inside) -> None:
    stage.context.ask_page()
    assert not stage.context.ask_page(), "an agent at rest would wake all its threads each minute"
    configure = "mutation($id: ID!, $input: Map!) { configurePlugin(plugin_id: $id, input: $input) }"
    stage.ask_stash(configure, id=PLUGIN_ID, input={"paused": True})
    assert stage.context.ask_page()
    assert not stage.context.ask_page()
