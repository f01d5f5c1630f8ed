"""A Plex whose edits take their time: what a person edits meanwhile stays, at the price of few reads more."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from memory_stash import MemoryStash
from plex_in_memory import PlexInMemory
from sync_stage import SyncStage, staged

from plexsync.domain.errors import Dropped
from plexsync.domain.model import Entity, Field
from plexsync.plex.editing.capabilities import known_servers
from plexsync.plex.edits import Edit, Piece
from plexsync.store import Store
from plexsync.store.history.runs import UNDO
from plexsync.store.history.undo import UndoRow, UndoState
from plexsync.sync.applier import READ_HOLDS

MANY = 60
LAST = str(MANY)


def slow(stage: SyncStage, seconds: float, person: Callable[[], None] = lambda: None) -> None:
    """Let each edit take so long; a person acts during the third one."""

    def take_long(_: Edit) -> None:
        stage.later(seconds)
        if len(stage.plex.sent) == 3:
            stage.plex.before = lambda _: stage.later(seconds)
            person()

    stage.plex.before = take_long


def edit_by_hand(stage: SyncStage, *parameters: str, of: Field = Field.TITLE, key: str = LAST) -> None:
    sent, before = list(stage.plex.sent), stage.plex.before
    stage.plex.before = lambda _: None
    stage.plex.send(Edit("1", (key,), (Piece(of, "&".join(parameters)),)))
    stage.plex.sent[:], stage.plex.before = sent, before


def test_a_title_that_a_person_gives_meanwhile_stays(tmp_path: Path) -> None:
    with staged(tmp_path) as stage:
        stage.add(MANY)
        slow(stage, 2.0, lambda: edit_by_hand(stage, "title.value=Mine", "title.locked=1"))
        stage.sync()
        assert stage.title(MANY) == "Mine"
        assert all(stage.title(number) == f"Title {number}" for number in range(1, MANY))
        assert stage.record(MANY).base.wanted[Field.TITLE] == f"Title {MANY}"
        states = {entry.field: entry.state for entry in stage.store.journal.of_scene(MANY)}
        assert states[Field.TITLE] == "failed", "it was not written"


def test_a_genre_that_a_person_adds_meanwhile_stays_where_lists_are_sent_whole(tmp_path: Path) -> None:
    plex = PlexInMemory({}, tag_semantics="replace")
    with closing(Store(tmp_path)) as store:
        stage = SyncStage(tmp_path, store, {}, MemoryStash(), plex)
        stage.add(MANY, tags=(Entity(5, "Tag"),))
        slow(stage, 2.0, lambda: edit_by_hand(stage, "genre%5B0%5D.tag.tag=Mine", "genre.locked=1", of=Field.GENRES))
        stage.sync()
        assert set(stage.plex.names(LAST, Field.GENRES)) == {"Mine", "Tag"}


def test_an_undo_that_a_person_overtakes_leaves_the_title_and_says_so(tmp_path: Path) -> None:
    with staged(tmp_path) as stage:
        stage.add(MANY)
        for number in range(1, MANY + 1):
            edit_by_hand(stage, f"title.value=Before {number}", "title.locked=0", of=Field.TITLE, key=str(number))
        stage.sync()
        (written,) = [one for one in stage.store.journal.written_to(MANY) if one.field is Field.TITLE]
        undo = stage.store.runs.start(UNDO, "test", str(written.run_id), stage.now())
        stage.store.undos.keep(
            UndoRow(undo, number, str(number), Field.TITLE, written.run_id) for number in range(1, MANY + 1)
        )
        stage.later()
        stage.forget_questions()
        slow(stage, 2.0, lambda: edit_by_hand(stage, "title.value=Mine", "title.locked=1"))
        stage.sync()
        assert [stage.title(number) for number in (1, MANY - 1, MANY)] == ["Before 1", f"Before {MANY - 1}", "Mine"]
        (stays,) = stage.store.undos.of_run(undo, UndoState.STAYS, 0, 9)
        assert (stays.scene_id, stays.reason) == (MANY, "undo_changed")


def test_few_reads_more_are_enough(tmp_path: Path) -> None:
    """One read in as much time as it holds, and none where Plex is fast."""
    with staged(tmp_path) as stage:
        stage.add(MANY)
        slow(stage, 0.01)
        stage.sync()
        fast = len(stage.plex.reads)
    with staged(tmp_path / "slow") as stage:
        stage.add(MANY)
        began = stage.now()
        slow(stage, 2.0)
        stage.sync()
        assert stage.now() - began >= MANY * 2.0
        assert len(stage.plex.reads) - fast <= (stage.now() - began) / READ_HOLDS + 1


def show_late(stage: SyncStage, reads: int) -> None:
    """Let edits show at the reading of this number after they were taken."""
    taken: list[Edit] = []
    asked: list[object] = []

    def take(edit: Edit) -> bool:
        if edit not in taken:
            taken.append(edit)
            asked.clear()
        return True

    def show(keys: object) -> None:
        asked.append(keys)
        if taken and len(asked) == reads:
            stage.plex.swallows = lambda _: False
            for edit in taken:
                stage.plex.send(edit)

    stage.plex.swallows, stage.plex.before_read = take, show


def reads_of_an_edit_in_vain(stage: SyncStage) -> int:
    """How often an edit is read back that never shows, by a server that is met now."""
    stage.plex.machine_id = "another"
    stage.plex.swallows, stage.plex.before_read = lambda _: True, lambda _: None
    stage.add()
    stage.sync(2)
    assert stage.plex.sent
    return len(stage.plex.reads)


def test_another_server_is_waited_for_as_if_none_had_been_late(tmp_path: Path) -> None:
    with staged(tmp_path / "prompt") as stage:
        stage.synced()
        usual = reads_of_an_edit_in_vain(stage)
    with staged(tmp_path / "late") as stage:
        stage.synced()
        stage.stash.edit(1, title="Shown late")
        show_late(stage, 3)
        stage.sync()
        assert stage.title(1) == "Shown late"
        stage.later(3600.0)
        assert reads_of_an_edit_in_vain(stage) == usual


def test_a_value_that_one_server_never_showed_says_nothing_of_another(tmp_path: Path) -> None:
    with staged(tmp_path) as stage:
        stage.add(1, date="2020-01-02")
        stage.plex.swallows = lambda _: True
        stage.sync(1)
        stage.later(3600.0)
        stage.plex.machine_id = "another"
        stage.plex.swallows = lambda edit: "1" in edit.rating_keys
        stage.add()
        stage.sync(2)
        stage.sync(1)
        known = known_servers(stage.store).current
        assert "title" in known.arrived
        assert not known.in_vain


def test_an_item_that_is_gone_when_it_is_read_again_is_told(tmp_path: Path) -> None:
    with staged(tmp_path) as stage:
        stage.add(MANY)
        slow(stage, 2.0, lambda: stage.plex.remove(LAST))
        stage.sync()
        assert stage.state(MANY)[0] == "waiting"


def test_an_accident_while_reading_again_loses_nothing(tmp_path: Path) -> None:
    with staged(tmp_path) as stage:
        stage.add(MANY)

        def fail(keys: object) -> None:
            stage.plex.before_read = lambda _: None
            raise Dropped(server="plex", url="memory", detail="hung up")

        def person() -> None:
            stage.plex.before_read = fail

        slow(stage, 2.0, person)
        try:
            stage.sync()
        except Dropped:
            stage.sync()
        assert all(stage.title(number) == f"Title {number}" for number in range(1, MANY + 1))
