"""How evidence adds up: what arrived once is never switched off, and what never does is."""

from __future__ import annotations

from plexsync.domain.capabilities import (
    ENOUGH,
    MOST_SERVERS,
    STAMPED,
    Adding,
    EditCapabilities,
    EditForms,
    Lesson,
    RatingForm,
    Removal,
    Seen,
)
from plexsync.domain.model import PHOTOS, Change, Field, Why
from plexsync.plex.editing.forms import FormsTried
from plexsync.store.state import KnownServers

WORKS = Lesson(arrived=frozenset({"title"}))


def vain(*names: str, item: int = 1) -> Lesson:
    return Lesson(refused=frozenset(names), item=str(item))


def removal(*names: str) -> Change:
    return Change(Field.GENRES, names, (), Why.LIST_MERGE)


RATING = Change(Field.RATING, "", "7", Why.FILL)


def test_a_field_goes_off_when_it_was_in_vain_often_enough_while_others_arrive() -> None:
    known = EditCapabilities().taught([WORKS, *(vain("labels", item=item) for item in range(1, ENOUGH))])
    assert known.off == frozenset()
    assert known.taught([vain("labels")] * ENOUGH).off == frozenset(), "one value, as often as one likes"
    last = known.taught([vain("labels", item=ENOUGH)])
    assert last.off == {"labels"}
    assert last.anew({"labels"}).off == frozenset()


def test_nothing_goes_off_as_long_as_nothing_arrives() -> None:
    assert EditCapabilities().taught([vain("labels", "title", item=item) for item in range(9)]).off == frozenset()


def test_what_arrived_once_stays_on() -> None:
    known = EditCapabilities().taught([vain("title"), WORKS, *(vain("title", item=item) for item in range(9))])
    assert (known.arrived, known.in_vain) == (("title",), {})


def test_only_what_differs_makes_a_server_one_to_ask_for() -> None:
    assert EditCapabilities(adding=Adding.ADDS, removal=Removal.JOINED, arrived=("title",)).is_as_assumed
    assert not EditCapabilities(removal=Removal.PLAIN).is_as_assumed
    assert not EditCapabilities(rating=RatingForm.RATE).is_as_assumed
    assert not EditCapabilities(arrived=("title",), in_vain={"labels": ("1",)}).is_as_assumed


def test_an_answer_says_as_assumed_otherwise_or_not_seen() -> None:
    known = EditCapabilities(
        adding=Adding.DOUBLES,
        rating=RatingForm.EDIT,
        stamps={"labels": False, "rating": True},
        in_vain={PHOTOS: ("1", "2", "3")},
    )
    seen = {answer.code: answer.seen for answer in known.answers}
    assert seen["adding_doubles"] is Seen.OTHERWISE
    assert seen["rating_edit"] is Seen.ASSUMED
    assert seen["not_seen"] is Seen.NOT_SEEN
    assert known.still == {Field.LABELS}
    assert [answer.code for answer in EditCapabilities().answers] == ["not_seen"] * (len(STAMPED) + 4)


def test_servers_are_kept_apart_and_only_the_newest() -> None:
    kept = KnownServers()
    for number in range(MOST_SERVERS + 2):
        kept = kept.with_current(EditCapabilities(("m", str(number)), Adding.ADDS))
    assert len(kept.servers) == MOST_SERVERS
    assert kept.current.server == ("m", str(MOST_SERVERS + 1))
    assert kept.of(("m", "0")).adding is None, "the oldest is forgotten"
    assert kept.of(("m", "5")).adding is Adding.ADDS


def test_removals_are_tried_in_their_order_and_none_twice_on_the_wire() -> None:
    tried = FormsTried(EditForms())
    names = [removal("a b", "c d")]
    assert [tried.go_on(names, is_sure=True).removal for _ in range(2)] == [Removal.SINGLE, Removal.PLAIN]
    assert not tried.has_other(names)
    assert FormsTried(EditForms()).go_on([removal("a b")], is_sure=True).removal is Removal.PLAIN, "one is no list"
    assert not FormsTried(EditForms()).has_other([removal("plain")]), "each form would be the very same request"


def test_another_form_proves_itself_only_where_the_first_failed_for_sure() -> None:
    for is_sure, learnt in ((True, Removal.SINGLE), (False, None)):
        tried = FormsTried(EditForms())
        tried.go_on([removal("a b", "c d")], is_sure=is_sure)
        tried.worked([removal("a b", "c d")])
        assert tried.removal is learnt


def test_a_rating_has_two_forms_and_each_is_tried_once() -> None:
    tried = FormsTried(EditForms(rating=RatingForm.RATE))
    assert tried.go_on([RATING], is_sure=True).rating is RatingForm.EDIT
    assert not tried.has_other([RATING])
    tried.worked([RATING])
    assert tried.rating is RatingForm.EDIT
