"""All memory is lost with an edit on its way: what the documents say becomes of it."""

from __future__ import annotations

from inside import Inside, inside, item, scene, small_world

from plexsync.agent.recovery import mend
from plexsync.store.state import REBUILT
from plexsync.usecases.opening import open_data
from plexsync.usecases.why import why

PLAIN = {"image_poster": "off"}


def lose_all(stage: Inside) -> None:
    """Nothing can be read of the database any more; the next start builds it anew."""
    stage.forget_store()
    path = stage.data / "state.db"
    path.write_bytes(bytes(range(256)) * (path.stat().st_size // 256))
    mend(stage.data, stage.now())
    assert stage.store.state.get(REBUILT)
    assert stage.store.links.number() == 0
    stage.begin_life()
    stage.poll()
    stage.sync()


def outcome(stage: Inside, number: int, field: str) -> str:
    with open_data(stage.data, {}) as opened:
        (shown,) = why(opened, number).items
    return next(view.outcome for view in shown.fields if view.field == field)


def test_an_edit_unsent_when_all_memory_is_lost_is_told_as_kept_and_comes_with_the_next_one_or_by_policy() -> None:
    world = small_world(scene(1, "a.mp4"), scene(2, "b.mp4"), items=[item("a.mp4"), item("b.mp4")])
    with inside(world, settings=PLAIN) as stage:
        stage.sync()
        for one in ("1", "2"):
            stage.edit_scene(one, title=f"Unsent {one}")
        lose_all(stage)
        assert [stage.item_of_file(name)["title"] for name in ("a.mp4", "b.mp4")] == ["Scene 1", "Scene 2"]
        assert [outcome(stage, number, "title") for number in (1, 2)] == ["kept", "kept"]

        stage.edit_scene("1", title="Edited since")
        stage.poll()
        stage.work()
        assert stage.item_of_file("a.mp4")["title"] == "Edited since"

        stage.reload(**PLAIN, policy_title="stash")
        stage.sync()
        assert stage.item_of_file("b.mp4")["title"] == "Unsent 2"
        assert [outcome(stage, number, "title") for number in (1, 2)] == ["in sync", "in sync"]


def test_where_the_memory_can_be_read_an_edit_unsent_arrives() -> None:
    world = small_world(scene(1, "a.mp4"), items=[item("a.mp4")])
    with inside(world, settings=PLAIN) as stage:
        stage.sync()
        stage.edit_scene("1", title="Unsent")
        (page,) = stage.store.connection.execute("SELECT rootpage FROM sqlite_master WHERE name = 'job'").fetchone()
        stage.forget_store()
        with (stage.data / "state.db").open("r+b") as file:
            file.seek((page - 1) * 4096)
            file.write(b"damage" * 600)
        mend(stage.data, stage.now())
        assert stage.store.links.number() == 1
        stage.begin_life()
        stage.poll()
        stage.sync()
        assert stage.item_of_file("a.mp4")["title"] == "Unsent"
