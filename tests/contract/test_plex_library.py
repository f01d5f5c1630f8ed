"""Reading Plex: the recorded answers, served as they were recorded."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from plex_canned import Answer, Asked, Reply, as_json, canned, client_of, html, recorded

from plexsync.domain.errors import BadAnswer, ItemUnreadable, NoSuchLibrary, TokenRefused
from plexsync.domain.model import Artwork, Field, Item, ListedItem, Part, Section
from plexsync.plex import artwork, library
from plexsync.plex.library import Identity

MOVIES = Section("1", "Movies", "movie", ("/data/Movies",))


def give(name: str, *keys: str) -> Answer:
    content = recorded(name)
    for key in keys:
        content = content[key]
    return lambda _: as_json(content)


def query_of(asked: Asked) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(urlsplit(asked.path).query).items()}


def listed(
    answer: Answer, since: int | None = None, page: int = 500
) -> tuple[list[tuple[ListedItem, ...]], list[Asked]]:
    with canned(answer) as server, client_of(server.url) as client:
        return [found.items for found in library.listing(client, MOVIES, since, page)], server.asked


def read(answer: Answer, *keys: str) -> dict[str, Item]:
    with canned(answer) as server, client_of(server.url) as client:
        return library.items(client, keys)


def test_identity() -> None:
    with canned(give("spec_examples.json", "identity")) as server, client_of(server.url) as client:
        assert library.identity(client) == Identity(
            "0123456789abcdef0123456789abcdef", "1.40.2.8395-c67dce28e", claimed=True
        )


def sections_recorded() -> tuple[Section, ...]:
    content = recorded("ws_sections_get_200.json")["response"]["body"]
    with canned(lambda _: as_json(content)) as server, client_of(server.url) as client:
        return library.sections(client)


def test_sections() -> None:
    movies, shows, other = sections_recorded()
    assert movies == Section("1", "Movies", "movie", ("/storage/media/movies",), changed=18253756)
    assert (shows.id, shows.type, other.title) == ("2", "show", "Non matched content")


def test_an_answer_of_another_kind_is_not_taken_for_no_sections() -> None:
    with canned(lambda _: Reply()) as server, client_of(server.url) as client, pytest.raises(BadAnswer):
        library.sections(client)
    with canned(give("rs_movie_listing.json")) as server, client_of(server.url) as client, pytest.raises(BadAnswer):
        library.sections(client)


CHOICE = (
    Section("1", "Movies", "movie", ()),
    Section("2", "TV", "show", ()),
    Section("3", "Clips, short", "movie", ()),
)


@pytest.mark.parametrize(
    ("names", "ids"),
    [((), ["1", "3"]), (("movies",), ["1"]), ((" CLIPS, SHORT ",), ["3"]), (("Clips, short", "Movies"), ["1", "3"])],
)
def test_libraries_are_chosen_by_name_or_all(names: tuple[str, ...], ids: list[str]) -> None:
    """F28: empty means all movie libraries; F27: names may hold commas."""
    assert [section.id for section in library.choose(CHOICE, names)] == ids


@pytest.mark.parametrize("name", ["Movie", "TV"])
def test_a_library_that_is_no_movie_library_is_named_with_those_there_are(name: str) -> None:
    with pytest.raises(NoSuchLibrary) as caught:
        library.choose(CHOICE, ("Movies", name))
    assert caught.value.data == {"library": name, "available": "Movies; Clips, short"}


def test_a_listing_that_is_not_paged() -> None:
    pages, asked = listed(give("rs_movie_listing.json"))
    (rows,) = pages
    assert len(rows) == 4
    assert len(asked) == 2  # no total is told, so only the same rows again show that there are no more
    assert rows[0] == ListedItem(
        "55",
        "1",
        "Big Buck Bunny",
        1579514152,
        1579514088,
        (Part("/data/Movies/Big Buck Bunny (2008).mkv", 13400382, 5062),),
    )


def test_a_listing_of_windows_paths() -> None:
    pages, _ = listed(give("spec_section_all.json"))
    assert pages[0][0].parts[0].path == "O:\\fatboy\\Media\\Ripped\\Movies\\Zoolander (2001).mkv"


def test_a_paged_listing() -> None:
    body = recorded("ws_library_movie_get_200.json")["response"]["body"]
    pages, asked = listed(lambda _: as_json(body))
    assert [row.rating_key for row in pages[0]] == ["1"]
    query = query_of(asked[0])
    assert (query["type"], query["sort"], query["checkFiles"]) == ("1", "id", "0")
    assert (query["X-Plex-Container-Start"], query["X-Plex-Container-Size"]) == ("0", "500")
    assert {"Genre", "Role"} <= set(query["excludeElements"].split(","))


def rows_from(start: int, end: int) -> list[dict[str, Any]]:
    return [{"ratingKey": str(number), "title": "x", "updatedAt": 1, "addedAt": 1} for number in range(start, end)]


def page(start: int, rows: list[dict[str, Any]], total: int) -> Reply:
    return as_json({"MediaContainer": {"size": len(rows), "offset": start, "totalSize": total, "Metadata": rows}})


def test_a_page_may_hold_fewer_rows_than_asked_for() -> None:
    def answer(asked: Asked) -> Reply:
        start = int(query_of(asked)["X-Plex-Container-Start"])
        return page(start, rows_from(start, min(start + 3, 8)), 8)

    pages, _ = listed(answer, page=5)
    assert [[row.rating_key for row in rows] for rows in pages] == [["0", "1", "2"], ["3", "4", "5"], ["6", "7"]]


def test_no_item_is_left_out_when_others_vanish_between_two_pages() -> None:
    present = [str(number) for number in range(10)]

    def answer(asked: Asked) -> Reply:
        start = int(query_of(asked)["X-Plex-Container-Start"])
        if start == 4 and "1" in present:
            present.remove("1")
            present.remove("3")
        rows = [{"ratingKey": key} for key in present[start : start + 4]]
        return page(start, rows, len(present))

    pages, _ = listed(answer, page=4)
    assert {row.rating_key for rows in pages for row in rows} >= set(present)


def test_an_empty_library_has_no_pages() -> None:
    assert listed(lambda _: page(0, [], 0))[0] == []


def test_a_delta_asks_for_what_changed_at_that_second_or_later() -> None:
    _, asked = listed(lambda _: page(0, [], 0), since=1700000000)
    assert query_of(asked[0])["updatedAt>>"] == "1699999999"


def test_a_server_that_pages_as_it_likes_is_a_bad_answer() -> None:
    with pytest.raises(BadAnswer, match="asked for rows from 2 on"):
        listed(lambda _: page(0, rows_from(0, 2), 4))


def test_a_library_that_is_gone() -> None:
    with pytest.raises(NoSuchLibrary) as caught:
        listed(lambda _: html(404, "<h1>404 Not Found</h1>"))
    assert caught.value.data["library"] == "Movies"


def test_optimised_versions_are_no_files_of_a_person() -> None:
    media = [
        {"proxyType": 42, "Part": [{"file": "/m/a.mp4", "size": 1}]},
        {"Part": [{"file": "/m/Plex Versions/Mobile/a.mp4", "size": 2}]},
        {"Part": [{"file": "C:\\m\\Plex Versions\\a.mp4"}]},
        {"Part": [{"file": "/m/a-cd1.mkv", "size": 3, "duration": 9}, {"file": "/m/a-cd2.mkv"}]},
        {"Part": [{"file": "/m/b.mkv"}]},
        {"Part": [{"key": "/no/file"}]},
    ]
    row = {"ratingKey": "7", "librarySectionID": 1, "Media": media}
    expected = (Part("/m/a-cd1.mkv", 3, 9), Part("/m/a-cd2.mkv"), Part("/m/b.mkv"))
    assert listed(lambda _: page(0, [row], 1))[0][0][0].parts == expected
    assert read(lambda _: page(0, [row], 1), "7")["7"].parts == expected


def test_a_full_item() -> None:
    item = read(give("rs_metadata_movie_182_full.json"), "182")["182"]
    assert item.section_id == "1"
    assert item.guid == "plex://movie/5d7768257228e5001f1dccd2"
    assert item.updated_at == 1683716785
    assert item.parts == (Part("/data/Movies/Batman (1989).mkv", 1231830, 81030),)
    assert set(item.fields) == set(Field)
    assert item.fields[Field.TITLE] == "Batman"
    assert item.fields[Field.DATE] == "1989-06-21"
    assert item.fields[Field.STUDIO] == "The Guber-Peters Company"
    assert item.fields[Field.RATING] == ""  # its rating is the critics', not the user's
    assert item.fields[Field.GENRES] == ("Action", "Adventure", "Fantasy", "Crime")
    assert item.fields[Field.DIRECTORS] == ("Tim Burton",)
    assert item.fields[Field.LABELS] == ()
    assert len(item.fields[Field.ACTORS]) == 58
    roles = recorded("rs_metadata_movie_182_full.json")["MediaContainer"]["Metadata"][0]["Role"]
    assert item.photos == {role["tag"]: role["thumb"] for role in roles if "thumb" in role}


def test_another_full_item() -> None:
    item = read(give("rs_metadata_movie_1036_full.json"), "1036")["1036"]
    assert len(item.fields[Field.ACTORS]) == 26
    assert item.parts[0].path.startswith("/mnt")


def full(**values: Any) -> Reply:
    return page(0, [{"ratingKey": "7", "librarySectionID": 3, **values}], 1)


@pytest.mark.parametrize(
    ("sent", "shown"), [(8.0, "8"), (8, "8"), (8.5, "8.5"), ("7.0", "7"), (10, "10"), (8.199999809265137, "8.2")]
)
def test_a_rating_is_text_without_a_needless_zero(sent: object, shown: str) -> None:
    assert read(lambda _: full(userRating=sent), "7")["7"].fields[Field.RATING] == shown


def test_locks_go_by_plexs_singular_names() -> None:
    names = ["title", "titleSort", "genre", "actor", "originallyAvailableAt", "userRating", "thumb", "writer"]
    locks: list[dict[str, object]] = [{"locked": True, "name": name} for name in names]
    item = read(lambda _: full(Field=[*locks, {"locked": False, "name": "summary"}]), "7")["7"]
    assert item.locked == {
        Field.TITLE,
        Field.SORT_TITLE,
        Field.GENRES,
        Field.ACTORS,
        Field.DATE,
        Field.RATING,
    }


def test_many_items_are_read_200_at_a_time_and_unknown_ones_are_absent() -> None:
    def answer(asked: Asked) -> Reply:
        keys = urlsplit(asked.path).path.rpartition("/")[2].split(",")
        known = [{"ratingKey": key} for key in keys if int(key) % 2]
        return as_json({"MediaContainer": {"size": len(known), "librarySectionID": 1, "Metadata": known}})

    with canned(answer) as server, client_of(server.url) as client:
        found = library.items(client, [str(number) for number in range(450)])
    assert list(found) == [str(number) for number in range(1, 450, 2)]
    assert found["1"].section_id == "1"
    assert [asked.path.count(",") for asked in server.asked] == [199, 99, 199, 99, 49, 24]
    query = query_of(server.asked[0])
    assert (query["skipRefresh"], query["checkFiles"], query["includeGuids"]) == ("1", "0", "1")


def test_items_that_are_all_gone_are_none_and_not_an_error() -> None:
    assert read(lambda _: html(404, "<h1>404 Not Found</h1>"), "7", "8") == {}


def test_reading_no_items_asks_nothing() -> None:
    with canned(give("rs_movie_listing.json")) as server, client_of(server.url) as client:
        assert library.items(client, ()) == {}
    assert server.asked == []


def test_an_outage_is_not_taken_for_gone() -> None:
    with pytest.raises(TokenRefused):
        read(lambda _: html(401, "<h1>401</h1>"), "7")
    with pytest.raises(BadAnswer):
        read(lambda _: as_json({"MediaContainer": {"size": 1, "librarySectionID": 1, "Metadata": [{}]}}), "7")
    with pytest.raises(ItemUnreadable):
        read(lambda _: as_json({"MediaContainer": {"size": 1, "Metadata": [{"ratingKey": "7"}]}}), "7")


def test_a_library_that_is_gone_has_nothing_to_scan_and_that_is_no_outage() -> None:
    with canned(lambda _: html(404, "Not Found")) as server, client_of(server.url) as client:
        library.scan(client, "3", "/media")
    bad = canned(lambda _: html(502, "Bad Gateway"))
    with bad as server, client_of(server.url) as client, pytest.raises(BadAnswer):
        library.scan(client, "3", "/media")


def test_a_scan_names_the_folder_as_plex_sees_it() -> None:
    with canned(lambda _: Reply()) as server, client_of(server.url) as client:
        library.scan(client, "3", "/media/Ünï & co/50 %")
    (asked,) = server.asked
    assert urlsplit(asked.path).path == "/library/sections/3/refresh"
    assert query_of(asked) == {"path": "/media/Ünï & co/50 %"}


def pages_of(answer: Answer, page: int = 500) -> list[library.ListedPage]:
    with canned(answer) as server, client_of(server.url) as client:
        return list(library.listing(client, MOVIES, page=page))


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
def test_a_row_that_makes_no_sense_is_named_and_hides_no_other(odd: dict[str, Any], problem: str) -> None:
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


def without_counts(rows: list[dict[str, Any]]) -> Reply:
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
def test_an_answer_that_speaks_of_rows_and_has_none_is_not_the_end(container: dict[str, Any]) -> None:
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
def test_a_field_that_makes_no_sense_is_left_alone(odd: dict[str, Any], fields: set[Field]) -> None:
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
