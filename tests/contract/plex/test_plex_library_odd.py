"""Reading Plex: answers that are short, broken or odd."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

import pytest
from canned import Asked, Reply, as_json, canned, html
from plex_canned import client_of, recorded
from plex_reading import MOVIES, full, page, pages_of, query_of, read, rows_from

from plexsync.domain.errors import BadAnswer, ItemUnreadable
from plexsync.domain.model import Artwork, Field
from plexsync.plex import artwork, library
from plexsync_simulators.shared.json_type import Json


def test_half_a_letter_costs_nothing_but_itself() -> None:
    body = (
        b'{"MediaContainer":{"size":2,"totalSize":2,"offset":0,"Metadata":['
        b'{"ratingKey":"1","title":"Caf\xc3","Media":[{"Part":[{"file":"/m/caf\xc3.mkv","size":3}]}]},'
        b'{"ratingKey":"2","title":"a\x01b","Media":[{"Part":[{"file":"/m/b.mkv","size":3}]}]}]}}'
    )
    (found,) = pages_of(lambda _: Reply(body=body))
    assert [(item.title, item.parts[0].path) for item in found.items] == [
        ("Caf\ufffd", "/m/caf\ufffd.mkv"),
        ("a\x01b", "/m/b.mkv"),
    ]
    assert found.left_out == ()


@pytest.mark.parametrize(
    ("odd", "problem"),
    [
        ({"Media": 7}, "its files: a value of another kind"),
        ({"Media": [{"Part": [None]}]}, "its files: a value of another kind"),
        ({"Media": [{"Part": [{"file": ["x"]}]}]}, "file: a list in place of a text"),
        ({"ratingKey": "x"}, "ratingKey"),
        ({"ratingKey": None}, "ratingKey"),
    ],
)
def test_a_row_that_makes_no_sense_is_named_and_hides_no_other(odd: Json, problem: str) -> None:
    rows = [{"ratingKey": "1"}, {"ratingKey": "2", "title": "Odd one", **odd}, {"ratingKey": "3"}]
    (found,) = pages_of(lambda _: page(0, rows, 3))
    assert {item.rating_key for item in found.items} >= {"1", "3"}
    (left_out,) = found.left_out
    assert (left_out.library, left_out.title) == ("Movies", "Odd one")
    assert problem in left_out.problem


@pytest.mark.parametrize("value", [2**70, -5, "soon", None, 1e300, [], True])
def test_an_absurd_stamp_or_size_counts_as_not_told(value: Any) -> None:
    parts = [{"file": "/m/a.mkv", "size": value, "duration": value}]
    row = {"ratingKey": "1", "updatedAt": value, "addedAt": value, "Media": [{"Part": parts}]}
    (found,) = pages_of(lambda _: page(0, [row], 1))
    (item,) = found.items
    assert (item.updated_at, item.added_at) == (0, 0)
    assert item.parts[0].path == "/m/a.mkv"


def test_a_server_that_tells_no_counts_at_all_is_paged_to_its_end() -> None:
    def answer(asked: Asked) -> Reply:
        start = int(query_of(asked)["X-Plex-Container-Start"])
        rows = rows_from(start, min(start + 3, 8))
        return as_json({"MediaContainer": {"Metadata": rows} if rows else {"size": 0}})

    found = pages_of(answer, page=5)
    assert [item.rating_key for page_ in found for item in page_.items] == [str(number) for number in range(8)]


@pytest.mark.parametrize("broken", [{4}, {0}, {11}, {3, 4, 5}, set(range(2, 9))])
def test_rows_at_which_the_server_fails_are_named_and_all_others_are_listed(broken: set[int]) -> None:
    def answer(asked: Asked) -> Reply:
        query = query_of(asked)
        start, size = int(query["X-Plex-Container-Start"]), int(query["X-Plex-Container-Size"])
        end = min(start + size, 12)
        if broken & set(range(start, end)):
            return html(500, "<h1>500</h1>")
        return page(start, rows_from(start, end), 12)

    found = pages_of(answer, page=8)
    listed_keys = {item.rating_key for page_ in found for item in page_.items}
    assert listed_keys == {str(number) for number in range(12)} - {str(number) for number in broken}
    assert sum(len(page_.left_out) for page_ in found) == len(broken)


def test_a_server_that_fails_at_every_row_is_broken_and_not_its_items() -> None:
    asked: list[Asked] = []

    def answer(one: Asked) -> Reply:
        asked.append(one)
        return html(500, "<h1>500</h1>")

    with pytest.raises(BadAnswer):
        pages_of(answer)
    assert len(asked) < 15


def test_an_item_that_the_server_cannot_read_costs_only_itself() -> None:
    def answer(asked: Asked) -> Reply:
        keys = urlsplit(asked.path).path.rpartition("/")[2].split(",")
        if "77" in keys:
            return html(500, "<h1>500</h1>")
        rows = [{"ratingKey": one, "librarySectionID": 1} for one in keys]
        return page(0, rows, len(rows))

    with canned(answer) as server, client_of(server.url) as client:
        found = library.read_items(client, [str(number) for number in range(1, 151)])
    assert set(found.items) == {str(number) for number in range(1, 151)} - {"77"}
    assert list(found.unreadable) == ["77"]
    assert len(server.asked) < 30


def test_a_server_that_reads_no_item_is_broken_and_not_its_items() -> None:
    with canned(lambda _: html(500, "<h1>500</h1>")) as server, client_of(server.url) as client:
        for keys in (["1"], ["1", "2"], [str(number) for number in range(200)]):
            with pytest.raises(BadAnswer):
                library.read_items(client, keys)
    assert len(server.asked) < 25


def test_a_server_that_gives_fewer_items_than_asked_for_is_asked_for_the_rest() -> None:
    def answer(asked: Asked) -> Reply:
        keys = urlsplit(asked.path).path.rpartition("/")[2].split(",")
        return page(0, [{"ratingKey": one, "librarySectionID": 1} for one in keys[:20]], len(keys))

    with canned(answer) as server, client_of(server.url) as client:
        assert len(library.read_items(client, [str(number) for number in range(50)]).items) == 50


def gone_by_status(_: list[str]) -> Reply:
    return html(404, "<h1>404 Not Found</h1>")


def gone_without_a_word(_: list[str]) -> Reply:
    return as_json({"MediaContainer": {"librarySectionID": 1}})


@pytest.mark.parametrize("gone", [gone_by_status, gone_without_a_word])
@pytest.mark.parametrize("counts", [(), ("size",), ("totalSize",), ("size", "totalSize")])
def test_no_item_is_gone_because_an_answer_is_short(
    counts: tuple[str, ...], gone: Callable[[list[str]], Reply]
) -> None:
    """Seen: with seven rows in an answer and no total, 63 items shrank to 10."""

    def answer(asked: Asked) -> Reply:
        there = [one for one in urlsplit(asked.path).path.rpartition("/")[2].split(",") if int(one) % 9]
        if not there:
            return gone(there)
        rows = [{"ratingKey": one, "librarySectionID": 1} for one in there[:7]]
        told = {"size": len(rows), "totalSize": len(there)}
        return as_json({"MediaContainer": {**{name: told[name] for name in counts}, "Metadata": rows}})

    keys = [str(number) for number in range(1, 64)]
    with canned(answer) as server, client_of(server.url) as client:
        found = library.read_items(client, keys)
    assert set(found.items) == {key for key in keys if int(key) % 9}
    assert found.unreadable == {}
    assert len(server.asked) < 30


def test_an_item_whose_row_lost_its_key_is_asked_for_alone_before_it_is_blamed() -> None:
    def answer(asked: Asked) -> Reply:
        keys = urlsplit(asked.path).path.rpartition("/")[2].split(",")
        rows = [{"ratingKey": one if one != "5" or len(keys) == 1 else None, "librarySectionID": 1} for one in keys]
        return page(0, [{} if one["ratingKey"] == "8" else one for one in rows], len(rows))

    with canned(answer) as server, client_of(server.url) as client:
        found = library.read_items(client, [str(number) for number in range(1, 12)])
    assert set(found.items) == {str(number) for number in range(1, 12)} - {"8"}
    assert list(found.unreadable) == ["8"]


def without_counts(rows: list[Json]) -> Reply:
    return as_json({"MediaContainer": {"allowSync": True, **({"Metadata": rows} if rows else {})}})


@pytest.mark.parametrize("number", [0, 1, 7, 8, 14])
def test_a_listing_without_any_count_ends_with_an_answer_without_rows(number: int) -> None:
    def answer(asked: Asked) -> Reply:
        start = int(query_of(asked)["X-Plex-Container-Start"])
        return without_counts(rows_from(start, min(start + 7, number)))

    found = pages_of(answer)
    assert [item.rating_key for page_ in found for item in page_.items] == [str(one) for one in range(number)]
    assert not any(page_.is_end for page_ in found)


@pytest.mark.parametrize("container", [{"size": 3}, {"totalSize": 9}, {"size": 2, "Metadata": None}, {"Video": [{}]}])
def test_an_answer_that_speaks_of_rows_and_has_none_is_not_the_end(container: Json) -> None:
    with pytest.raises(BadAnswer, match="none of them Metadata"):
        pages_of(lambda _: as_json({"MediaContainer": container}))


def test_an_answer_without_a_body_is_no_empty_library() -> None:
    with pytest.raises(BadAnswer, match="without a body"):
        pages_of(lambda _: Reply())


def test_a_listing_tells_whether_it_reached_the_number_of_rows_that_was_told() -> None:
    def answer(asked: Asked) -> Reply:
        start = int(query_of(asked)["X-Plex-Container-Start"])
        return page(start, rows_from(start, min(start + 3, shown)), 8)

    shown = 8
    assert [found.is_end for found in pages_of(answer)] == [False, False, True]
    shown = 5
    assert [found.is_end for found in pages_of(answer)] == [False, False]


def test_that_there_are_no_libraries_has_to_be_said() -> None:
    with canned(lambda _: without_counts([])) as server, client_of(server.url) as client, pytest.raises(BadAnswer):
        library.sections(client)
    with canned(lambda _: page(0, [], 0)) as server, client_of(server.url) as client:
        assert library.sections(client) == ()


def test_pictures_are_looked_for_on_every_page() -> None:
    def answer(asked: Asked) -> Reply:
        start = int(query_of(asked)["X-Plex-Container-Start"])
        keys = [f"upload://posters/{number}" for number in range(9)]
        return without_counts([{"ratingKey": key, "selected": key.endswith("8")} for key in keys[start : start + 7]])

    with canned(answer) as server, client_of(server.url) as client:
        assert [one.selected for one in artwork.present(client, "7", Artwork.POSTER)] == [False] * 8 + [True]


@pytest.mark.parametrize(
    ("odd", "fields"),
    [
        ({"Genre": [{"tag": "Caf\udcc3"}]}, {Field.GENRES}),
        ({"Role": 7}, {Field.ACTORS}),
        ({"summary": ["x"]}, {Field.SUMMARY}),
        ({"title": {}}, {Field.TITLE, Field.SORT_TITLE}),
        ({"userRating": "good"}, {Field.RATING}),
    ],
)
def test_a_field_that_makes_no_sense_is_left_alone(odd: Json, fields: set[Field]) -> None:
    body = json.dumps({"MediaContainer": {"Metadata": [{"ratingKey": "7", "librarySectionID": 3, **odd}]}})
    item = read(lambda _: Reply(body=body.replace("\\udcc3", "\udcc3").encode("utf-8", "surrogateescape")), "7")["7"]
    assert item.unreadable == fields


@pytest.mark.parametrize("locks", [7, [7], [{}], [{"name": ["x"], "locked": True}]])
def test_an_item_whose_locks_make_no_sense_is_not_touched(locks: Any) -> None:
    with pytest.raises(ItemUnreadable):
        read(lambda _: full(Field=locks), "7")


def test_every_listing_says_where_it_starts_and_how_much_it_wants() -> None:
    def answer(asked: Asked) -> Reply:
        if "/library/metadata/" in asked.path:
            return full()
        if asked.path.startswith("/library/sections?"):
            return as_json(recorded("ws_sections_get_200.json")["response"]["body"])
        return page(0, [], 0)

    with canned(answer) as server, client_of(server.url) as client:
        library.sections(client)
        list(library.listing(client, MOVIES))
        library.total(client, MOVIES)
        library.items(client, ["7"])
        artwork.present(client, "7", Artwork.POSTER)
        artwork.is_locked(client, "7", Artwork.POSTER)
    for asked in server.asked:
        assert {"X-Plex-Container-Start", "X-Plex-Container-Size"} <= query_of(asked).keys(), asked.path
