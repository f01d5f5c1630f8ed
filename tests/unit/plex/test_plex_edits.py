"""The encoding of edits: what it says, what shares a request, and that it comes out right however Plex reads it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from urllib.parse import parse_qsl

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from plexsync.domain.model import LIST_FIELDS, Base, Change, Field, Plan, Value, Why, empty_value
from plexsync.domain.text import fold
from plexsync.plex.edits import MAX_IDS, MAX_URL, Edit, ListForm, Piece, encode
from plexsync.plex.names import ELEMENT, PARAMETER
from plexsync_simulators.plex.editing import edits as sim
from plexsync_simulators.plex.library.dumping import dump_item
from plexsync_simulators.plex.library.loading import load
from plexsync_simulators.plex.library.model import Item as SimItem
from plexsync_simulators.plex.library.model import PlexLibrary
from plexsync_simulators.plex.switches import Switches

URL_START = "/library/sections/1/all?"
THUMB = "https://stash.example/performer/7/image?t=1"


def change(of: Field, before: Value, after: Value, why: Why = Why.UPDATE, photos: Mapping[str, str] = {}) -> Change:
    return Change(of, before, after, why, photos)


def plan(key: str, *changes: Change, lock: bool = True, section: str = "1") -> Plan:
    return Plan(1, key, section, changes, (), Base(), lock)


def only(*plans: Plan) -> Edit:
    (edit,) = encode(plans)
    return edit


def said(edit: Edit) -> list[tuple[str, str]]:
    return parse_qsl(edit.query, keep_blank_values=True, strict_parsing=True)


def test_all_fields_of_an_item_are_one_request_under_plexs_names() -> None:
    edit = only(
        plan(
            "42",
            change(Field.LABELS, (), ("l",)),
            change(Field.TITLE, "x", "A & B=ü"),
            change(Field.SORT_TITLE, "", "B"),
            change(Field.SUMMARY, "", "one\n\ntwo"),
            change(Field.DATE, "", "2024-05-01"),
            change(Field.STUDIO, "", "50 %"),
            change(Field.RATING, "", "8.5"),
            change(Field.ACTORS, (), ("Ann",), photos={"Ann": THUMB, "Bob": "unused"}),
            change(Field.GENRES, ("c",), ("a, b", "c")),
            change(Field.DIRECTORS, (), ("d",)),
            change(Field.COLLECTIONS, (), ("e",)),
        )
    )
    assert edit.path == "/library/sections/1/all"
    assert said(edit) == [
        ("type", "1"),
        ("id", "42"),
        ("title.value", "A & B=ü"),
        ("title.locked", "1"),
        ("titleSort.value", "B"),
        ("titleSort.locked", "1"),
        ("originallyAvailableAt.value", "2024-05-01"),
        ("originallyAvailableAt.locked", "1"),
        ("summary.value", "one\n\ntwo"),
        ("summary.locked", "1"),
        ("studio.value", "50 %"),
        ("studio.locked", "1"),
        ("actor[0].tag.tag", "Ann"),
        ("actor[0].tag.thumb", THUMB),
        ("actor.locked", "1"),
        ("director[0].tag.tag", "d"),
        ("director.locked", "1"),
        ("genre[0].tag.tag", "a, b"),
        ("genre[1].tag.tag", "c"),
        ("genre.locked", "1"),
        ("collection[0].tag.tag", "e"),
        ("collection.locked", "1"),
        ("label[0].tag.tag", "l"),
        ("label.locked", "1"),
        ("userRating.value", "8.5"),
        ("userRating.locked", "1"),
    ]
    assert edit.query.isascii()
    assert not set(edit.query) & set("[]+ ,")


def test_an_emptied_text_is_cleared_and_stays_locked() -> None:
    """docs/engineering/plex.md §2.2: a lock alone clears nothing."""
    edit = only(plan("1", change(Field.SUMMARY, "old", "", Why.CLEAR)))
    assert said(edit)[2:] == [("summary.value", ""), ("summary.locked", "1")]


def test_what_goes_waits_until_what_comes_was_seen() -> None:
    """One edit of a list adds or removes, never both: the reply to neither tells of the other."""
    both = change(Field.GENRES, ("a", "b"), ("b", "c"))
    for lists in ListForm:
        (edit,) = encode([plan("1", both)], lists)
        assert "tag.tag-" not in edit.parameters
    seen = change(Field.GENRES, ("a", "b", "c"), ("b", "c"))
    assert said(only(plan("1", seen)))[2:] == [("genre[].tag.tag-", "a"), ("genre.locked", "1")]


def test_removed_names_are_named_exactly_and_encoded_twice() -> None:
    edit = only(plan("1", change(Field.GENRES, ("a", "x, y", "50%", "b"), ("b",))))
    assert said(edit)[2:] == [("genre[].tag.tag-", "50%25,a,x%2C%20y"), ("genre.locked", "1")]


def test_removing_all_names_each_so_that_nothing_else_goes() -> None:
    edit = only(plan("1", change(Field.LABELS, ("a", "b"), ())))
    assert said(edit)[2:] == [("label[].tag.tag-", "a,b"), ("label.locked", "1")]


def test_another_spelling_of_a_name_that_stays_is_not_removed() -> None:
    """F39: for Plex both are one tag row, so removing one would remove the other."""
    before = ("foo", "Café", "gone")
    edit = only(plan("1", change(Field.LABELS, before, ("Foo", "CAFE\u0301"))))
    assert said(edit)[2] == ("label[].tag.tag-", "gone")


def test_a_lock_alone_changes_no_value() -> None:
    changes = change(Field.TITLE, "a", "a", Why.LOCK), change(Field.GENRES, ("x",), ("x",), Why.LOCK)
    assert said(only(plan("1", *changes)))[2:] == [("title.locked", "1"), ("genre.locked", "1")]
    assert encode([plan("1", *changes, lock=False)]) == ()


def test_nothing_is_locked_where_that_is_switched_off() -> None:
    edit = only(plan("1", change(Field.TITLE, "a", "b"), change(Field.GENRES, ("x",), ()), lock=False))
    assert said(edit)[2:] == [("title.value", "b"), ("genre[].tag.tag-", "x")]


def test_a_plan_without_changes_is_no_request() -> None:
    assert encode([plan("1"), plan("2")]) == ()


def test_equal_changes_share_requests_of_at_most_100_items() -> None:
    """F40."""
    plans = [plan(str(number), change(Field.STUDIO, str(number), "S")) for number in range(250)]
    edits = encode(plans)
    assert [len(edit.rating_keys) for edit in edits] == [100, 100, 50]
    assert [key for edit in edits for key in edit.rating_keys] == [str(number) for number in range(250)]
    assert edits[0].query.startswith("type=1&id=0,1,2,")


@pytest.mark.parametrize(
    "other",
    [
        plan("2", change(Field.GENRES, ("a",), ("b",)), section="9"),
        plan("2", change(Field.GENRES, ("a",), ("b",)), lock=False),
        plan("2", change(Field.GENRES, ("a", "z"), ("b", "z"))),
        plan("2", change(Field.GENRES, ("a",), ("b", "c"))),
        plan("2", change(Field.GENRES, ("a",), ("b",)), change(Field.TITLE, "", "t")),
        plan("2", change(Field.DIRECTORS, ("a",), ("b",))),
    ],
)
def test_changes_that_are_not_wholly_equal_share_nothing(other: Plan) -> None:
    edits = encode([plan("1", change(Field.GENRES, ("a",), ("b",))), other])
    assert [edit.rating_keys for edit in edits] == [("1",), ("2",)]


@pytest.mark.parametrize("keys", [(), ("",), ("1", ""), ("1,2",), ("a",), ("1 ",), ("١",), ("-1",)])  # noqa: RUF001
def test_there_is_no_edit_without_proper_ids(keys: tuple[str, ...]) -> None:
    """F40: without ids Plex edits every item."""
    with pytest.raises(ValueError, match="no edit without ids"):
        Edit("1", keys, (Piece(Field.TITLE, "title.value=x"),))


def test_there_is_no_edit_without_a_section_or_parameters() -> None:
    with pytest.raises(ValueError, match="no edit"):
        Edit("", ("1",), (Piece(Field.TITLE, "title.value=x"),))
    with pytest.raises(ValueError, match="no edit"):
        Edit("1", ("1",), ())
    with pytest.raises(ValueError, match="no edit"):
        encode([plan("", change(Field.TITLE, "a", "b"))])


def test_a_long_edit_is_split_between_fields_text_first() -> None:
    names = tuple(f"Name {number} ü" for number in range(60))
    edits = encode(
        [
            plan(
                "1",
                change(Field.GENRES, names, names[:30]),
                change(Field.SUMMARY, "", "ü" * 500),
                change(Field.TITLE, "", "t"),
                change(Field.ACTORS, (), names),
            )
        ]
    )
    assert len(edits) > 1
    assert all(len(URL_START + edit.query) <= MAX_URL for edit in edits)
    fields = [name.split(".")[0].split("[")[0] for edit in edits for name, _ in said(edit)[2:]]
    assert list(dict.fromkeys(fields)) == ["title", "summary", "actor", "genre"]
    locks = [name for edit in edits for name, _ in said(edit) if name.endswith(".locked")]
    assert sorted(locks) == ["actor.locked", "genre.locked", "summary.locked", "title.locked"]


def test_a_value_longer_than_a_url_goes_by_itself() -> None:
    """So that a server that refuses it still takes the rest."""
    edits = encode([plan("1", change(Field.TITLE, "", "t"), change(Field.SUMMARY, "", "字" * 1000))])
    assert [[name for name, _ in said(edit)[2:]] for edit in edits] == [
        ["title.value", "title.locked"],
        ["summary.value", "summary.locked"],
    ]


unhurried = settings(deadline=None)  # a stopwatch says nothing on a busy machine
names = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=12).filter(fold)
tricky = st.text(st.sampled_from("aAbé,%+& 2Cß字\u0301/;=#?'\"[]"), min_size=1, max_size=6).filter(fold)
tag_lists = st.lists(st.one_of(names, tricky), max_size=8, unique_by=fold).map(tuple)
texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=60)
changed_lists = st.fixed_dictionaries(
    {of: st.tuples(tag_lists, tag_lists) for of in sorted(LIST_FIELDS, key=list(Field).index)}
)
semantics = st.sampled_from(["append", "replace"])


def stocked(fields: Mapping[Field, Sequence[str]]) -> tuple[PlexLibrary, SimItem]:
    library = PlexLibrary()
    item = {"ratingKey": "7", "title": "old"} | {ELEMENT[of]: list(tags) for of, tags in fields.items()}
    load(library, {"sections": [{"key": "1", "title": "Movies", "items": [item]}]})
    return library, library.item(7)


def held(item: SimItem, of: Field) -> Value:
    shown = dump_item(item)
    if of in LIST_FIELDS:
        return tuple(row["tag"] if isinstance(row, dict) else row for row in shown[ELEMENT[of]])
    return str(shown.get(PARAMETER[of], empty_value(of)))


def folded(tags: Value) -> set[str]:
    return set(map(fold, tags))


def switches(tag_semantics: str) -> Switches:
    chosen = Switches()
    chosen.set({"tag_semantics": tag_semantics})
    return chosen


def bring(
    library: PlexLibrary, item: SimItem, wanted: Mapping[Field, tuple[str, ...]], semantics: str, *, lock: bool = True
) -> list[Edit]:
    """Send, look, send again until nothing is left; tells of a list that ever lacks what it had and keeps."""
    keeps = {of: folded(held(item, of)) & folded(after) for of, after in wanted.items()}
    sent: list[Edit] = []
    for _ in range(3):
        changes = [
            change(of, held(item, of), after)
            for of, after in wanted.items()
            if folded(held(item, of)) != folded(after) or (lock and PARAMETER[of] not in item.locks)
        ]
        for edit in encode([plan("7", *changes, lock=lock)]):
            sim.apply(library, item, sim.decode(said(edit)), switches(semantics))
            assert all(keeps[of] <= folded(held(item, of)) for of in wanted)
            sent.append(edit)
    return sent


@unhurried
@given(wanted=changed_lists, tag_semantics=semantics, lock=st.booleans())
def test_lists_come_out_as_wanted_whether_plex_appends_or_replaces(
    *, wanted: dict[Field, tuple[tuple[str, ...], tuple[str, ...]]], tag_semantics: str, lock: bool
) -> None:
    library, item = stocked({of: before for of, (before, _) in wanted.items()})
    bring(library, item, {of: after for of, (_, after) in wanted.items()}, tag_semantics, lock=lock)
    for of, (_, after) in wanted.items():
        assert folded(held(item, of)) == folded(after)
    assert set(item.locks) == {PARAMETER[of] for of in wanted if lock}


@unhurried
@given(st.lists(names, min_size=40, max_size=60, unique_by=fold), st.data(), semantics)
def test_a_list_torn_over_several_requests_never_lacks_what_it_had_and_keeps(
    pool: list[str], data: st.DataObject, tag_semantics: str
) -> None:
    long = [f"{name} {'字' * 20}" for name in pool]
    after = tuple(data.draw(st.lists(st.sampled_from(long), unique=True, max_size=20)))
    library, item = stocked({Field.ACTORS: long})
    assert len(bring(library, item, {Field.ACTORS: after}, tag_semantics)) > 1
    assert folded(held(item, Field.ACTORS)) == folded(after)


@unhurried
@given(texts, texts, texts)
def test_text_arrives_letter_by_letter(title: str, summary: str, studio: str) -> None:
    library, item = stocked({})
    wanted = {Field.TITLE: title, Field.SUMMARY: summary, Field.STUDIO: studio}
    for edit in encode([plan("7", *(change(of, held(item, of), text) for of, text in wanted.items()))]):
        sim.apply(library, item, sim.decode(said(edit)), Switches())
    assert {of: held(item, of) for of in wanted} == wanted


@unhurried
@given(st.integers(1, 10**9), st.integers(1, 120), st.lists(names, min_size=1, max_size=80, unique_by=fold))
def test_no_url_is_too_long_unless_one_value_is(first: int, count: int, tags: list[str]) -> None:
    gone = tuple(f"{tag} gone {number}" for number, tag in enumerate(tags))
    changes = change(Field.GENRES, gone, tuple(tags)), change(Field.LABELS, (), gone), change(Field.TITLE, "", "t")
    edits = encode([plan(str(first + number), *changes) for number in range(count)])
    for edit in edits:
        assert len(edit.rating_keys) <= MAX_IDS
        repeated = [name for name, _ in said(edit)]
        assert len(repeated) == len(set(repeated))
        fields = {name.split("[")[0].split(".")[0] for name, _ in said(edit)[2:]}
        assert len(URL_START + edit.query) <= MAX_URL or len(fields) == 1


def test_a_server_that_adds_gets_new_names_alone() -> None:
    plans = [
        plan("1", change(Field.GENRES, ("Old", "A"), ("New", "A"))),
        plan("2", change(Field.GENRES, ("Old", "B, C"), ("New", "B, C"))),
        plan("3", change(Field.GENRES, ("Old", "A"), ("A",))),
        plan("4", change(Field.ACTORS, ("X",), ("X", "Y"))),
    ]
    first, second, third = encode(plans, ListForm.NEW)
    assert first.rating_keys == ("1", "2")
    assert said(first)[2:] == [("genre[0].tag.tag", "New"), ("genre.locked", "1")]
    assert said(second)[2:] == [("genre[].tag.tag-", "Old"), ("genre.locked", "1")]
    assert said(third)[2:] == [("actor[0].tag.tag", "Y"), ("actor.locked", "1")]
    assert len(encode(plans)) == 4


def test_to_a_server_that_adds_the_longest_list_goes_in_short_requests() -> None:
    """nginx takes 8 kB in a line, with the method and the version."""
    actors = tuple(f"Actor {number} Ümläut de la Longname" for number in range(140))
    edits = encode([plan("1", change(Field.ACTORS, ("A", "B"), actors))], ListForm.NEW)
    assert len(edits) > 1
    assert all(edit.size <= MAX_URL for edit in edits)
    sent = [value for edit in edits for name, value in said(edit) if name.endswith("tag.tag")]
    assert sent == list(actors), "in their order, which shows"


def test_each_value_can_go_by_itself() -> None:
    changes = (
        change(Field.TITLE, "", "t"),
        change(Field.GENRES, ("c",), ("a", "b", "c")),
        change(Field.LABELS, ("d", "e"), ()),
    )
    edits = [one for edit in encode([plan("1", *changes)], ListForm.SINGLE) for one in edit.by_piece()]
    assert [edit.pieces[0].values for edit in edits] == [("t",), ("a",), ("b",), ("d",), ("e",)]
    assert all(edit.is_single for edit in edits)
