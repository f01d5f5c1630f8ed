"""The batch that comes next is planned while edits are on their way, and no plan outlives what it goes by."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from sync_stage import SyncStage, file_of, staged

from plexsync.domain.errors import Dropped
from plexsync.domain.model import Field
from plexsync.plex.edits import Edit, Piece
from plexsync.store.history.runs import UNDO
from plexsync.store.history.undo import UndoRow, UndoState
from plexsync.store.jobs import Job, Priority
from plexsync.sync.applier import READ_HOLDS
from plexsync.sync.batch import Batch
from plexsync.sync.planned_ahead import AT_ONCE, HOLDS, AheadTools, PlannedAhead
from plexsync.sync.undoing.plan import UndoPlanner

SECONDS = 0.02
"""So long an edit is on its way: there is time to plan ahead."""

FIRST, SECOND = range(1, 9), range(9, 13)
NEXT = min(SECOND)


def begun(stage: SyncStage) -> None:
    """Add the scenes of two batches; edits take their time."""
    stage.add(max(SECOND))
    stage.come_next = tuple(SECOND)
    stage.plex.before = lambda _: time.sleep(SECONDS)


def batch(stage: SyncStage, numbers: Sequence[int]) -> Batch:
    with stage.store.transaction():
        stage.store.jobs.enqueue(numbers, priority=Priority.MANY, origin="feed", now=stage.now())
    return Batch([job for job in stage.store.jobs.claim(100, stage.now()) if job.scene_id in numbers])


def first(stage: SyncStage, meanwhile: Callable[[], None] = lambda: None) -> None:
    """Bring the first batch over; ``meanwhile`` happens with its last edit, when the second one is planned."""
    batch(stage, SECOND)

    def act(_: Edit) -> None:
        time.sleep(SECONDS)
        if len(stage.plex.sent) == len(FIRST):
            meanwhile()

    stage.plex.before = act
    stage.run(batch(stage, FIRST))
    stage.forget_questions()


def second(stage: SyncStage) -> None:
    """Bring the second batch over, as its jobs are by now."""
    jobs = stage.store.jobs.claim(100, stage.now())
    stage.run(Batch([job for job in jobs if job.scene_id in SECOND]))


def edit_by_hand(stage: SyncStage, key: str, title: str) -> None:
    sent, before = list(stage.plex.sent), stage.plex.before
    stage.plex.before = lambda _: None
    stage.plex.send(Edit("1", (key,), (Piece(Field.TITLE, f"title.value={title}&title.locked=1"),)))
    stage.plex.sent[:], stage.plex.before = sent, before


def test_the_second_batch_is_read_and_planned_while_the_first_one_is_sent(tmp_path: Path) -> None:
    with staged(tmp_path) as stage:
        begun(stage)
        first(stage)
        second(stage)
        assert not stage.stash.asked
        assert len(stage.plex.reads) == 1, "read back"
        assert [stage.title(one) for one in SECOND] == [f"Title {one}" for one in SECOND]
        assert all(stage.record(one).base.pushed[Field.TITLE] == f"Title {one}" for one in SECOND)


def test_a_scene_that_was_edited_since_is_written_as_it_is_now(tmp_path: Path) -> None:
    with staged(tmp_path) as stage:
        begun(stage)

        def edit() -> None:
            stage.stash.change_unstamped(NEXT, title="Newer")

        first(stage, edit)
        batch(stage, [NEXT])
        second(stage)
        assert [stage.title(one) for one in SECOND] == ["Newer", *(f"Title {one}" for one in SECOND[1:])]
        assert "Title 9" not in {entry.after for entry in stage.store.journal.of_scene(NEXT)}
        assert len(stage.stash.asked) == 1, "the others are not read again"


def test_a_title_that_a_person_gave_in_plex_since_stays(tmp_path: Path) -> None:
    with staged(tmp_path) as stage:
        begun(stage)
        first(stage)
        edit_by_hand(stage, str(NEXT), "Mine")
        stage.later(READ_HOLDS + 1.0)
        second(stage)
        assert stage.title(NEXT) == "Mine"


def test_what_is_remembered_of_an_item_counts_as_it_is_now(tmp_path: Path) -> None:
    """As where a person adopts what another tool has left there."""
    with staged(tmp_path) as stage:
        begun(stage)
        edit_by_hand(stage, str(NEXT), "Left")
        first(stage)
        known = replace(stage.record(1), scene_id=NEXT, rating_key=str(NEXT))
        pushed = {**known.base.pushed, Field.TITLE: "Left"}
        stage.store.links.remember(replace(known, base=replace(known.base, pushed=pushed)))
        second(stage)
        assert stage.title(NEXT) == f"Title {NEXT}", "it is PlexSync's own now, and not a person's"


def wish(stage: SyncStage, numbers: Sequence[int]) -> int:
    """Sync all, and want the titles back; returns the undo."""
    for number in (*FIRST, *SECOND):
        edit_by_hand(stage, str(number), f"Before {number}")
        stage.plex.send(Edit("1", (str(number),), (Piece(Field.TITLE, "title.locked=0"),)))
    stage.sync()
    runs = {
        entry.scene_id: entry.run_id
        for number in numbers
        for entry in stage.store.journal.written_to(number)
        if entry.field is Field.TITLE
    }
    undo = stage.store.runs.start(UNDO, "test", str(runs[numbers[0]]), stage.now())
    stage.store.undos.keep(UndoRow(undo, number, str(number), Field.TITLE, runs[number]) for number in numbers)
    stage.forget_questions()
    return undo


def test_what_goes_back_is_planned_ahead_too(tmp_path: Path) -> None:
    with staged(tmp_path) as stage:
        begun(stage)
        undo = wish(stage, [*FIRST, *SECOND])
        first(stage)
        second(stage)
        assert [stage.title(one) for one in SECOND] == [f"Before {one}" for one in SECOND]
        assert not stage.stash.asked
        assert stage.store.undos.counts(undo) == {"back": len(FIRST) + len(SECOND)}


def test_an_undo_that_is_stopped_meanwhile_writes_nothing_more_and_tells_of_nothing_more(tmp_path: Path) -> None:
    with staged(tmp_path) as stage:
        begun(stage)
        undo = wish(stage, [*FIRST, *SECOND])
        first(stage)
        stage.store.undos.stop(undo)
        second(stage)
        assert [stage.title(one) for one in FIRST] == [f"Before {one}" for one in FIRST]
        assert [stage.title(one) for one in SECOND] == [f"Title {one}" for one in SECOND]
        assert not stage.plex.sent
        stopped = stage.store.undos.of_run(undo, UndoState.STOPPED, 0, 99)
        assert {row.scene_id for row in stopped} == set(SECOND)
        told = {entry.scene_id for one in SECOND for entry in stage.store.journal.of_scene(one) if entry.run_id == undo}
        assert not told


def test_of_two_scenes_that_claim_one_item_neither_is_missed(tmp_path: Path) -> None:
    """One was planned ahead, the other one is read in its turn."""
    with staged(tmp_path) as stage:
        begun(stage)
        first(stage)
        (another,) = stage.stash.add("Another")
        stage.stash.change_unstamped(another, files=(file_of(NEXT),))
        batch(stage, [another])
        jobs = stage.store.jobs.claim(100, stage.now())
        stage.run(Batch([job for job in jobs if job.scene_id in {*SECOND, another}]))
        assert stage.title(NEXT) not in {f"Title {NEXT}", "Another"}
        assert [stage.title(one) for one in SECOND[1:]] == [f"Title {one}" for one in SECOND[1:]]


def test_a_claim_that_is_read_after_the_plan_was_made_ahead_is_not_missed_either(tmp_path: Path) -> None:
    with staged(tmp_path) as stage:
        last = max(SECOND) + AT_ONCE
        stage.add(last)
        stage.stash.change_unstamped(last, files=(file_of(NEXT),))
        stage.store.connection.execute("DELETE FROM scene_file WHERE scene_id = ?", (last,))
        stage.come_next = tuple(range(NEXT, last + 1))
        batch(stage, stage.come_next)
        first(stage)
        jobs = stage.store.jobs.claim(2 * AT_ONCE, stage.now())
        stage.plex.before = lambda _: None
        stage.run(Batch([job for job in jobs if job.scene_id in stage.come_next]))
        assert stage.title(NEXT) not in {f"Title {NEXT}", f"Title {last}"}
        assert stage.title(last - 1) == f"Title {last - 1}"


def test_what_was_planned_ahead_and_never_begun_stands_in_no_journal(tmp_path: Path) -> None:
    with staged(tmp_path) as stage:
        begun(stage)
        first(stage)
        assert not [entry for one in SECOND for entry in stage.store.journal.of_scene(one)]
        assert not stage.store.links.of_scenes(SECOND)


def test_trouble_with_planning_ahead_is_none_of_the_batch_at_work(tmp_path: Path) -> None:
    with staged(tmp_path) as stage:
        begun(stage)
        reads = 0

        def fail_later(_: object) -> None:
            nonlocal reads
            reads += 1
            if reads == 2:  # the first one is of the batch at work
                raise Dropped(server="plex", url="memory", detail="hung up")

        stage.plex.before_read = fail_later
        first(stage)
        assert reads > 2
        assert [stage.title(one) for one in FIRST] == [f"Title {one}" for one in FIRST]
        second(stage)
        assert [stage.title(one) for one in SECOND] == [f"Title {one}" for one in SECOND]


def test_nothing_planned_ahead_outlives_a_failure_an_edit_in_between_or_half_a_minute(tmp_path: Path) -> None:
    def fail(_: Edit) -> None:
        time.sleep(SECONDS)
        if len(stage.plex.sent) == len(FIRST):
            stage.plex.before = lambda _: None
            raise Dropped(server="plex", url="memory", detail="hung up")

    for name in ("failure", "edit", "time"):
        with staged(tmp_path / name) as stage:
            begun(stage)
            if name == "failure":
                batch(stage, SECOND)
                stage.plex.before = fail
                with pytest.raises(Dropped):
                    stage.run(batch(stage, FIRST))
                stage.forget_questions()
            else:
                first(stage)
            if name == "edit":
                stage.sync(1)
                stage.forget_questions()
            elif name == "time":
                stage.later(HOLDS + 1.0)
            second(stage)
            assert len(stage.stash.asked) == 1, name


# Plans by themselves.


def ahead(stage: SyncStage, at_work: Sequence[int], but: Sequence[int] = ()) -> tuple[PlannedAhead, tuple[Job, ...]]:
    """Plan all scenes ahead of a batch in which some items are written."""
    jobs = tuple(batch(stage, SECOND).jobs.values())
    plans = [stage.one(number) for number in at_work]
    tools = AheadTools(
        stage.store,
        stage.planner,
        UndoPlanner(stage.store),
        lambda _: jobs,
        lambda ids: [stage.scene(number) for number in ids if number not in but],
        lambda: True,
        stage.now,
    )
    found = PlannedAhead(tools, plans, at_work)
    while found.has_work:
        found.go_on()
    return found, jobs


def planned(found: PlannedAhead, jobs: Sequence[Job]) -> set[int]:
    return {one.scene.id for one in found.of(jobs).scene_plans}


def test_an_item_that_is_written_in_the_batch_at_work_is_planned_after_that(tmp_path: Path) -> None:
    with staged(tmp_path) as stage:
        stage.add(max(SECOND))
        found, jobs = ahead(stage, [1, NEXT])
        assert planned(found, jobs) == set(SECOND) - {NEXT}


def test_only_scenes_with_certain_items_are_planned_ahead(tmp_path: Path) -> None:
    with staged(tmp_path) as stage:
        stage.add(max(SECOND))
        stage.plex.remove(str(NEXT))
        stage.take_note()
        listed = len(stage.plex.listed)
        found, jobs = ahead(stage, [1])
        assert planned(found, jobs) == set(SECOND) - {NEXT}
        assert len(stage.plex.listed) == listed, "nothing is listed while edits are on their way"


def test_another_state_of_the_server_lets_no_plan_count(tmp_path: Path) -> None:
    with staged(tmp_path) as stage:
        stage.add(max(SECOND))
        found, jobs = ahead(stage, [1])
        assert planned(found, jobs) == set(SECOND)
        stage.store.connection.execute("UPDATE meta SET value = '\"other\"' WHERE key = 'machine_id'")
        assert not planned(found, jobs)
