"""An item is read early once its last edit of the round has been answered well, and not before."""

from __future__ import annotations

from pathlib import Path

from sync_stage import SyncStage, staged

from plexsync.domain.capabilities import EditForms
from plexsync.domain.errors import ItemRejected
from plexsync.plex.edits import Edit, ListForm, encode
from plexsync.sync.sending.item_write import ItemWrite
from plexsync.sync.sending.reading_back import EARLIEST_SECONDS, LEAST, EarlyReading
from plexsync.sync.sending.sender import Sent


def begun(stage: SyncStage) -> tuple[EarlyReading, dict[str, ItemWrite], list[Edit], list[Edit]]:
    """Return a round in which each item has several edits: the last of each, and those before."""
    stage.add(LEAST, details="Some words.")
    writes = {
        plan.rating_key: ItemWrite(one.desired, one.merging, plan, one.items[plan.rating_key])
        for one in stage.plan().values()
        for plan in one.plans
    }
    edits = [
        part
        for edit in encode([write.plan for write in writes.values()], ListForm.WHOLE, EditForms())
        for part in edit.by_piece()
    ]
    last = {key: edit for edit in edits for key in edit.rating_keys}
    final = [edit for edit in edits if edit in last.values()]
    before = [edit for edit in edits if edit not in final]
    assert {key for edit in before for key in edit.rating_keys} == writes.keys()
    return EarlyReading(stage.plex, writes, edits, stage.now), writes, before, final


def send(stage: SyncStage, early: EarlyReading, writes: dict[str, ItemWrite], edits: list[Edit]) -> None:
    for edit in edits:
        stage.plex.send(edit)
        for key in edit.rating_keys:
            writes[key].answered(piece.field for piece in edit.pieces)
        early.note([Sent(edit, 0.0)])


def is_due(early: EarlyReading) -> bool:
    return early.has_work


def test_an_item_is_through_with_the_last_of_its_edits(tmp_path: Path) -> None:
    with staged(tmp_path) as stage:
        early, writes, before, final = begun(stage)
        send(stage, early, writes, before)
        stage.later(2 * EARLIEST_SECONDS)
        assert not is_due(early), "each of them is edited once more"
        send(stage, early, writes, final)
        assert not is_due(early), "a server may show edits late"
        stage.later(2 * EARLIEST_SECONDS)
        assert is_due(early)
        while is_due(early):
            early.go_on()
        assert early.close() == writes.keys()
        assert all(write.arrived == write.fields for write in writes.values())


def test_one_whose_edit_was_refused_is_not_through(tmp_path: Path) -> None:
    with staged(tmp_path) as stage:
        early, writes, before, final = begun(stage)
        early.note([Sent(before[0], 0.0, ItemRejected(rating_key="1"))])
        send(stage, early, writes, before[1:] + final)
        stage.later(2 * EARLIEST_SECONDS)
        assert not is_due(early), "the part is not full without it"
        assert early.close() == set()


def test_items_that_show_nothing_yet_are_left_for_the_end(tmp_path: Path) -> None:
    with staged(tmp_path) as stage:
        stage.plex.swallows = lambda _: True
        early, writes, before, final = begun(stage)
        send(stage, early, writes, before + final)
        stage.later(2 * EARLIEST_SECONDS)
        while is_due(early):
            early.go_on()
        assert early.close() == set()
        assert all(write.has_begun for write in writes.values()), "none of them counts as taken in vain"
