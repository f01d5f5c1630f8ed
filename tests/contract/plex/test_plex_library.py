"""Reading Plex: the recorded answers, served as they were recorded."""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest
from canned import Asked, Reply, as_json, canned, html
from plex_canned import client_of, recorded
from plex_reading import full, give, listed, page, query_of, read, rows_from

from plexsync.domain.errors import BadAnswer, ItemUnreadable, NoSuchLibrary, TokenRefused
from plexsync.domain.model import Field, ListedItem, Part, Section
from plexsync.plex import library
from plexsync.plex.library import Identity


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
    agent = "tv.plex.agents.movie"
    assert movies == Section("1", "Movies", "movie", ("/storage/media/movies",), changed=18253756, agent=agent)
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
