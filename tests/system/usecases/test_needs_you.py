"""Scenes that need a person: counted, explained, chosen for, ignored, and all of it taken back."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict

import pytest
from command_line import plexsync
from inside import Inside, inside, item, scene, small_world

from plexsync.domain.model import Verdict
from plexsync.overview.scene_counts import scene_counts
from plexsync.store.jobs import State
from plexsync.sync.mass_change_guard import CALM_SECONDS
from plexsync.sync.retry_policy import LONGEST_DELAY
from plexsync.usecases.data_folder import open_store
from plexsync.usecases.needs_you import choosing, ignoring
from plexsync.usecases.needs_you.candidates import candidates
from plexsync.usecases.needs_you.causes import CauseGroup, needs_you, scenes_of
from plexsync.usecases.needs_you.counts import needs_you_counts
from plexsync.usecases.opening import open_data
from plexsync.usecases.queue import changes, dead_letters
from plexsync.usecases.refusal import Refused
from plexsync.usecases.scene_tab.tab import tab_of
from plexsync.usecases.status.report import status
from plexsync_simulators.rig import TOKEN

DAY = 24 * 3600.0
SHARED = ("joined/low.mp4", "joined/high.mp4")
ELSEWHERE = "/elsewhere/new/lost.mp4"
BAD_SCANS: tuple[dict[str, object], ...] = ({}, {"scenes": "all"}, {"scenes": [{}]})


@pytest.fixture
def stage() -> Iterator[Inside]:
    """Two scenes in one item, one without an item, one outside, one that is refused on demand, one with two files."""
    lost = scene(4, "lost.mp4")
    lost["files"][0]["path"] = ELSEWHERE
    world = small_world(
        scene(1, SHARED[0], title="Of 1"),
        scene(2, SHARED[1], title="Of 2"),
        scene(3, "late/late.mp4"),
        lost,
        scene(5, "odd.mp4"),
        scene(6, "hd.mp4", "uhd.mp4"),
        items=[item(*SHARED), item("odd.mp4"), item("hd.mp4"), item("uhd.mp4")],
    )
    with inside(world, settings={"image_poster": "off", "max_attempts": 2, "no_startup_reconcile": True}) as made:
        made.configure(stash_url=made.stash.url)
        yield made


def refuse(stage: Inside, name: str = "odd.mp4") -> None:
    key = stage.item_of_file(name)["ratingKey"]
    match = {"method": "PUT", "query_regex": f"(^|&)id={key}(&|$)"}
    stage.plex.control("POST", "faults", [{"kind": "status", "times": -1, "status": 400, "match": match}])


def trouble(stage: Inside) -> None:
    """Let all that can go wrong have gone wrong for two days."""
    refuse(stage)
    stage.sync()
    for _ in range(2):
        stage.later += 2 * LONGEST_DELAY
        stage.work()
    stage.later += 2 * DAY


def groups(stage: Inside) -> dict[str, CauseGroup]:
    return {group.cause: group for group in needs_you(stage.data, stage.now()).groups}


def title(stage: Inside, name: str = SHARED[0]) -> str:
    return str(stage.item_of_file(name)["title"])


def key_of(stage: Inside, name: str = SHARED[0]) -> str:
    return str(stage.item_of_file(name)["ratingKey"])


def settle(stage: Inside) -> None:
    for _ in range(3):
        stage.poll()
        stage.work()


def test_each_cause_is_a_group_with_its_fact_and_its_remedy(stage: Inside) -> None:
    trouble(stage)
    found = groups(stage)
    assert {cause: group.number for cause, group in found.items()} == {
        "ambiguous": 2, "missing": 1, "unmapped": 1, "item_rejected": 1,
    }  # fmt: skip
    assert next(iter(found)) == "ambiguous", "the largest first"
    assert [row.fact for row in found["ambiguous"].rows] == [
        f"shares item {key_of(stage)} with ‘Of 2’",  # noqa: RUF001  as a person reads it
        f"shares item {key_of(stage)} with ‘Of 1’",  # noqa: RUF001
    ]
    assert found["ambiguous"].for_one.value == "choose"
    assert (found["unmapped"].folder, found["unmapped"].rows[0].fact) == ("/elsewhere/new", ELSEWHERE)
    assert "/elsewhere/new" in found["unmapped"].advice.text
    assert found["missing"].rows[0].fact == "/data/late/late.mp4"
    assert found["missing"].rows[0].since <= stage.now() - 2 * DAY
    (refused,) = found["item_rejected"].rows
    assert (refused.attempts, refused.rating_key) == (2, key_of(stage, "odd.mp4"))
    assert refused.fact == "title Scene 5, answer 400: Bad Request"
    counts = scene_counts(stage.store, stage.now())
    assert counts.needs_you == needs_you(stage.data, stage.now()).total == 5
    assert status(stage.data, stage.now()).needs_person

    shown = plexsync(stage.data, "needs-you", "--json").document
    assert {group["cause"] for group in shown["groups"]} >= {"ambiguous", "unmapped", "item_rejected"}
    said = plexsync(stage.data, "needs-you")
    assert said.code == 1
    assert "Ambiguous: scenes share one Plex item · 2 scenes" in said.out
    assert "What to do: Choose the scene" in said.out
    rows = plexsync(stage.data, "needs-you", "--cause", "unmapped", "--json").document["rows"]
    assert [row["scene_id"] for row in rows] == [4]


def test_a_file_that_is_missing_needs_nobody_within_a_day(stage: Inside) -> None:
    stage.sync()
    assert "missing" not in groups(stage)
    stage.later += DAY - 600
    assert "missing" not in groups(stage)
    stage.edit_scene("3", title="Edited meanwhile")
    settle(stage)
    stage.later += 1200
    settle(stage)
    assert groups(stage)["missing"].number == 1, "neither an edit nor a new attempt begins the day anew"


def test_the_chosen_scene_is_written_and_the_other_one_no_longer_asks(stage: Inside) -> None:
    stage.sync()
    before = title(stage)
    assert plexsync(stage.data, "choose", 1, key_of(stage), "--json").document["looked_at"] == 2
    on_the_way = needs_you(stage.data, stage.now(), seen=[1, 2]).became
    assert {one.state for one in on_the_way} == {"on_the_way"}
    stage.work()
    assert (before, title(stage)) == ("joined/low", "Of 1")
    after = needs_you(stage.data, stage.now(), seen=[1, 2]).became
    assert [(one.scene_id, one.state) for one in after] == [(1, "in_sync"), (2, "other")]
    assert (stage.job(1).state, stage.job(2).cause) == (State.DONE, "declined")
    assert "ambiguous" not in groups(stage)
    assert stage.reconcile().gaps.get("ambiguous") is None
    stage.edit_scene("2", title="Nobody sees it")
    stage.edit_scene("1", title="Later of 1")
    settle(stage)
    assert title(stage) == "Later of 1"
    why = plexsync(stage.data, "why", 2)
    assert f"You chose item {key_of(stage)} for scene 1" in " ".join(why.out.split())
    assert f"You chose item {key_of(stage)} for this scene" in " ".join(plexsync(stage.data, "why", 1).out.split())

    choosing.choose(stage.data, 2, key_of(stage), stage.now())
    stage.work()
    assert title(stage) == "Nobody sees it", "the newer choice counts"
    choosing.undo_choice(stage.data, 2, stage.now())
    stage.work()
    assert stage.job(1).cause == "brake", "nobody asked for this scene itself"
    stage.later += CALM_SECONDS
    settle(stage)
    assert title(stage) == "Later of 1", "and its end brings back the older one"
    assert plexsync(stage.data, "choose", "--undo", 1).code == 0
    stage.work()
    assert {stage.job(one).cause for one in (1, 2)} == {"ambiguous"}
    assert title(stage) == "Later of 1", "in doubt nothing is written or taken away"


def test_a_choice_outlives_a_restart_and_a_new_key(stage: Inside) -> None:
    stage.sync()
    choosing.choose(stage.data, 1, key_of(stage), stage.now())
    stage.work()
    old = key_of(stage)
    stage.plex.control("POST", f"items/{old}/rekey", {"keep": True})
    stage.begin_life()
    stage.reconcile()
    stage.edit_scene("1", title="Under a new key")
    stage.edit_scene("2", title="Still of no item")
    settle(stage)
    assert key_of(stage) != old
    assert title(stage) == "Under a new key"
    assert "ambiguous" not in groups(stage)


def test_when_the_chosen_scene_is_gone_the_other_one_has_the_item(stage: Inside) -> None:
    stage.sync()
    choosing.choose(stage.data, 1, key_of(stage), stage.now())
    stage.work()
    stage.ask_stash("mutation { sceneDestroy(input: { id: 1 }) }")
    settle(stage)
    stage.later += DAY
    settle(stage)
    assert title(stage) == "Of 2"
    assert choosing.decided(stage.data).rows == ()


def test_only_an_item_with_a_file_of_the_scene_can_be_chosen(stage: Inside) -> None:
    stage.sync()
    others = key_of(stage, "odd.mp4")
    for wrong in (others, "99999", "no key"):
        with pytest.raises(Refused) as refused:
            choosing.choose(stage.data, 1, wrong, stage.now())
        assert refused.value.code == "not_its_item"
        with pytest.raises(Refused):
            choosing.unlink(stage.data, 1, wrong, stage.now())
    assert plexsync(stage.data, "choose", 1, others).code == 1
    assert choosing.decided(stage.data).rows == ()
    stage.work()
    assert title(stage, "odd.mp4") == "Scene 5"


def test_a_choice_writes_to_no_item_that_lost_the_file_since(stage: Inside) -> None:
    """Promise 2: the item is read before it is written, whatever a person chose."""
    stage.sync()
    key = key_of(stage)
    choosing.choose(stage.data, 1, key, stage.now())
    stage.plex.control("POST", f"items/{key}/split")
    settle(stage)
    assert (title(stage, SHARED[0]), title(stage, SHARED[1])) == ("Of 1", "Of 2"), "each has one of its own"


def test_an_unlinked_item_keeps_what_was_written_and_gets_nothing_more(stage: Inside) -> None:
    stage.sync()
    assert {title(stage, name) for name in ("hd.mp4", "uhd.mp4")} == {"Scene 6"}
    assert plexsync(stage.data, "unlink", 6, key_of(stage, "uhd.mp4")).code == 0
    stage.edit_scene("6", title="Edited")
    settle(stage)
    assert (title(stage, "hd.mp4"), title(stage, "uhd.mp4")) == ("Edited", "Scene 6")
    assert 6 not in set().union(*stage.reconcile(deep=True).gaps.values())
    choosing.relink(stage.data, 6, key_of(stage, "uhd.mp4"), stage.now())
    stage.work()
    assert title(stage, "uhd.mp4") == "Edited"
    for name in ("hd.mp4", "uhd.mp4"):
        choosing.unlink(stage.data, 6, key_of(stage, name), stage.now())
    stage.edit_scene("6", title="For nobody")
    settle(stage)
    assert title(stage, "hd.mp4") == "Edited"
    assert stage.job(6).cause == "declined"
    assert needs_you_counts(stage.store, stage.now()).total == 3
    assert scene_counts(stage.store, stage.now()).declined == 1


def test_one_of_two_items_is_chosen_and_the_other_one_left(stage: Inside) -> None:
    stage.sync()
    choosing.choose(stage.data, 6, key_of(stage, "hd.mp4"), stage.now())
    stage.edit_scene("6", title="In one")
    settle(stage)
    assert (title(stage, "hd.mp4"), title(stage, "uhd.mp4")) == ("In one", "Scene 6")
    shown = {
        row["rating_key"]: row["says"] for row in plexsync(stage.data, "choose", "--list", "--json").document["rows"]
    }
    assert shown == {key_of(stage, "hd.mp4"): "chosen", key_of(stage, "uhd.mp4"): "unlinked"}


@pytest.mark.parametrize("is_hostile", [False, True])
def test_candidates_stand_side_by_side(stage: Inside, is_hostile: bool) -> None:
    stage.sync()
    if is_hostile:
        stage.plex.control("POST", "hostile", {"odd_items": False})
    with open_data(stage.data, {}) as opened:
        found = candidates(opened, 1)
    assert found.trouble is None
    (one,) = found.items
    own = {file.path: (file.is_own, file.same_size, file.same_duration) for file in one.files}
    assert own == {f"/media/{SHARED[0]}": (True, True, True), f"/media/{SHARED[1]}": (False, False, False)}
    assert [(other.scene_id, other.title) for other in one.others] == [(2, "Of 2")]
    assert (one.library, found.files[0].duration) == ("Movies", 60.0)


def test_candidates_of_a_plex_that_is_away_are_those_remembered(stage: Inside) -> None:
    stage.sync()
    stage.plex.control("POST", "down", {"seconds": 60})
    with open_data(stage.data, {}) as opened:
        found = candidates(opened, 1)
    assert found.trouble is not None
    assert [file.is_own for file in found.items[0].files] == [False, True]
    stage.plex.control("POST", "down", {"seconds": 0})


def test_an_ignored_scene_is_left_alone_until_it_is_heeded_again(stage: Inside) -> None:
    trouble(stage)
    assert plexsync(stage.data, "ignore", 5, 6, 3).code == 0
    assert stage.job(5).state is State.DONE
    assert needs_you_counts(stage.store, stage.now()).total == 3
    stage.plex.control("POST", "faults", [])
    for one in ("5", "6"):
        stage.edit_scene(one, title=f"Not for Plex {one}", rating100=20)
    settle(stage)
    stage.begin_life()
    stage.sync()
    assert (title(stage, "odd.mp4"), title(stage, "hd.mp4")) == ("odd", "Scene 6"), "its values stay as they are"
    found = stage.reconcile(deep=True)
    assert not {3, 5, 6} & set().union(*found.gaps.values())
    shown = status(stage.data, stage.now())
    assert shown.needs_you.ignored == 3
    assert plexsync(stage.data, "why", 5, "--json").document["verdict"] == Verdict.IGNORED.value
    assert "You ignore this scene" in " ".join(plexsync(stage.data, "why", 5).out.split())
    listed = plexsync(stage.data, "ignore", "--list", "--json").document
    assert {row["scene_id"] for row in listed["rows"]} == {3, 5, 6}

    assert plexsync(stage.data, "ignore", "--undo", 5, "--json").document == {"scenes": 1}
    stage.work()
    assert title(stage, "odd.mp4") == "Not for Plex 5"
    assert plexsync(stage.data, "ignore", "--undo", "--all", "--json").document == {"scenes": 2}
    stage.work()
    assert title(stage, "hd.mp4") == "Not for Plex 6"
    assert plexsync(stage.data, "ignore", 77).code == 1, "there is no such scene"


def test_what_the_worker_has_in_hand_does_not_bring_back_an_ignored_scene(stage: Inside) -> None:
    stage.sync()
    stage.enqueue(5)
    job = stage.job(5)
    ignoring.ignore(stage.data, [5], stage.now())
    stage.store.jobs.finish([job], stage.now())
    stage.store.jobs.leave_image([job], stage.now())
    assert stage.job(5).state is State.DONE


def test_all_of_a_cause_are_ignored_by_one_act_and_taken_back_by_its_name(stage: Inside) -> None:
    trouble(stage)
    act = ignoring.ignore_cause(stage.data, "ambiguous", stage.now())
    ignoring.ignore(stage.data, [4], stage.now() + 1)
    assert act.scenes == 2
    assert "ambiguous" not in groups(stage)
    assert ignoring.heed_act(stage.data, act.act, stage.now()).scenes == 2
    assert ignoring.heed_act(stage.data, "nonsense", stage.now()).scenes == 0
    stage.work()
    assert groups(stage)["ambiguous"].number == 2
    assert ignoring.ignored(stage.data, limit=9).total == 1


def test_another_scene_with_the_id_of_an_ignored_one_is_not_ignored(stage: Inside) -> None:
    """A new database counts from 1 again."""
    stage.sync()
    stage.store.decisions.ignore({5: "2001-01-01T00:00:00Z"}, stage.now())
    stage.edit_scene("5", title="Another one")
    settle(stage)
    assert title(stage, "odd.mp4") == "Another one"


def test_a_retry_after_the_repair_ends_the_need(stage: Inside) -> None:
    trouble(stage)
    stage.plex.control("POST", "faults", [])
    assert dead_letters.retry(stage.data, stage.now(), "item_rejected") == 1
    stage.work()
    assert "item_rejected" not in groups(stage)
    assert title(stage, "odd.mp4") == "Scene 5"


def test_plex_is_asked_to_scan_the_folders_of_the_missing_files(stage: Inside) -> None:
    trouble(stage)
    before = len(scans(stage))
    assert asked(stage, "scan", {"scenes": []}) == ("done", {"scenes": 1, "folders": 1})
    assert [scan for scan in scans(stage)[before:] if "late" in scan]
    assert stage.job(3).state is State.QUEUED
    stage.work()
    assert groups(stage)["missing"].number == 1
    for wrong in BAD_SCANS:
        state, said = asked(stage, "scan", wrong)
        assert (state, said.get("code")) == ("failed", "bad_command"), wrong


def asked(stage: Inside, name: str, arguments: dict[str, object]) -> tuple[str, dict[str, object]]:
    """Leave a command as another process does, and return what becomes of it."""
    with open_store(stage.data) as other:
        command = other.commands.ask(name, arguments, stage.now())
    stage.commands.turn()
    found = stage.store.commands.get(command)
    assert found is not None
    return found.state, dict(found.result)


def scans(stage: Inside) -> list[str]:
    return [str(one) for one in stage.plex.control("GET", "requests?kind=scan")["requests"]]


def test_the_tab_of_a_scene_says_what_each_side_has_and_where_its_item_is(stage: Inside) -> None:
    stage.sync()
    stage.edit_scene("6", title="Newer in Stash")
    choosing.unlink(stage.data, 6, key_of(stage, "uhd.mp4"), stage.now())
    shown = tab_of(stage.data, 6)
    assert (shown.verdict, shown.is_in_sync, shown.has_choice, shown.trouble) == ("linked", False, True, None)
    (one,) = shown.items
    fields = {row.field: row for row in one.fields}
    title_row = fields["title"]
    assert (title_row.plex, title_row.stash, title_row.written) == ("Scene 6", "Newer in Stash", "Scene 6")
    assert (title_row.outcome, title_row.code) == ("changes", "update")
    assert (one.library, one.paths) == ("Movies", ("/media/hd.mp4",))
    assert one.address.startswith(f"{stage.plex.url}/web/index.html#!/server/")
    assert one.address.endswith(f"/details?key=%2Flibrary%2Fmetadata%2F{one.rating_key}")
    assert TOKEN not in json.dumps(asdict(shown))
    assert {write.field for write in shown.writes} >= {"title"}
    assert changes.sync_now(stage.data, [6], stage.now()).scenes == 1
    stage.work()
    assert tab_of(stage.data, 6).is_in_sync
    assert [advice.text for advice in tab_of(stage.data, 4).reasons]
    stage.plex.control("POST", "down", {"seconds": 60})
    away = tab_of(stage.data, 6)
    assert (away.verdict, away.trouble is not None) == ("", True)
    stage.plex.control("POST", "down", {"seconds": 0})
    ignoring.ignore(stage.data, [6], stage.now())
    assert tab_of(stage.data, 6).verdict == "ignored"
    with pytest.raises(Refused):
        changes.sync_now(stage.data, [6], stage.now())


def test_a_cause_that_nobody_knows_is_refused(stage: Inside) -> None:
    for ask in (
        lambda: scenes_of(stage.data, "nonsense", stage.now(), limit=1),
        lambda: ignoring.ignore_cause(stage.data, "", stage.now()),
    ):
        with pytest.raises(Refused) as refused:
            ask()
        assert refused.value.code == "no_such_cause"
