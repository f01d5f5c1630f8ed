"""Batches by themselves: their steps, what becomes of each job, and whom trouble costs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from sync_stage import SyncStage, causes, file_of, film, outcomes, staged, studio

from plexsync.domain.errors import Dropped, ImageRejected, InternalError, ItemUnreadable, Unreachable
from plexsync.domain.model import Field
from plexsync.plex.edits import Edit
from plexsync.store.jobs import Priority, Work
from plexsync.sync.batch import Batch
from plexsync.sync.outcomes import Deferred, Done, ImageLeft, Parked, SceneGone
from plexsync.sync.steps import Moment, Step
from plexsync.usecases.needs_you import choosing, ignoring

PNG = b"\x89PNG\r\n\x1a\n" + b"picture"


# Steps.


def test_a_batch_pauses_before_each_step_and_nothing_of_it_has_begun(tmp_path: Path) -> None:
    with staged(tmp_path) as stage:
        stage.add(3)
        seen: list[tuple[Step, bool, bool, bool]] = []

        def watch(moment: Moment) -> None:
            seen.append((moment.ahead, bool(stage.stash.asked), bool(stage.plex.reads), bool(stage.plex.sent)))

        moments = stage.run(Batch(stage.enqueue(1, 2, 3)), watch)
        assert list(dict.fromkeys(seen)) == [
            (Step.SCENE, False, False, False),
            (Step.ITEMS, True, False, False),
            (Step.EDIT, True, True, False),
            (Step.EDIT, True, True, True),
        ]
        passed = [step for moment in moments for step in moment.passed]
        assert passed == [Step.SCENE, Step.ITEMS, Step.EDIT]
        assert [type(outcome) for outcome in outcomes(moments).values()] == [ImageLeft] * 3


def test_one_read_of_each_server_does_for_a_batch(tmp_path: Path) -> None:
    with staged(tmp_path) as stage:
        stage.add(30)
        stage.sync()
        assert len(stage.stash.asked) == 1
        assert len(stage.plex.reads) == 2, "before and after"


def test_a_large_batch_is_read_in_parts_all_before_any_is_judged(tmp_path: Path) -> None:
    """Of two scenes that claim one item neither may be missed."""
    with staged(tmp_path) as stage:
        stage.add(200)
        stage.plex.give("1", film(200))
        stage.take_note()
        stage.store.connection.execute("DELETE FROM scene_file WHERE scene_id IN (1, 200)")
        read: list[int] = []

        def watch(moment: Moment) -> None:
            if moment.ahead is Step.ITEMS and not moment.outcomes:
                read.append(len(stage.plex.reads))

        moments = stage.run(Batch(stage.enqueue(*range(1, 201))), watch)
        assert [moment.ahead for moment in moments].count(Step.SCENE) == 2
        assert read == [0, 0, 0, 1], "after each part of the scenes, and before each part of the items"
        parked = {scene for scene, outcome in outcomes(moments).items() if isinstance(outcome, Parked)}
        assert parked == {1, 200}


def test_what_was_read_before_is_not_read_again(tmp_path: Path) -> None:
    with staged(tmp_path) as stage:
        stage.add(2)
        jobs = stage.enqueue(1, 2)
        stage.shared.prefetch.keep([replace(stage.scene(1), title="As just read")], {1: jobs[0].revision})
        stage.run(Batch(jobs))
        assert stage.stash.asked == ["read 2"]
        assert stage.title(1) == "As just read"


def test_an_empty_batch_has_no_steps(tmp_path: Path) -> None:
    with staged(tmp_path) as stage:
        assert stage.run(Batch(())) == []


# Outcomes.


def test_a_scene_without_pictures_left_is_done(tmp_path: Path) -> None:
    with staged(tmp_path, image_poster="off") as stage:
        stage.add()
        outcome = outcomes(stage.sync())[1]
        assert isinstance(outcome, Done)
        assert not isinstance(outcome, ImageLeft)
        assert outcome.fields == 2
        assert stage.state() == ("done", "")
        assert stage.title(1) == "Title 1"


def test_a_scene_that_is_gone_is_forgotten_and_others_go_on(tmp_path: Path) -> None:
    with staged(tmp_path) as stage:
        stage.add(2)
        stage.stash.destroy(1)
        moments = stage.sync(1, 2)
        assert isinstance(outcomes(moments)[1], SceneGone)
        assert stage.state(1) == ("", "")
        assert stage.store.scenes.ids() == {2}
        assert stage.title(2) == "Title 2"


def test_a_scene_that_stash_cannot_read_waits_alone(tmp_path: Path) -> None:
    with staged(tmp_path, max_attempts="2") as stage:
        stage.add(2)
        stage.stash.unreadable[1] = "no such column"
        assert causes(stage.sync()) == {1: "scene_unreadable"}
        assert stage.title(2) == "Title 2"
        stage.later()
        stage.run(Batch(stage.store.jobs.claim(10, stage.now(), max_priority=1)))
        assert stage.state(1)[0] == "dead", "after as many attempts as are granted"


def test_a_scene_without_an_item_is_parked_and_plex_is_to_look(tmp_path: Path) -> None:
    with staged(tmp_path) as stage:
        stage.add(2)
        stage.plex.remove("1")
        schedule = stage.runner.poll_schedule
        for _ in range(20):  # nobody has waited for long
            schedule.go_on(stage.now())
        planned = schedule.next_at
        moments = stage.sync()
        assert isinstance(outcomes(moments)[1], Parked)
        assert stage.state(1) == ("waiting", "missing")
        assert stage.plex.scanned == ["1:/media"]
        assert schedule.next_at < planned, "what Plex lists is looked at soon"
        assert stage.title(2) == "Title 2"


def test_a_scene_in_doubt_is_parked_and_no_scan_is_asked_for(tmp_path: Path) -> None:
    with staged(tmp_path) as stage:
        stage.add(2)
        stage.plex.give("1", film(2))
        stage.take_note()
        stage.sync()
        assert {stage.state(1), stage.state(2)} == {("waiting", "ambiguous")}
        assert not stage.plex.scanned
        assert not stage.plex.sent


def test_an_item_that_went_with_a_file_is_forgotten_and_one_that_may_turn_up_again_is_not(tmp_path: Path) -> None:
    """As long as a file has no item, one under another key may come, and is to know what was left on the old one."""
    with staged(tmp_path) as stage:
        stage.add(2)
        stage.stash.edit(1, files=(file_of(1), file_of(2)))
        stage.forget_scene(2)
        stage.sync(1)
        assert {key for _, key in stage.store.links.of_scenes([1])} == {"1", "2"}
        stage.plex.remove("2")
        stage.later()
        stage.take_note()
        stage.sync(1)
        assert {key for _, key in stage.store.links.of_scenes([1])} == {"1", "2"}, "its file is only missing"
        stage.stash.edit(1, files=(file_of(1),))
        stage.sync(1)
        assert {key for _, key in stage.store.links.of_scenes([1])} == {"1"}


def test_scenes_that_say_the_same_end_each_others_doubt(tmp_path: Path) -> None:
    with staged(tmp_path) as stage:
        stage.add(2)
        stage.plex.give("1", film(2))
        stage.take_note()
        stage.sync()
        stage.stash.edit(1, title="Title 2")
        stage.sync(1)
        assert stage.state(2)[0] == "queued"


def test_a_changed_scene_that_was_wanted_again_stays_queued(tmp_path: Path) -> None:
    """The edit came after it was read."""
    with staged(tmp_path, image_poster="off") as stage:
        stage.add()
        batch = Batch(stage.enqueue(1))
        stage.run(batch, lambda moment: void(stage.enqueue(1)) if Step.ITEMS in moment.passed else None)
        assert stage.state()[0] == "queued"


def void(_: object) -> None:
    """Drop a result."""


# Trouble.


def test_one_scene_that_raises_costs_only_itself(tmp_path: Path) -> None:
    """A fault in our own code: nobody foresaw it, so the scenes are tried one by one."""
    with staged(tmp_path) as stage:
        stage.add(5)

        def fail(rating_keys: Sequence[str]) -> None:
            if "3" in rating_keys:
                raise KeyError("surprise")

        stage.plex.before_read = fail
        moments = stage.sync()
        assert causes(moments) == {3: InternalError.code}
        (bad,) = [one for one in outcomes(moments).values() if isinstance(one, Deferred)]
        assert bad.setback.detail["detail"] == "KeyError: 'surprise'"
        assert [stage.title(one) for one in (1, 2, 3, 4, 5)] == ["Title 1", "Title 2", "3", "Title 4", "Title 5"]


def test_an_item_that_cannot_be_read_costs_only_its_scene(tmp_path: Path) -> None:
    with staged(tmp_path) as stage:
        stage.add(3)

        def fail(rating_keys: Sequence[str]) -> None:
            if "2" in rating_keys:
                raise ItemUnreadable(rating_key="2", detail="half a letter")

        stage.plex.before_read = fail
        assert causes(stage.sync()) == {2: "item_unreadable"}
        assert (stage.title(1), stage.title(3)) == ("Title 1", "Title 3")


@pytest.mark.parametrize("server", ["stash", "plex", "plex at an edit"])
def test_trouble_with_a_server_ends_the_batch_and_costs_no_job_an_attempt(tmp_path: Path, server: str) -> None:
    with staged(tmp_path) as stage:
        stage.add(3)
        away = Unreachable(server=server, url="memory", detail="")

        def fail(_: object) -> None:
            raise away

        def drop(_: Edit) -> None:
            raise Dropped(server="plex", url="memory", detail="hung up")

        if server == "stash":
            stage.stash.failure = away
        elif server == "plex":
            stage.plex.before_read = fail
        else:
            stage.plex.before = drop
        jobs = stage.enqueue(1, 2, 3)
        with pytest.raises((Unreachable, Dropped)):
            stage.run(Batch(jobs))
        assert [stage.state(one) for one in (1, 2, 3)] == [("queued", "")] * 3
        assert {job.attempts for job in stage.store.jobs.claim(10, stage.now())} == {0}


def test_an_edit_that_is_refused_sets_one_scene_back(tmp_path: Path) -> None:
    with staged(tmp_path) as stage:
        stage.add(2)
        stage.plex.swallows = lambda edit: "1" in edit.rating_keys
        assert causes(stage.sync()) == {1: "not_applied"}
        assert stage.title(2) == "Title 2"


# Dry runs, brakes, fresh edits.


def test_a_dry_run_writes_nothing_and_says_how_much_it_would(tmp_path: Path) -> None:
    with staged(tmp_path, dry_run="true") as stage:
        stage.add(2, studio=studio("Studio"))
        moments = stage.sync()
        assert causes(moments) == {1: "dry_run", 2: "dry_run"}
        job = stage.store.jobs.get(1)
        assert job is not None
        assert (job.detail["fields"], job.detail["because"]) == ("3 fields", "pictures_too")
        assert not stage.plex.sent
        assert not stage.store.links.of_scenes([1, 2])
        assert not stage.store.journal.of_scene(1)


def test_a_dry_run_is_done_with_what_is_as_it_should_be(tmp_path: Path) -> None:
    with staged(tmp_path, image_poster="off") as stage:
        stage.synced(2)
        stage.stash.edit(2, title="New")
        moments = stage.with_settings(tmp_path, image_poster="off", dry_run="true").sync()
        assert type(outcomes(moments)[1]) is Done
        assert causes(moments) == {2: "dry_run"}


def test_a_brake_holds_only_what_nobody_edited_and_would_lose_something(tmp_path: Path) -> None:
    """Stash's database was put back to an older one: scene 1 lost its studio by that, scene 2 was edited."""
    with staged(tmp_path) as stage:
        stage.synced(3, studio=studio("Studio"))
        stage.stash.change_unstamped(1, studio=None, updated_at="2020-01-01T00:00:00Z")
        stage.stash.change_unstamped(3, details="More", updated_at="2020-01-01T00:00:00Z")
        stage.stash.edit(2, studio=None)
        moments = stage.sync()
        assert causes(moments) == {1: "brake"}
        held = stage.store.jobs.get(1)
        assert held is not None
        assert (held.detail["because"], held.detail["takes"]) == ("earlier", 'studio "Studio" is emptied')
        assert [stage.item(one).fields[Field.STUDIO] for one in (1, 2, 3)] == ["Studio", "", "Studio"]
        assert stage.item(3).fields[Field.SUMMARY] == "More"


def test_no_brake_holds_what_a_person_asked_for(tmp_path: Path) -> None:
    with staged(tmp_path) as stage:
        stage.synced(studio=studio("Studio"))
        stage.stash.change_unstamped(1, studio=None, updated_at="2020-01-01T00:00:00Z")
        assert not causes(stage.sync(1, origin="person"))
        assert stage.item(1).fields[Field.STUDIO] == ""


@pytest.mark.parametrize("act", ["front", "heed"])
def test_a_brake_judges_what_goes_first_and_what_is_no_longer_ignored(tmp_path: Path, act: str) -> None:
    with staged(tmp_path) as stage:
        stage.synced(studio=studio("Studio"))
        stage.stash.change_unstamped(1, studio=None, updated_at="2020-01-01T00:00:00Z")
        if act == "front":
            stage.store.jobs.enqueue([1], priority=Priority.BULK, origin="feed", now=stage.now())
            assert stage.store.queue.move_to_front([1], stage.now()) == 1
        else:
            ignoring.ignore(tmp_path, [1], stage.now())
            assert ignoring.heed_all(tmp_path, stage.now()).scenes == 1
        assert causes(stage.run(Batch(stage.store.jobs.claim(9, stage.now())))) == {1: "brake"}
        assert stage.item(1).fields[Field.STUDIO] == "Studio"


def test_a_brake_judges_the_other_scenes_of_an_item_that_a_person_chose(tmp_path: Path) -> None:
    with staged(tmp_path) as stage:
        stage.add(2)
        stage.stash.change_unstamped(2, files=(file_of(2), file_of(1)))
        stage.take_note()
        assert choosing.choose(tmp_path, 1, "1", stage.now()).looked_at == 2
        assert {job.scene_id: job.is_asked for job in stage.store.jobs.claim(9, stage.now())} == {1: True, 2: False}


def test_a_wish_for_a_scene_that_goes_first_is_a_wish(tmp_path: Path) -> None:
    with staged(tmp_path) as stage:
        stage.synced(studio=studio("Studio"))
        stage.stash.change_unstamped(1, studio=None, updated_at="2020-01-01T00:00:00Z")
        stage.store.jobs.enqueue([1], priority=Priority.BULK, origin="feed", now=stage.now())
        stage.store.queue.move_to_front([1], stage.now())
        assert not causes(stage.sync(1, origin="person"))


@pytest.mark.parametrize("passed", [Step.SCENE, Step.ITEMS])
def test_scenes_that_a_fresh_edit_dealt_with_are_let_be(tmp_path: Path, passed: Step) -> None:
    """The edit went first between two steps; what the batch read before is old."""
    with staged(tmp_path) as stage:
        stage.add(2)
        batch = Batch(stage.enqueue(1, 2))

        def overtake(moment: Moment) -> None:
            if passed in moment.passed:
                batch.left_out.add(1)

        moments = stage.run(batch, overtake)
        assert outcomes(moments).keys() == {2}
        assert (stage.title(1), stage.title(2)) == ("1", "Title 2")
        assert not stage.store.links.of_scenes([1])


def test_a_scene_that_was_dealt_with_is_not_parked(tmp_path: Path) -> None:
    with staged(tmp_path) as stage:
        stage.add(2)
        stage.plex.remove("1")
        batch = Batch(stage.enqueue(1, 2))
        moments = stage.run(batch, lambda moment: batch.left_out.update({1} if Step.SCENE in moment.passed else ()))
        assert outcomes(moments).keys() == {2}
        assert stage.state(1) == ("queued", "")


def test_an_edit_that_comes_after_the_write_is_not_settled_by_it(tmp_path: Path) -> None:
    with staged(tmp_path) as stage:
        stage.add(2)
        batch = Batch(stage.enqueue(1, 2))
        moments = stage.run(batch, lambda moment: batch.left_out.update({1} if Step.EDIT in moment.passed else ()))
        assert (stage.title(1), stage.title(2)) == ("Title 1", "Title 2")
        assert outcomes(moments).keys() == {2}


# Images.


def images(stage: SyncStage, *numbers: int, left_out: frozenset[int] = frozenset()) -> list[Moment]:
    batch = Batch(stage.enqueue(*numbers, work=Work.IMAGE))
    batch.left_out |= left_out
    return stage.run(batch)


def test_a_cover_is_brought_once(tmp_path: Path) -> None:
    with staged(tmp_path) as stage:
        stage.synced()
        stage.stash.covers[1] = PNG
        moments = images(stage, 1)
        assert [moment.ahead for moment in moments] == [Step.IMAGE] * 3, "before and after it is sent, and seen"
        outcome = outcomes(moments)[1]
        assert isinstance(outcome, Done)
        assert outcome.pictures == 1
        assert moments[-1].passed == {Step.IMAGE}
        assert stage.state() == ("done", "")
        assert stage.record(1).item_updated_at == stage.item(1).updated_at, "that it moved was our own doing"
        stage.later()
        images(stage, 1)
        assert stage.plex.pictured == ["1"]
        assert stage.stash.asked == ["cover 1"], "not even asked for"


def test_a_cover_that_is_refused_sets_one_scene_back(tmp_path: Path) -> None:
    with staged(tmp_path) as stage:
        stage.synced(3)
        stage.stash.covers = {1: PNG + b"1", 2: PNG + b"2", 3: PNG + b"3"}

        def refuse(rating_key: str) -> None:
            if rating_key == "2":
                raise ImageRejected(rating_key="2", status="400", detail="no")

        stage.plex.before_upload = refuse
        assert causes(images(stage, 1, 2, 3)) == {2: "image_rejected"}
        assert stage.plex.pictured == ["1", "3"]
        job = stage.store.jobs.get(2)
        assert job is not None
        assert job.work is Work.IMAGE, "its text is done"


def test_images_wait_in_a_dry_run(tmp_path: Path) -> None:
    with staged(tmp_path) as stage:
        stage.synced()
        stage.stash.covers[1] = PNG
        other = stage.with_settings(tmp_path, dry_run="true")
        assert causes(images(other, 1)) == {1: "dry_run"}
        assert not stage.plex.pictured
        assert not stage.stash.asked


def test_images_of_scenes_that_an_edit_dealt_with_or_nobody_knows_are_let_be(tmp_path: Path) -> None:
    with staged(tmp_path) as stage:
        stage.synced(3)
        stage.stash.covers = dict.fromkeys((1, 2, 3), PNG)
        with stage.store.transaction():
            stage.store.scenes.forget([2])
        found = outcomes(images(stage, 1, 2, 3, left_out=frozenset({1})))
        assert {scene: type(outcome) for scene, outcome in found.items()} == {2: Done, 3: Done}
        assert stage.plex.pictured == ["3"]
