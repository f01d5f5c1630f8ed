"""A Plex that does otherwise than assumed: it is learnt from ordinary writes, kept for its version, and gone around."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any

import pytest
from agent_stage import single
from inside import Inside, inside, item, scene, small_world

from plexsync.domain.advice import explain
from plexsync.domain.capabilities import AGAIN_SECONDS, Adding, EditCapabilities, RatingForm, Removal
from plexsync.domain.model import Field
from plexsync.plex.editing.capabilities import ServerCapabilities, known_servers
from plexsync.reconcile.scheduler import PLAN_SECONDS
from plexsync.usecases.check.finding import Grade, HealthFinding
from plexsync.usecases.check.health import check
from plexsync.usecases.opening import open_data
from plexsync.usecases.status.lines import lines_of
from plexsync.usecases.status.report import status
from plexsync.usecases.why import why
from plexsync_simulators.world import World, make_world

LABELS = {"label_all": "Mine", "policy_labels": "merge"}
SETTINGS = {"image_poster": "off", "no_startup_reconcile": True}
NAMES = ("Plain", "Two Words", "50% Off", "Comma, and more")


def known(stage: Inside) -> EditCapabilities:
    return known_servers(stage.store).current


def restart(stage: Inside) -> None:
    """Start a life of the agent anew, from what is on disk."""
    stage.begin_life()
    stage.poll()
    stage.work()


def puts(stage: Inside) -> int:
    return stage.plex_counts()["PUT"]


def turn_reconciler(stage: Inside) -> None:
    """Let it do what is due by itself."""
    for _ in range(2):
        stage.later += PLAN_SECONDS
        stage.reconciler.turn()


def update(stage: Inside, **switches: Any) -> None:
    """Bring Plex to another version, which does otherwise; it is away for a moment meanwhile."""
    stage.plex.control("POST", "switches", {"version": "9.9", **switches})
    stage.worker.index.forget_readiness()


def aged(world: World) -> World:
    """Let no item be so young that its stamp may stay the same second."""
    for section in world.plex["sections"]:
        for row in section.get("items", []):
            row["addedAt"] = row["updatedAt"] = 1_700_000_000
    return world


def tagged(scenes: int = 6, *, photos: bool = False) -> World:
    tags = [{"id": str(n), "name": name} for n, name in enumerate(NAMES, 1)]
    people = [{"id": str(n), "name": f"Actor {n}"} for n in range(1, scenes + 1)] if photos else []
    rows = [
        scene(
            n,
            f"{n}.mp4",
            tag_ids=["1", "2", "3", "4"],
            rating100=40 + n,
            **({"performer_ids": [str(n)]} if photos else {}),
        )
        for n in range(1, scenes + 1)
    ]
    return small_world(*rows, items=[item(f"{n}.mp4") for n in range(1, scenes + 1)], tags=tags, performers=people)


@pytest.mark.parametrize(
    ("reading", "learnt"),
    [("joined", Removal.JOINED), ("one", Removal.SINGLE), ("plain", Removal.PLAIN), ("whole", Removal.PLAIN)],
)
def test_names_go_whichever_form_the_server_understands(reading: str, learnt: Removal) -> None:
    with inside(tagged(), settings=SETTINGS, plex_options={"removals": reading}) as stage:
        stage.sync()
        time.sleep(1.1)  # stamps have whole seconds: what shows nothing at all might merely be late
        names = ["4"] if reading == "plain" else []  # split at each comma, no form takes a name that has one
        stage.edit_scene("1", tag_ids=names)
        stage.sync("1")
        assert stage.differences() == {}
        assert known(stage).removal is learnt
        restart(stage)
        stage.reset_counts()
        stage.edit_scene("2", tag_ids=names)
        stage.sync("2")
        assert stage.differences() == {}
        assert puts(stage) == {"joined": 1, "one": 4, "plain": 3, "whole": 4}[reading], "nothing is learnt once more"


@pytest.mark.parametrize(("known_as", "accidents"), [(Adding.ADDS, 0), (Adding.ADDS, 2), (Adding.DOUBLES, 0)])
def test_a_server_that_replaces_though_it_was_seen_to_add_takes_nothing_away(known_as: Adding, accidents: int) -> None:
    """It was updated a moment ago, or what was seen of it was something else; the way back may meet with accidents."""
    tags = [{"id": str(n), "name": f"Tag {n}"} for n in range(1, 5)]
    rows = [scene(n, f"{n}.mp4", tag_ids=["1", "2"]) for n in (1, 2)]
    world = small_world(*rows, items=[item("1.mp4"), item("2.mp4")], tags=tags)
    with inside(world, settings=SETTINGS) as stage:
        stage.sync()
        ServerCapabilities(stage.store, stage.worker.index.target.servers.items).learn_adding(known_as)
        stage.plex.control("POST", "switches", {"tag_semantics": "replace"})
        key = stage.item_of_file("1.mp4")["ratingKey"]
        stage.plex.control("POST", f"items/{key}", {"set": {"Genre": ["Tag 1", "Tag 2", "Mine"]}, "lock": True})
        stage.edit_scene("1", tag_ids=["1", "3"])
        edits = {"method": "PUT", "path_regex": "/all$"}
        fault = {"match": edits, "skip": 1, "times": accidents, "kind": "reset"}
        stage.plex.control("POST", "faults", [fault] if accidents else [])
        stage.sync("1")
        assert set(stage.item_now(key)["Genre"]) == {"Tag 1", "Tag 3", "Mine"}
        assert known(stage).adding is Adding.REPLACES


def test_names_go_by_what_stays_where_a_list_that_is_sent_is_all_there_is() -> None:
    """Such a server may know no other way, or take a name apart at its comma."""
    for reading in ("none", "plain"):
        options = {"removals": reading, "tag_semantics": "replace"}
        with inside(tagged(), settings=SETTINGS, plex_options=options) as stage:
            stage.edit_scene("6", tag_ids=["1"])
            stage.sync()
            stage.edit_scene("6", tag_ids=["1", "2"])
            stage.sync("6")
            assert known(stage).adding is Adding.REPLACES
            key = stage.item_of_file("1.mp4")["ratingKey"]
            stage.plex.control("POST", f"items/{key}", {"set": {"Genre": [*NAMES, "Mine, too"]}, "lock": True})
            time.sleep(1.1)  # stamps have whole seconds: what shows nothing at all might merely be late
            stage.edit_scene("1", tag_ids=["1"])
            stage.sync("1")
            assert set(stage.item_now(key)["Genre"]) == {"Plain", "Mine, too"}
            assert stage.jobs_by_state() == {}


def test_a_name_that_goes_in_no_form_is_told_by_its_name() -> None:
    with inside(tagged(2), settings=SETTINGS, plex_options={"removals": "plain"}) as stage:
        stage.sync()
        stage.edit_scene("1", tag_ids=["1"], title="Edited")
        stage.sync("1")
        shown = stage.item_of_file("1.mp4")
        assert (shown["title"], set(shown["Genre"])) == ("Edited", {"Plain", "Comma, and more"})
        said = str(explain("not_applied", stage.job(1).detail))
        assert "genres that Stash does not have: Comma, and more. Take them away in Plex" in said


def test_a_name_with_a_comma_takes_no_other_along() -> None:
    """Encoded once and split, it would take away a name of a person."""
    with inside(tagged(), settings=SETTINGS, plex_options={"removals": "plain"}) as stage:
        stage.sync()
        key = stage.item_of_file("1.mp4")["ratingKey"]
        stage.plex.control("POST", f"items/{key}", {"set": {"Genre": [*NAMES, "Comma"]}, "lock": True})
        stage.edit_scene("1", tag_ids=["1"])
        stage.enqueue("1")
        stage.work()
        assert set(stage.item_now(key)["Genre"]) == {"Plain", "Comma", "Comma, and more"}


def test_a_rating_goes_by_rate_where_no_edit_sets_it() -> None:
    with inside(tagged(), settings=SETTINGS, plex_options={"ignored": "userRating"}) as stage:
        stage.sync()
        assert stage.differences() == {}
        assert known(stage).rating is RatingForm.RATE
        restart(stage)
        for rating in (75, None):
            stage.reset_counts()
            stage.edit_scene("1", rating100=rating)
            stage.sync("1")
            assert stage.differences() == {}
            assert puts(stage) == 1
        update(stage, ignored="", rate="ignored")
        stage.edit_scene("1", rating100=33)
        stage.sync("1")
        assert stage.differences() == {}
        assert (known(stage).server[1], known(stage).rating) == ("9.9", RatingForm.EDIT)


@pytest.mark.parametrize(
    ("field", "switches"),
    [
        ("labels", {"ignored": "label"}),
        ("labels", {"refuse_value": r"^label", "refuse_status": 400}),
        ("rating", {"ignored": "userRating", "rate": "ignored"}),
        ("genres", {"ignored": "genre", "still_fields": "genre"}),
    ],
)
def test_a_field_that_no_form_works_for_is_switched_off_and_holds_up_nothing(
    field: str, switches: Mapping[str, Any]
) -> None:
    with inside(tagged(), settings={**SETTINGS, **LABELS}, plex_options=switches) as stage:
        stage.sync()
        for _ in range(3):
            stage.later += 3600
            stage.work()
        assert known(stage).off == {field}
        assert stage.jobs_by_state() == {}, "no job waits, and none is given up"
        assert {name for fields in stage.differences().values() for name in fields} <= {"userRating", "Genre"}
        (line,) = [line for line in lines_of(status(stage.data, stage.now())) if line.startswith("Switched off")]
        assert field in line
        assert f"policy_{field}" in line
        restart(stage)
        stage.reset_counts()
        stage.edit_scene("2", title="Edited")
        stage.sync("2")
        assert (stage.item_of_file("2.mp4")["title"], puts(stage)) == ("Edited", 1)
        assert stage.reconcile(deep=True).gaps.get("stale", set()) == set(), "no gap that nothing can mend"


def test_a_list_that_gets_names_late_before_others_go_is_not_switched_off() -> None:
    """A late server shows the new names only after the write is over, and nothing was taken away by then."""
    world = tagged()
    for row in world.plex["sections"][0]["items"]:
        row["Genre"] = ["Of before"]
    switches = {"lag_ms": 400, "adding": "doubled"}
    with inside(world, settings={**SETTINGS, "policy_genres": "mirror"}, plex_options=switches) as stage:
        for _ in range(4):
            stage.sync()
            time.sleep(0.5)
            stage.later += 60
        assert known(stage).off == frozenset()
        assert stage.differences() == {}


def test_a_server_that_shows_edits_late_is_given_a_moment_and_learnt_all_the_same() -> None:
    with inside(tagged(), settings=SETTINGS, plex_options={"lag_ms": 250, "removals": "one"}) as stage:
        stage.sync()
        assert stage.jobs_by_state() == {}, "no scene is tried again"
        stage.edit_scene("1", title="Shows that edits are seen", tag_ids=[])
        stage.sync("1")
        assert (stage.differences(), known(stage).removal) == ({}, Removal.SINGLE)


def test_a_server_that_shows_late_that_names_went_is_learnt_as_well() -> None:
    """Nothing else of the edit shows that it was seen at all."""
    with inside(tagged(), settings=SETTINGS, plex_options={"removals": "one"}) as stage:
        stage.sync()
        stage.plex.control("POST", "switches", {"lag_ms": 600})
        for number, requests in (("1", 5), ("2", 4)):
            stage.reset_counts()
            stage.edit_scene(number, tag_ids=[])
            stage.sync(number)
            assert (stage.jobs_by_state(), puts(stage)) == ({}, requests), "no scene is tried again"
        assert (stage.differences(), known(stage).removal) == ({}, Removal.SINGLE)


def test_one_value_that_is_refused_again_and_again_says_nothing_of_its_field() -> None:
    world = small_world(scene(1, "1.mp4", date="2001-01-01"), scene(2, "2.mp4"), items=[item("1.mp4"), item("2.mp4")])
    options = {"refuse_value": "2001-01-01", "refuse_status": 400}
    with inside(world, settings=SETTINGS, plex_options=options) as stage:
        stage.sync()
        for _ in range(12):
            stage.later += 3600
            stage.work()
        stage.edit_scene("2", date="2015-05-05")
        stage.sync("2")
        assert stage.item_of_file("2.mp4")["originallyAvailableAt"] == "2015-05-05"


@pytest.mark.parametrize("way", ["another version", "its policy set anew"])
def test_a_field_that_was_switched_off_is_tried_again(way: str) -> None:
    settings = {**SETTINGS, **LABELS}
    with inside(tagged(), settings=settings, plex_options={"ignored": "label"}) as stage:
        stage.sync()
        stage.later += 3600
        stage.work()
        assert known(stage).off == {"labels"}
        if way == "another version":
            update(stage, ignored="")
        else:
            stage.plex.control("POST", "switches", {"ignored": ""})
            stage.reload(**{**settings, "policy_labels": "off"})
            stage.reload(**settings)
        stage.reconcile()
        stage.work()
        assert all(one["Label"] == ["Mine"] for one in stage.items().values())
        assert known(stage).off == frozenset()


def test_a_field_that_is_off_is_tried_on_one_item_a_week(caplog: pytest.LogCaptureFixture) -> None:
    with inside(tagged(), settings={**SETTINGS, **LABELS}, plex_options={"ignored": "label"}) as stage:
        stage.sync()
        stage.later += 3600
        stage.work()
        assert known(stage).off == {"labels"}
        turn_reconciler(stage)
        for week in range(2):
            stage.later += AGAIN_SECONDS
            for scenes in (("1", "2", "3"), ("4", "5", "6")):
                for one in scenes:
                    stage.edit_scene(one, title=f"Scene {one}, week {week}")
                stage.sync(*scenes)
        edits = stage.plex.control("GET", "edits")
        tried = [one["ids"] for one in edits[-12:] if any(name.startswith("label") for name, _ in one["params"])]
        assert list(map(len, tried)) == [1, 1], "one item in each week"
        assert known(stage).off == {"labels"}
        assert stage.jobs_by_state() == {}
        stage.plex.control("POST", "switches", {"ignored": ""})
        stage.later += AGAIN_SECONDS
        stage.edit_scene("5", title="Edited")
        stage.sync("5")
        assert stage.item_of_file("5.mp4")["Label"] == ["Mine"]
        assert known(stage).off == frozenset()
        turn_reconciler(stage)
        stage.work()
        assert all(one["Label"] == ["Mine"] for one in stage.items().values())
    assert caplog.text.count("does not take labels") == 1


def test_photos_that_the_server_drops_hold_up_no_actor() -> None:
    settings = {**SETTINGS, "actor_photos": True}
    with inside(tagged(photos=True), settings=settings, plex_options={"photos": "dropped"}) as stage:
        stage.sync()
        stage.later += 3600
        stage.work()
        assert stage.differences() == {}
        assert known(stage).off == {"photos"}
        assert stage.jobs_by_state() == {}
        restart(stage)
        stage.reset_counts()
        stage.sync()
        assert puts(stage) == 0


def test_photos_are_sent_once_and_not_again_before_the_next_change() -> None:
    """Too few items to tell what the server does: each of them ends all the same."""
    settings = {**SETTINGS, "actor_photos": True}
    options = {"photos": "dropped", "adding": "doubled"}
    with inside(tagged(2, photos=True), settings=settings, plex_options=options) as stage:
        stage.reset_counts()
        stage.sync()
        assert puts(stage) == 2
        stage.later += 3600
        stage.work()
        assert (puts(stage), stage.jobs_by_state()) == (2, {})
        assert known(stage).off == frozenset()
        assert all(len(one["Role"]) == 1 for one in stage.items().values())


def test_a_field_that_is_refused_on_all_items_keeps_no_job_waiting() -> None:
    refusing = {"refuse_value": r"^label", "refuse_status": 400}
    with inside(tagged(), settings={**SETTINGS, **LABELS}, plex_options=refusing) as stage:
        stage.sync()
        assert known(stage).off == {"labels"}
        assert stage.jobs_by_state() == {}


def test_edits_that_move_no_stamp_are_found_by_a_cheap_run() -> None:
    options = {"still_fields": "label,collection,userRating"}
    settings = {**SETTINGS, **LABELS, "collection_sources": "studio"}
    with inside(aged(make_world(40, 1)), settings=settings, plex_options=options) as stage:
        stage.sync()
        assert known(stage).still == {Field.LABELS, Field.COLLECTIONS, Field.RATING}
        restart(stage)
        assert stage.reconcile().gaps.get("drift", set()) == set()
        one = single(stage.world, 1)[0]
        key = stage.item_of(one)["ratingKey"]
        stage.plex.control("POST", "items/bulk?quiet=1", [{"ratingKey": key, "Label": []}])
        found = stage.reconcile()
        assert int(one) in {number for scenes in found.gaps.values() for number in scenes}
        stage.work()
        assert stage.item_now(key)["Label"] == ["Mine"]


def test_stamps_that_move_are_trusted_and_cost_nothing() -> None:
    with inside(aged(make_world(40, 1)), settings={**SETTINGS, **LABELS}) as stage:
        stage.sync()
        assert known(stage).still == frozenset()
        assert known(stage).stamps.keys() >= {"labels", "rating"}
        stage.reconcile()
        stage.reset_counts()
        stage.reconcile()
        assert stage.plex_counts().get("item", 0) == 0


def test_what_is_as_assumed_is_learnt_too_and_asks_for_little() -> None:
    with inside(tagged(30), settings=SETTINGS) as stage:
        stage.reset_counts()
        stage.sync()
        first = puts(stage)
        assert known(stage).rating is RatingForm.EDIT
        assert not known(stage).in_vain
        assert first <= 30 + 3


def checked(stage: Inside) -> dict[str, HealthFinding]:
    with open_data(stage.data, {}) as opened:
        return {finding.name: finding for finding in check(opened, stage.now).findings}


def test_check_says_of_each_question_how_this_server_does_and_why_names_what_is_off() -> None:
    settings = {**SETTINGS, **LABELS}
    options = {"ignored": "label,userRating", "removals": "one"}
    with inside(aged(tagged()), settings=settings, plex_options=options) as stage:
        before = checked(stage)
        questions = ["Adding names", "Removing names", "Rating", "A change of labels", "Photos of actors"]
        assert all(before[name].text.startswith("Not seen yet") for name in questions)
        stage.sync()
        time.sleep(1.1)
        stage.edit_scene("1", tag_ids=[])
        stage.later += 3600
        stage.sync()
        after = checked(stage)
        starts = {"Removing names": "Otherwise", "Rating": "Otherwise"}
        assert {name: after[name].text.partition(":")[0] for name in starts} == starts
        assert after["Adding names"].text.startswith("Not seen yet")
        off = after["Switched off"]
        assert (off.grade, "labels" in off.text, "policy_labels" in off.next_step) == (Grade.WARNING, True, True)
        with open_data(stage.data, {}) as opened:
            (labels,) = [one for one in why(opened, 2).items[0].fields if one.field == "labels"]
        assert (labels.outcome, labels.code) == ("off", "switched_off")
        stage.plex.control("POST", "switches", {"version": "9.9"})
        again = checked(stage)
        assert again["Rating"].text.startswith("Not seen yet")
        assert "Switched off" not in again


def test_a_refusal_of_one_value_switches_nothing_off() -> None:
    """As many as there are: the field arrives on other items."""
    with inside(
        tagged(), settings=SETTINGS, plex_options={"refuse_value": r"Scene [1-4]$", "refuse_status": 400}
    ) as stage:
        stage.sync()
        assert known(stage).off == frozenset()
        assert "title" in known(stage).arrived


def test_a_server_that_takes_nothing_at_all_has_nothing_switched_off() -> None:
    everything = "title,titleSort,userRating,genre"
    with inside(tagged(), settings=SETTINGS, plex_options={"ignored": everything, "rate": "ignored"}) as stage:
        stage.sync()
        for _ in range(4):
            stage.later += 3600
            stage.work()
        assert known(stage).off == frozenset(), known(stage)
        stage.plex.control("POST", "switches", {"ignored": ""})
        stage.sync()
        left = {name for fields in stage.differences().values() for name in fields}
        assert left == {"title"}, "a value that was locked in vain passes for a person's"


def test_a_server_that_tells_of_no_lock_has_nothing_switched_off() -> None:
    with inside(tagged(), settings=SETTINGS, plex_options={"omit": "Field"}) as stage:
        stage.sync()
        stage.later += 3600
        stage.work()
        assert stage.differences() == {}
        assert (known(stage).off, known(stage).in_vain) == (frozenset(), {})
        assert stage.jobs_by_state() == {}
        stage.reset_counts()
        stage.reconcile()
        stage.work()
        assert puts(stage) == 0, "no lock is set again and again"
