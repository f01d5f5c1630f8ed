"""The settings file while an editor is at it: what it lacks for a moment does not take effect."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from inside import Inside, inside, item, scene, small_world

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


@pytest.mark.parametrize(
    ("change", "patience"), [(remove, LOST_SECONDS), (empty, LOST_SECONDS), (cut_off, CUT_SECONDS)]
)
def test_what_a_file_lacks_takes_effect_once_it_has_stood_still(
    stage: Inside, change: Callable[[Path], None], patience: float
) -> None:
    change(stage.data / "settings.toml")
    turn_after(stage, 2)
    stage.settings.is_page_new = True
    turn_after(stage, patience * 0.8)
    assert is_dry(stage), "it may still be being written"
    turn_after(stage, patience * 0.3)
    assert not is_dry(stage)


def test_each_loss_has_its_own_patience(stage: Inside) -> None:
    for _ in range(2):
        remove(stage.data / "settings.toml")
        turn_after(stage, 2)
        assert is_dry(stage)
        turn_after(stage, LOST_SECONDS * 1.1)
        assert not is_dry(stage)
        stage.configure(dry_run=True)
        turn_after(stage, 2)
        assert is_dry(stage)


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
