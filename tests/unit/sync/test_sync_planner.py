"""The planner by itself: which items are a scene's, whose values those are, and what would be lost."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from sync_stage import SyncStage, born_again, file_of, film, staged, studio

from plexsync.domain.errors import Unreachable
from plexsync.domain.model import Field, Verdict
from plexsync.domain.reconcile.brakes import ChangedBy
from plexsync.index import ownership
from plexsync.sync.planner import LOSSES, ScenePlan


def becomes(scene_plan: ScenePlan) -> dict[str, object]:
    """The fields that change, with their new values."""
    return {change.field.value: change.after for plan in scene_plan.plans for change in plan.changes}


def reasons(scene_plan: ScenePlan) -> set[str]:
    return {reason.code for reason in scene_plan.link.reasons}


def test_a_scene_is_linked_to_the_item_that_holds_its_file(tmp_path: Path) -> None:
    with staged(tmp_path) as stage:
        stage.add(studio=studio("Studio"))
        found = stage.one()
        assert (found.link.verdict, found.link.rating_keys) == (Verdict.LINKED, ("1",))
        assert becomes(found) == {"title": "Title 1", "sort_title": "Title 1", "studio": "Studio"}
        assert found.items == {"1": stage.item(1)}
        assert found.fingerprint
        assert not found.records


def test_to_plan_writes_nothing(tmp_path: Path) -> None:
    with staged(tmp_path) as stage:
        stage.add(3)
        before = stage.store.connection.total_changes
        stage.plan()
        assert not stage.plex.sent
        assert stage.store.connection.total_changes == before


def test_the_items_of_many_scenes_are_read_at_once_and_no_scene_is(tmp_path: Path) -> None:
    with staged(tmp_path) as stage:
        stage.add(30)
        assert len(stage.plan()) == 30
        assert len(stage.plex.reads) == 1
        assert not stage.stash.asked
        assert not stage.plex.listed


def test_a_scene_as_it_was_left_changes_nothing(tmp_path: Path) -> None:
    with staged(tmp_path) as stage:
        stage.synced()
        assert stage.one().changes == 0
        assert stage.one().fingerprint == stage.record(1).fingerprint


@pytest.mark.parametrize(
    ("path", "verdict"), [("/data/not there.mp4", Verdict.MISSING), ("/elsewhere/1.mp4", Verdict.UNMAPPED)]
)
def test_a_scene_without_an_item_has_no_plan(tmp_path: Path, path: str, verdict: Verdict) -> None:
    with staged(tmp_path) as stage:
        stage.add()
        stage.stash.edit(1, files=(replace(file_of(1), path=path),))
        found = stage.one()
        assert found.link.verdict is verdict
        assert (found.plans, dict(found.items)) == ((), {})


def test_an_item_of_two_scenes_that_differ_is_nobodys(tmp_path: Path) -> None:
    with staged(tmp_path) as stage:
        stage.add(2)
        stage.plex.give("1", film(2))
        stage.take_note()
        plans = stage.plan()
        assert {found.link.verdict for found in plans.values()} == {Verdict.AMBIGUOUS}
        assert all("item_shared" in reasons(found) for found in plans.values())
        assert not any(found.plans or found.items or found.alike for found in plans.values())


def test_scenes_that_say_the_same_share_an_item(tmp_path: Path) -> None:
    with staged(tmp_path) as stage:
        stage.add(3)
        stage.stash.edit(1, 2, title="The same")
        stage.plex.give("1", film(2))
        stage.take_note()
        found = stage.one(1)
        assert (found.link.verdict, found.link.rating_keys) == (Verdict.LINKED, ("1",))
        assert found.alike == {2}
        assert stage.stash.asked == ["read 2"], "the other one is read, as it is now"
        assert stage.one(3).alike == frozenset()


def test_a_rule_settles_whom_an_item_is_written_for(tmp_path: Path) -> None:
    with staged(tmp_path, shared_items="resolution") as stage:
        stage.add(2)
        stage.stash.pixels = {1: 100, 2: 200}
        stage.plex.give("1", film(2))
        stage.take_note()
        plans = stage.plan()
        assert (plans[1].link.verdict, plans[2].link.verdict) == (Verdict.DECLINED, Verdict.LINKED)
        assert becomes(plans[2])["title"] == "Title 2"


def test_a_file_that_went_to_another_item_is_found_there(tmp_path: Path) -> None:
    """Plex merged two items; the index did not hear of it."""
    with staged(tmp_path) as stage:
        stage.add()
        stage.plex.add("7", "/media/other.mp4")
        stage.take_note()
        stage.plex.give("7", film(1))
        stage.later()
        assert stage.one().link.rating_keys == ("7",)
        assert stage.plex.listed == ["1"], "listed once more, as the index was wrong"
        assert stage.one().link.rating_keys == ("7",)
        assert stage.plex.listed == ["1"], "and then it is right"


def test_an_item_under_a_new_key_is_found(tmp_path: Path) -> None:
    with staged(tmp_path) as stage:
        stage.add()
        stage.plex.remove("1")
        stage.plex.add("7", film(1))
        stage.later()
        assert stage.one().link.rating_keys == ("7",)


def test_an_index_that_is_wrong_is_corrected_once_and_not_over_and_over(tmp_path: Path) -> None:
    """The file is nowhere: that it is missing is asked once, and then not within ten seconds."""
    with staged(tmp_path) as stage:
        stage.add(2)
        stage.plex.remove("1")
        stage.later()
        assert stage.one().link.verdict is Verdict.MISSING
        listed = len(stage.plex.listed)
        assert listed > 0
        stage.later(5.0)
        assert stage.one().link.verdict is Verdict.MISSING
        assert len(stage.plex.listed) == listed
        stage.later(10.0)
        stage.plex.add("7", film(1))
        assert stage.one().link.rating_keys == ("7",)


def test_an_item_with_files_it_had_not_before_is_in_doubt_at_once(tmp_path: Path) -> None:
    """The index knows of one scene; the item that was just read holds a file of another, too."""
    with staged(tmp_path) as stage:
        stage.add(2)
        stage.plex.give("1", film(2))
        found = stage.one(1)
        assert found.link.verdict is Verdict.AMBIGUOUS
        assert not found.plans


def test_links_ask_no_server(tmp_path: Path) -> None:
    with staged(tmp_path) as stage:
        stage.add(2)
        stage.plex.remove("2")
        links = stage.planner.links([stage.scene(1), stage.scene(2)])
        assert [link.verdict for link in links.values()] == [Verdict.LINKED, Verdict.LINKED]
        assert [*stage.plex.reads, *stage.plex.listed, *stage.stash.asked] == []


def test_a_server_that_is_away_is_told(tmp_path: Path) -> None:
    with staged(tmp_path) as stage:
        stage.add()

        def away(_: object) -> None:
            raise Unreachable(server="plex", url="memory", detail="")

        stage.plex.before_read = away
        with pytest.raises(Unreachable):
            stage.one()


# Records of other scenes.


def test_another_scene_under_an_old_id_only_inherits(tmp_path: Path) -> None:
    """A new database counts from 1 again: what the old scene 1 left is not taken for what this one said."""
    with staged(tmp_path) as stage:
        stage.synced(studio=studio("Studio"))
        stage.stash.scenes_by_id[1] = replace(born_again(stage.scene(1)), studio=None)
        found = stage.one()
        assert found.records["1"].is_handed_on
        assert (found.records["1"].fingerprint, found.records["1"].born, found.records["1"].stamp) == ("", "", "")
        assert found.records["1"].base.inherited[Field.STUDIO] == "Studio"
        assert "studio" not in becomes(found)
        assert found.changed_by is ChangedBy.NEW_SCENE


def test_the_same_scene_takes_away_what_it_no_longer_says(tmp_path: Path) -> None:
    with staged(tmp_path) as stage:
        stage.synced(studio=studio("Studio"))
        stage.stash.edit(1, studio=None)
        found = stage.one()
        assert not found.records["1"].is_handed_on
        assert becomes(found) == {"studio": ""}


def moved(stage: SyncStage, *, known: bool, gone: bool = True) -> ScenePlan:
    """Plan scene 2, which has the file that scene 1 had; ``known`` before that one was last synced, or only since."""
    stage.stash.add("Title 1", "Another")
    stage.plex.add("1", film(1))
    stage.stash.change_unstamped(1, files=(file_of(1),), studio=studio("Studio"))
    stage.stash.change_unstamped(2, files=())
    other = stage.stash.scenes_by_id.pop(2) if not known else None
    stage.take_note()
    stage.later(10.0)
    stage.sync(1)
    stage.later(10.0)
    if other is not None:
        stage.stash.scenes_by_id[2] = other
    if gone:
        stage.forget_scene(1)
    else:  # it keeps its place, though the scenes say the same now
        stage.stash.edit(1, title="Another", studio=None)
    stage.stash.change_unstamped(2, files=(file_of(1),))
    with stage.store.transaction():
        ownership.remember(stage.store, ownership.readings([stage.scene(2)]), (), stage.now())
    return stage.one(2)


def test_a_new_scene_inherits_what_was_left_on_its_item(tmp_path: Path) -> None:
    """A scan found the file of a deleted scene again: the rest of what that one said stays."""
    with staged(tmp_path) as stage:
        found = moved(stage, known=False)
        assert found.records["1"].is_handed_on
        assert found.records["1"].scene_id == 2
        assert found.records["1"].base.inherited[Field.STUDIO] == "Studio"
        assert becomes(found) == {"title": "Another", "sort_title": "Another"}
        assert found.changed_by is ChangedBy.NEW_SCENE


def test_a_scene_that_was_known_before_is_given_a_file_by_a_person(tmp_path: Path) -> None:
    """Scenes were merged: what only the other one said goes with it."""
    with staged(tmp_path) as stage:
        found = moved(stage, known=True)
        assert found.records["1"].is_handed_on
        assert not found.records["1"].base.inherited
        assert becomes(found) == {"title": "Another", "sort_title": "Another", "studio": ""}


def test_a_file_that_is_still_another_scenes_is_given_by_a_person(tmp_path: Path) -> None:
    """No scan gives the file of a scene that is there to a new one."""
    with staged(tmp_path) as stage:
        found = moved(stage, known=False, gone=False)
        assert found.alike == {1}
        assert not found.records["1"].base.inherited
        assert becomes(found)["studio"] == ""


def test_a_picture_of_a_scene_before_is_not_taken_for_this_ones(tmp_path: Path) -> None:
    with staged(tmp_path) as stage:
        stage.synced()
        record = stage.record(1)
        stage.store.links.remember(
            replace(record, cover=replace(record.cover, etag="e", seen="s", uploads={"poster": "sha1"}))
        )
        stage.stash.scenes_by_id[1] = born_again(stage.scene(1))
        cover = stage.one().records["1"].cover
        assert (cover.etag, cover.seen, dict(cover.uploads)) == ("", "", {"poster": "sha1"})
        assert cover.unsaid


def test_what_a_person_set_in_plex_is_no_inheritance(tmp_path: Path) -> None:
    with staged(tmp_path) as stage:
        stage.add()
        stage.plex.add("7", "/media/7.mp4", studio="A person's")
        stage.stash.edit(1, files=(replace(file_of(1), path="/data/7.mp4"),))
        stage.take_note()
        assert not stage.one().records
        assert "studio" not in becomes(stage.one())


def test_values_that_an_older_database_of_plex_brings_back_are_ours(tmp_path: Path) -> None:
    """Plex was restored: the item shows what PlexSync has replaced since, locked and with its stamp of then."""
    with staged(tmp_path) as stage:
        stage.synced()
        then = stage.item(1)
        stage.later(24 * 3600.0)
        stage.stash.edit(1, title="New")
        stage.sync()
        stage.plex.restore(then)
        stage.later(24 * 3600.0)
        assert stage.item(1).updated_at < stage.record(1).item_updated_at
        assert becomes(stage.one()) == {"title": "New", "sort_title": "New"}


# Losses and stamps.


def test_losses_are_told_in_words_and_three_at_most(tmp_path: Path) -> None:
    with staged(tmp_path) as stage:
        stage.synced(studio=studio("Studio"), details="Long story", date="2024-05-01", director="Ann", rating100=80)
        stage.stash.edit(1, studio=None, title="New")
        assert stage.one().losses == (
            'title "Title 1" becomes "New"',
            'sort_title "Title 1" becomes "New"',
            'studio "Studio" is emptied',
        )
        stage.stash.edit(1, details="", date="", director="", rating100=None)
        assert len(stage.one().losses) == LOSSES


def test_what_only_comes_is_no_loss(tmp_path: Path) -> None:
    with staged(tmp_path) as stage:
        stage.synced()
        stage.stash.edit(1, studio=studio("Studio"))
        assert stage.one().changes == 1
        assert stage.one().losses == ()


def test_who_changed_a_scene_is_told_by_its_stamp(tmp_path: Path) -> None:
    with staged(tmp_path) as stage:
        stage.add()
        assert stage.one().changed_by is ChangedBy.FIRST
        stage.sync()
        stage.later()
        stage.stash.change_unstamped(1, title="Renamed")
        assert stage.one().changed_by is ChangedBy.OTHERS
        stage.stash.edit(1, title="Renamed")
        assert stage.one().changed_by is ChangedBy.EDIT
        stage.stash.change_unstamped(1, updated_at="2020-01-01T00:00:00Z")
        assert stage.one().changed_by is ChangedBy.EARLIER
        stage.stash.change_unstamped(1, updated_at="")
        assert stage.one().changed_by is ChangedBy.OTHERS


def test_a_plan_without_some_items_leaves_the_others(tmp_path: Path) -> None:
    with staged(tmp_path) as stage:
        stage.add(2)
        stage.stash.edit(1, files=(file_of(1), file_of(2)))
        stage.stash.destroy(2)
        with stage.store.transaction():
            ownership.remember(stage.store, ownership.readings([stage.scene(1)]), [2], stage.now())
        found = stage.one(1)
        assert [plan.rating_key for plan in found.plans] == ["1", "2"]
        assert [plan.rating_key for plan in found.without({"1"}).plans] == ["2"]
        assert found.without({"7"}) is found


def test_a_damaged_row_keeps_no_path_map_from_taking_effect(tmp_path: Path) -> None:
    with staged(tmp_path) as stage:
        stage.synced(3)
        stage.store.connection.execute("""UPDATE link SET base = '{"pushed' WHERE scene_id = 2""")
        other = stage.with_settings(tmp_path, path_map="/data => /elsewhere")
        assert other.record(1).is_misplaced
        assert other.record(3).is_misplaced
        assert not stage.with_settings(tmp_path).record(1).is_misplaced
