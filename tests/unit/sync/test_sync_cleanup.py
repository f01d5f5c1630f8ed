"""Gone scenes leave something in Plex: it is cleared where a person wishes it, and nothing else is."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from sync_stage import causes, film, outcomes, staged, studio

from plexsync.domain.model import Field
from plexsync.plex.edits import Edit
from plexsync.store.jobs import Work
from plexsync.sync.outcomes import Cleared, Done, ImageLeft


def test_what_a_gone_scene_left_is_cleared_and_forgotten(tmp_path: Path) -> None:
    with staged(tmp_path, orphan_policy="clear") as stage:
        stage.synced(2, studio=studio("Studio"))
        stage.forget_scene(1)
        moments = stage.sync(1, work=Work.CLEAR)
        assert isinstance(outcomes(moments)[1], Cleared)
        assert (stage.title(1), stage.item(1).fields[Field.STUDIO]) == ("1", "")
        assert stage.item(2).fields[Field.STUDIO] == "Studio"
        assert not stage.store.links.of_scenes([1])
        assert stage.state(1) == ("", "")


def test_nothing_is_cleared_once_nobody_wishes_it(tmp_path: Path) -> None:
    with staged(tmp_path, orphan_policy="report") as stage:
        stage.synced()
        stage.forget_scene(1)
        assert type(outcomes(stage.sync(1, work=Work.CLEAR))[1]) is Done
        assert stage.title(1) == "Title 1"
        assert stage.record(1)


def test_a_scene_that_is_back_is_synced_instead(tmp_path: Path) -> None:
    with staged(tmp_path, orphan_policy="clear") as stage:
        stage.synced()
        back = stage.scene(1)
        stage.forget_scene(1)
        stage.stash.scenes_by_id[1] = replace(back, title="Back")
        moments = stage.sync(1, work=Work.CLEAR)
        assert isinstance(outcomes(moments)[1], ImageLeft)
        assert stage.title(1) == "Back"


def test_nothing_is_cleared_when_most_scenes_are_gone(tmp_path: Path) -> None:
    """Another Stash answers, or its library was lost."""
    with staged(tmp_path, orphan_policy="clear") as stage:
        stage.synced(30)
        for number in range(1, 26):
            stage.forget_scene(number)
        moments = stage.sync(1, 2, work=Work.CLEAR)
        assert causes(moments) == {1: "brake", 2: "brake"}
        assert not stage.plex.sent


def test_a_dry_run_clears_nothing(tmp_path: Path) -> None:
    with staged(tmp_path, image_poster="off") as stage:
        stage.synced()
        stage.forget_scene(1)
        other = stage.with_settings(tmp_path, orphan_policy="clear", dry_run="true")
        assert causes(other.sync(1, work=Work.CLEAR)) == {1: "dry_run"}
        assert not stage.plex.sent


def test_an_item_that_is_gone_as_well_needs_no_clearing(tmp_path: Path) -> None:
    with staged(tmp_path, orphan_policy="clear") as stage:
        stage.synced()
        stage.forget_scene(1)
        stage.plex.remove("1")
        assert isinstance(outcomes(stage.sync(1, work=Work.CLEAR))[1], Cleared)


def test_another_film_under_the_key_of_an_item_loses_nothing(tmp_path: Path) -> None:
    """As where another server has taken the place."""
    with staged(tmp_path, orphan_policy="clear") as stage:
        stage.synced()
        stage.forget_scene(1)
        stage.plex.add("200", film(200))
        stage.plex.give("200", film(1))
        stage.plex.give("1", film(200))
        assert isinstance(outcomes(stage.sync(1, work=Work.CLEAR))[1], Cleared)
        assert not stage.plex.sent


def test_an_item_that_goes_while_it_is_cleared_needs_no_clearing(tmp_path: Path) -> None:
    with staged(tmp_path, orphan_policy="clear") as stage:
        stage.synced()
        stage.forget_scene(1)

        def remove(_: Edit) -> None:
            if stage.plex.has("1"):
                stage.plex.remove("1")

        stage.plex.before = remove
        assert isinstance(outcomes(stage.sync(1, work=Work.CLEAR))[1], Cleared)
