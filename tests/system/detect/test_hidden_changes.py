"""Changes that no poll sees: questions and full scans, one step at a time, with the clock in the test's hand."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from inside import Inside, inside, item, scene, small_world

from plexsync.detect import full_scan
from plexsync.detect.full_scan_backoff import FRUITLESS_PAUSES, PATIENT_SECONDS, QUIET_SECONDS
from plexsync.detect.stash_watcher import StashWatcher
from plexsync.domain.model import EntityKind
from plexsync.domain.reconcile.gaps import GapKind
from plexsync.stash import scenes as stash_scenes
from plexsync.stash.changes import hints
from plexsync.stash.changes.source import StashServer
from plexsync.store.jobs import Priority, State
from plexsync_simulators.world import make_world

SETTINGS = {"image_poster": "off"}
ASSIGN = "mutation Do($file: ID!) { sceneAssignFile(input: { scene_id: 1, file_id: $file }) }"
TAGS = [{"id": "1", "name": "One"}, {"id": "2", "name": "Two"}]


@pytest.fixture(scope="module")
def shared() -> Iterator[Inside]:
    files = [f"folder {number}/film {number}.mp4" for number in range(1, 41)]
    scenes = [scene(number, name, tag_ids=["1"]) for number, name in enumerate(files, 1)]
    world = small_world(*scenes, items=[item(name) for name in files], tags=TAGS)
    with inside(world, settings=SETTINGS, stash_options={"version": "develop-2026-01"}) as stage:
        stage.sync()
        yield stage


@pytest.fixture
def stage(shared: Inside) -> Inside:
    calm(shared)
    return shared


@pytest.fixture(scope="module")
def free() -> Iterator[int]:
    """Scenes that no other test has."""
    return iter(range(1, 41))


def calm(stage: Inside) -> None:
    """Let everything that is owed be done, a full scan at the end, and forget what was asked.

    A patient scan comes an hour after the last one, so a test does not meet it by accident.
    """
    for _ in range(3):
        step(stage, 1000)
        for _ in range(8):
            step(stage, 5)
        stage.work()
    scan(stage)
    step(stage, 1000)  # by which time an unexplained write is a matter of its own
    for _ in range(8):
        step(stage, 5)  # a search that this began comes to its end
    stage.reset_counts()


def scan(stage: Inside) -> None:
    """Write what nothing explains, and let the full scan that it sets off come to its end."""
    before = asked(stage, "Entities")
    stage.stash.control("POST", "silent_write")
    for _ in range(60):
        step(stage, 5)
        if asked(stage, "Entities") > before:  # names come last
            return
    raise AssertionError("no full scan")


def step(stage: Inside, seconds: float = 0.2) -> None:
    """Let the watcher take its next step, that much later on its own clock and on Stash's."""
    stage.later += seconds
    stage.stash.control("POST", "clock_offset", {"seconds": stage.later})
    stage.stash_watcher.turn(lambda _: None)


def asked(stage: Inside, operation: str) -> int:
    return int(stage.stash.control("GET", "counters")["operations"].get(operation, 0))


def queued(stage: Inside) -> set[int]:
    rows = stage.store.connection.execute("SELECT scene_id FROM job WHERE state = 'queued'")
    return {int(row[0]) for row in rows}


def is_waiting(stage: Inside) -> bool:
    return stage.stash_watcher.breaker.trip is not None


def past_stash(stage: Inside, scene_id: int, title: str) -> None:
    """Write past Stash: no stamp moves."""
    stage.stash.control("POST", "raw_scene", {"id": scene_id, "title": title})


def compared(stage: Inside) -> list[full_scan.ComparedPage]:
    return list(full_scan.pages(stage.store, StashServer(stage.context.stash), stage.now()))


def test_a_page_names_what_is_new_changed_and_gone(stage: Inside, free: Iterator[int]) -> None:
    other, gone, moved = next(free), next(free), next(free)
    past_stash(stage, other, "Otherwise")
    (new,) = stage.stash.control("POST", "scene", [{"title": "Imported", "updated_at": "2001-01-01T00:00:00Z"}])["ids"]
    stage.ask_stash(f"mutation {{ sceneDestroy(input: {{ id: {gone} }}) }}")
    stage.stash.control("POST", "rename_folder", {"from": f"/data/folder {moved}", "to": "/data/another"})
    page, last = compared(stage)
    assert [page.new, page.changed, page.gone] == [{int(new)}, {other, moved}, {gone}]
    assert page.span[1] == int(new)
    stage.stash.control("POST", "rename_folder", {"from": "/data/another", "to": f"/data/folder {moved}"})
    assert (last.scenes, last.gone, last.span) == ((), frozenset(), (0, 0))


def test_what_is_gone_beyond_the_last_scene_is_told_at_the_end(stage: Inside) -> None:
    last_ids = sorted(stage.store.scenes.ids())[-2:]
    stage.ask_stash("mutation Do($ids: [ID!]!) { scenesDestroy(input: { ids: $ids }) }", ids=last_ids)
    *_, last = compared(stage)
    assert last.gone == set(last_ids)


def test_older_stamps_are_other_stamps(stage: Inside, free: Iterator[int]) -> None:
    old = next(free)
    stage.stash.control("POST", "raw_scene", {"id": old, "updated_at": "1999-01-01T00:00:00Z"})
    assert compared(stage)[0].changed == {old}


def test_names_that_are_others_and_the_scenes_that_show_them(stage: Inside) -> None:
    stage.ask_stash("mutation { execSQL(sql: \"UPDATE tags SET name = 'Uno' WHERE id = 1\") { rows_affected } }")
    stage.ask_stash("mutation { tagDestroy(input: { id: 2 }) }")
    names = full_scan.names(stage.store, StashServer(stage.context.stash))
    assert [(one.kind, one.id, one.name) for one in names.changed] == [(EntityKind.TAG, 1, "Uno")]
    assert names.gone[EntityKind.TAG] == {2}
    assert names.scenes == stage.store.scenes.of_entities(EntityKind.TAG, [1]) != set()


def test_an_unexplained_write_is_asked_about_and_then_a_full_scan_is_made(stage: Inside, free: Iterator[int]) -> None:
    one = next(free)
    past_stash(stage, one, "By another program")
    step(stage, 1)
    assert (asked(stage, "Poll"), asked(stage, "Watched"), asked(stage, "Listing")) == (1, 0, 0)
    step(stage)
    assert (asked(stage, "Watched"), asked(stage, "Folders"), asked(stage, "Listing")) == (1, 1, 0)
    step(stage)
    assert (asked(stage, "Entities"), asked(stage, "Listing")) == (0, 1), "names come last"
    assert queued(stage) == {one}
    for _ in range(2):
        step(stage)
    assert asked(stage, "Entities") == 4
    stage.work()
    assert stage.item_of_file(f"folder {one}/film {one}.mp4")["title"] == "By another program"


def test_who_only_watches_is_asked_about_once_in_a_while_and_sets_off_no_full_scan(stage: Inside) -> None:
    for _ in range(30):
        stage.ask_stash("mutation { sceneSaveActivity(id: 1, resume_time: 3, playDuration: 1) }")
        step(stage, 0.3)
    assert asked(stage, "Poll") > 10
    assert asked(stage, "Watched") <= 15
    assert asked(stage, "Listing") == 0
    step(stage, PATIENT_SECONDS)
    for _ in range(4):
        step(stage, 1)
    assert asked(stage, "Listing") == 1, "within the hour what may have been hidden is looked for"


def test_a_renamed_folder_wants_its_scenes_without_a_full_scan(stage: Inside, free: Iterator[int]) -> None:
    one = next(free)
    for old, new in ((f"folder {one}", f"another {one}"), (f"another {one}", f"folder {one}")):
        stage.stash.control("POST", "rename_folder", {"from": f"/data/{old}", "to": f"/data/{new}"})
        step(stage, 1)
        step(stage)
        assert queued(stage) == {one}
        stage.work()
    for _ in range(5):
        step(stage)
    assert asked(stage, "Listing") == 0


def test_folders_come_in_pages_by_their_ids(shared: Inside) -> None:
    (whole,) = hints.folders(shared.context.stash)
    pages = list(hints.folders(shared.context.stash, rows=4))
    assert len(pages) == len(whole.paths) // 4 + 1 > 3
    assert {id_: path for page in pages for id_, path in page.paths.items()} == whole.paths
    ends = [0, *(page.last for page in pages)]
    for page, above, last in zip(pages, ends, ends[1:], strict=False):
        assert all(above < id_ <= last for id_ in page.paths)
        assert page.total == len(whole.paths)


def test_what_explains_a_write_may_hide_another_which_is_found_once_stash_is_quiet(
    stage: Inside, free: Iterator[int]
) -> None:
    one, other, third = next(free), next(free), next(free)
    stage.edit_scene(str(one), title="Explains")
    past_stash(stage, other, "Hidden")
    step(stage, 1)
    for _ in range(10):
        step(stage)
    assert queued(stage) == {one}
    stage.work()
    step(stage, 40)
    stage.edit_scene(str(third), title="The spell goes on")
    for _ in range(10):
        step(stage)
    assert other not in queued(stage)
    stage.work()
    step(stage, QUIET_SECONDS - 10)
    assert asked(stage, "Listing") == 0
    step(stage, 10)
    for _ in range(10):
        step(stage)
    assert queued(stage) == {other}
    assert asked(stage, "Listing") == 1


def test_a_file_given_to_another_scene_while_others_are_edited_is_found_once_stash_is_quiet() -> None:
    world = small_world(
        scene(1, "one.mp4"),
        scene(2, "two.mp4", "three.mp4"),
        scene(3, "four.mp4"),
        items=[item(f"{name}.mp4") for name in ("one", "two", "three", "four")],
    )
    with inside(world, settings=SETTINGS, stash_options={"version": "v0.29.3"}) as stage:
        stage.sync()
        calm(stage)
        asked_for = "query { findScene(id: 2) { files { id path } } }"
        files = {file["path"]: file["id"] for file in stage.ask_stash(asked_for)["findScene"]["files"]}
        stage.edit_scene("3", title="Meanwhile")
        stage.ask_stash(ASSIGN, file=files["/data/three.mp4"])
        for _ in range(4):
            step(stage)
        stage.work()
        step(stage, QUIET_SECONDS)
        for _ in range(10):
            step(stage)
        stage.work()
        assert stage.differences() == {}
        assert stage.item_of_file("three.mp4")["title"] == "Scene 1"


def test_a_write_soon_after_a_save_is_not_taken_for_its_own(stage: Inside, free: Iterator[int]) -> None:
    one, other = next(free), next(free)
    stage.edit_scene(str(one), title="Saved")
    step(stage, 1)
    past_stash(stage, other, "At once afterwards")
    for _ in range(6):
        step(stage, 0.3)
    assert other in queued(stage)


@pytest.fixture(scope="module")
def of_three_pages() -> Iterator[Inside]:
    """A library whose listing takes three pages."""
    scenes = [scene(number, f"{number}.mp4") for number in range(1, 2 * stash_scenes.PAGE + 2)]
    with inside(small_world(*scenes, items=[item("1.mp4")]), settings=SETTINGS) as stage:
        yield stage


@pytest.fixture
def long(of_three_pages: Inside) -> Inside:
    calm(of_three_pages)
    return of_three_pages


def test_an_edit_is_looked_at_between_two_pages(long: Inside) -> None:
    stage, first, last = long, 1, 2 * stash_scenes.PAGE + 1
    past_stash(stage, last, "On the last page")
    step(stage, 1)
    for _ in range(2):
        step(stage)
    assert (asked(stage, "Listing"), queued(stage)) == (1, set())
    stage.edit_scene(str(first), title="In between")
    step(stage, 1)
    assert (asked(stage, "Listing"), queued(stage)) == (1, {first})
    for _ in range(100):  # the scan rests as long as a page took, and a loaded machine takes long for one
        if asked(stage, "Listing") == 3 and last in queued(stage):
            break
        step(stage)
    assert (asked(stage, "Listing"), queued(stage)) == (3, {first, last})


def test_what_is_written_behind_a_full_scan_is_found_by_the_next(long: Inside) -> None:
    stage, first, last = long, 1, 2 * stash_scenes.PAGE + 1
    past_stash(stage, last, "Further on")
    step(stage, 1)
    for _ in range(3):
        step(stage)
    past_stash(stage, first, "On a page that was read")
    for _ in range(20):
        step(stage, 2)
    assert queued(stage) == {first, last}


def test_a_scene_that_changes_while_it_is_worked_on_is_worked_on_again(stage: Inside, free: Iterator[int]) -> None:
    """It is queued all the time: that alone does not say that its newest state will be read."""
    one = next(free)
    stage.enqueue(one)
    claimed = stage.store.jobs.claim(10, stage.now())
    past_stash(stage, one, "Too late for the one who reads")
    step(stage, 1)
    for _ in range(4):
        step(stage)
    stage.store.jobs.finish(claimed, stage.now())
    assert queued(stage) == {one}


def test_what_is_queued_anyway_makes_no_full_scan_worth_its_while(stage: Inside, free: Iterator[int]) -> None:
    one = next(free)
    past_stash(stage, one, "Found once")
    for _ in range(5):
        step(stage, 1)
    assert queued(stage) == {one}
    assert stage.job(one).priority == Priority.FRESH
    for turn in range(4):
        past_stash(stage, one, f"Again {turn}")
        for _ in range(5):
            step(stage, 1)
    assert asked(stage, "Listing") <= 1 + 3, FRUITLESS_PAUSES


def test_a_full_scan_that_a_server_error_ends_is_owed_anew(stage: Inside, free: Iterator[int]) -> None:
    one = next(free)
    past_stash(stage, one, "Behind a fault")
    step(stage, 1)
    step(stage)
    # An accident or two are mended by further tries, which fail as well here.
    fault = {"match": {"operation_regex": "Listing"}, "times": 3, "kind": "reset"}
    stage.stash.control("POST", "faults", [fault])
    for _ in range(3):
        step(stage)
    assert is_waiting(stage)
    assert queued(stage) == set()
    for _ in range(12):
        step(stage, 10)
    assert not is_waiting(stage)
    assert queued(stage) == {one}


def test_a_full_scan_that_fails_at_the_same_page_each_time_costs_little_and_fills_no_log(
    stage: Inside, free: Iterator[int], caplog: pytest.LogCaptureFixture
) -> None:
    one = next(free)
    past_stash(stage, one, "Behind many faults")
    fault = {"match": {"operation_regex": "Listing"}, "times": 10_000, "kind": "status", "status": 500}
    stage.stash.control("POST", "faults", [fault])
    for _ in range(120):
        step(stage, 2)
    waits = [record for record in caplog.records if "feed waiting" in record.getMessage()]
    assert 1 < len(waits) < 12, "in four minutes"
    assert asked(stage, "Entities") <= 4 * len(waits)
    stage.stash.control("POST", "faults", [])
    for _ in range(30):
        step(stage, 2)
    assert queued(stage) == {one}


def test_a_server_that_was_not_asked_is_not_said_to_work_again(stage: Inside, free: Iterator[int]) -> None:
    stage.edit_scene(str(next(free)), title="Look!")
    fault = {"match": {"operation_regex": "Poll"}, "times": 10, "kind": "status", "status": 500}
    stage.stash.control("POST", "faults", [fault])
    step(stage, 1)
    assert is_waiting(stage)
    stage.stash_watcher.breaker.probe_now()
    before = asked(stage, "Poll")
    step(stage)
    assert is_waiting(stage)
    assert asked(stage, "Poll") > before
    stage.stash.control("POST", "faults", [])
    for _ in range(4):
        step(stage, 3)
    assert not is_waiting(stage)


def test_a_full_scan_waits_while_somebody_writes_without_a_pause(long: Inside) -> None:
    """It has taken its share already; whoever writes is not to feel the next page."""
    stage, last = long, 2 * stash_scenes.PAGE + 1
    stage.shared.load_budget.full_scans.spend(60.0, stage.now())
    past_stash(stage, last, "Found when there is time")
    for number in range(20):
        stage.edit_scene("1", rating100=number + 1)
        step(stage)
    assert asked(stage, "Listing") == 0
    for _ in range(12):
        step(stage, 10)
    assert asked(stage, "Listing") == 3
    assert last in queued(stage)


def test_what_was_written_while_nobody_looked_is_found_at_the_start(stage: Inside, free: Iterator[int]) -> None:
    one, other = next(free), next(free)
    stage.edit_scene(str(one), title="Told by its stamp")
    past_stash(stage, other, "Told by nothing")
    stage.stash_watcher = StashWatcher(stage.store, stage.shared, stage.now)
    for _ in range(5):
        step(stage, 1)
    assert queued(stage) == {one, other}


def test_a_file_that_goes_to_another_scene_on_another_page() -> None:
    """The scene that gets it is worked on before the one that had it is known to have lost it."""
    world = small_world(scene(1, "a.mp4"), scene(2, "b.mp4", "c.mp4"), items=[item(f"{name}.mp4") for name in "abc"])
    with inside(world, settings=SETTINGS) as stage:
        stage.sync()
        calm(stage)
        file = stage.ask_stash("{ findScene(id: 2) { files { id } } }")["findScene"]["files"][1]["id"]
        stage.ask_stash(ASSIGN, file=file)
        stage.sync(1)
        assert stage.job(1).cause == "ambiguous"
        stage.sync(2)
        assert stage.job(1).state is State.DONE
        assert stage.item_of_file("c.mp4")["title"] == "Scene 1"


def test_a_full_scan_over_an_uneven_library_finds_nothing_where_nothing_changed() -> None:
    with inside(make_world(150, 5), settings=SETTINGS) as stage:
        stage.sync()
        calm(stage)
        assert all(not (page.new or page.changed or page.gone) for page in compared(stage))


def test_what_stash_writes_by_itself_half_a_minute_later_sets_off_no_full_scan() -> None:
    world = small_world(scene(1, "a.mp4"), items=[item("a.mp4")])
    with inside(world, settings=SETTINGS) as stage:
        stage.edit_scene("1", title="Edited")
        stage.stash_watcher.turn(lambda _: None)
        stage.later += 120
        stage.edit_scene("1", title="Edited again")
        for _ in range(40):
            stage.stash_watcher.turn(lambda _: None)
            stage.later += 0.05
        listed = stage.stash.control("GET", "counters")["operations"].get("Listing", 0)
        for pause, full_scans in ((30.0, 0), (120.0, 1)):
            stage.later += pause
            stage.stash.control("POST", "silent_write")
            for _ in range(40):
                stage.stash_watcher.turn(lambda _: None)
                stage.later += 0.05
            now = stage.stash.control("GET", "counters")["operations"].get("Listing", 0)
            assert (now - listed > 0) == bool(full_scans), pause
            listed = now


@pytest.mark.parametrize(("kinds", "full_scans"), [(frozenset(GapKind), 0), (frozenset({GapKind.EMPTY}), 1)])
def test_a_run_over_everything_is_as_good_as_a_full_scan(
    stage: Inside, free: Iterator[int], kinds: frozenset[GapKind], full_scans: int
) -> None:
    one = next(free)
    past_stash(stage, one, "Seen by the run")
    step(stage, 1)
    step(stage)  # a full scan is owed now
    found = stage.reconcile(kinds=kinds)
    stage.reset_counts()
    for _ in range(8):
        step(stage)
    assert asked(stage, "Listing") == full_scans
    assert found.gaps.get("stale", set()) == (set() if full_scans else {one})
    assert queued(stage) == {one}


def test_a_full_scan_waits_while_a_run_over_everything_is_under_way(stage: Inside, free: Iterator[int]) -> None:
    before, meanwhile = next(free), next(free)
    past_stash(stage, before, "Written before")
    step(stage, 1)
    step(stage)
    with stage.shared.coverage.comparing():
        for _ in range(8):
            step(stage)
        assert asked(stage, "Listing") == 0
        past_stash(stage, meanwhile, "Written meanwhile")
        for _ in range(8):
            step(stage)
    assert queued(stage) == {before, meanwhile}, "the run may have been past it, and has not been completed"
