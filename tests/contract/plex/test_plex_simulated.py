"""The Plex room against the simulated server, with plexapi as a reader that is not ours."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from canned import Asked, Reply, as_json, canned
from plex_canned import TOKEN, client_of
from plexapi.server import PlexServer

from plexsync.domain.errors import (
    BadAnswer,
    ImageRejected,
    ItemGone,
    ItemRejected,
    NotAllowed,
    Starting,
    TokenRefused,
    Unreachable,
)
from plexsync.domain.model import LIST_FIELDS, Artwork, Base, Change, Field, Item, Plan, Section, Value, Why
from plexsync.domain.text import fold
from plexsync.plex import artwork, library
from plexsync.plex.client import PlexClient
from plexsync.plex.edits import Edit, Piece, encode, send
from plexsync.plex.names import PARAMETER
from plexsync.plex.picture_conversion import Picture
from plexsync_simulators.process import Process, start_plex

SHARED = "a-friends-token"
LIBRARY: dict[str, Any] = {
    "sections": [
        {
            "key": "1",
            "title": "Movies",
            "locations": ["/media/films"],
            "items": [
                {
                    "ratingKey": str(number),
                    "title": f"Film {number}",
                    "addedAt": 1_600_000_000 + number,
                    "files": [{"path": f"/media/films/{number}.mkv", "size": 1000 + number, "duration": 5000}],
                    "Genre": ["Agent's, own", "Drama", "50% ü+&"],
                    "Role": [{"tag": "Old Hand", "role": "Himself", "thumb": "https://example.org/old.jpg"}, "Other"],
                    "Label": ["Keep", "Drop"],
                    "Collection": ["Set A"],
                }
                for number in range(101, 131)
            ],
        },
        {"key": "2", "title": "Shows", "type": "show", "locations": ["/media/tv"]},
    ]
}


@pytest.fixture(scope="module")
def plex(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Process]:
    state = tmp_path_factory.mktemp("plex") / "state.json"
    options: Mapping[str, Any] = {"library": LIBRARY, "state": state, "token": TOKEN, "shared_token": SHARED}
    with start_plex(**options, read_latency_ms=0, write_latency_ms=0) as process:
        yield process


@pytest.fixture
def client(plex: Process) -> Iterator[PlexClient]:
    with client_of(plex.url) as client:
        yield client
        plex.control("POST", "faults", [])


def item_of(client: PlexClient, key: str) -> Item:
    return library.items(client, [key])[key]


def change_all(client: PlexClient, key: str, wanted: Mapping[Field, Value], photos: Mapping[str, str] = {}) -> None:
    for with_photos in (photos, {}):  # what goes from a list goes in an edit of its own
        item = item_of(client, key)
        changes = tuple(
            Change(of, item.fields[of], after, Why.UPDATE, with_photos if of is Field.ACTORS else {})
            for of, after in wanted.items()
            if with_photos is photos or (of in LIST_FIELDS and not {*item.fields[of]} <= {*after})
        )
        for edit in encode([Plan(1, key, item.section_id, changes, (), Base())]):
            send(client, edit)


def oracle(plex: Process) -> Any:
    return PlexServer(plex.url, TOKEN, timeout=10)  # type: ignore[no-untyped-call]


def by_plexapi(plex: Process, key: str) -> Any:
    return oracle(plex).fetchItem(int(key))


def tags(rows: list[Any]) -> list[str]:
    return sorted(fold(row.tag) for row in rows)


WANTED: dict[Field, Value] = {
    Field.TITLE: "Ein Ärger & 100 % «mehr»",
    Field.SORT_TITLE: "Arger",
    Field.SUMMARY: "First paragraph.\n\nSecond? yes; a=b&c #d 日本語 😀",
    Field.DATE: "2021-02-03",
    Field.STUDIO: "A, B + Sons / GmbH",
    Field.RATING: "8.5",
    Field.ACTORS: ("Zoë, the Great", "Old Hand", "Ann-Marie O'Neil"),
    Field.GENRES: ("Drama", "a, b", "50%", "+1", "日本語"),
    Field.DIRECTORS: ("Dir & Ector",),
    Field.COLLECTIONS: ("Set B", "Set, C"),
    Field.LABELS: ("keep", "new"),
}


@pytest.mark.parametrize(("tag_semantics", "key"), [("append", "101"), ("replace", "102")])
def test_plexapi_reads_what_was_wanted(plex: Process, client: PlexClient, tag_semantics: str, key: str) -> None:
    plex.control("POST", "tag_semantics", {"tag_semantics": tag_semantics})
    before = client.counts
    change_all(client, key, WANTED, {"Zoë, the Great": "https://example.org/zoe.jpg"})
    assert client.counts["PUT"] - before.get("PUT", 0) <= 2, "one, and one for what goes from lists"
    movie = by_plexapi(plex, key)
    assert movie.title == WANTED[Field.TITLE]
    assert movie.titleSort == WANTED[Field.SORT_TITLE]
    assert movie.summary == WANTED[Field.SUMMARY]
    assert movie.originallyAvailableAt.strftime("%Y-%m-%d") == WANTED[Field.DATE]
    assert movie.studio == WANTED[Field.STUDIO]
    assert movie.userRating == 8.5
    for of, rows in {
        Field.ACTORS: movie.roles,
        Field.GENRES: movie.genres,
        Field.DIRECTORS: movie.directors,
        Field.COLLECTIONS: movie.collections,
        Field.LABELS: movie.labels,
    }.items():
        assert tags(rows) == sorted(map(fold, WANTED[of])), of
    assert {lock.name for lock in movie.fields} == set(PARAMETER.values())
    photos = {role.tag: role.thumb for role in movie.roles if role.thumb}
    assert photos == {"Old Hand": "https://example.org/old.jpg", "Zoë, the Great": "https://example.org/zoe.jpg"}


@pytest.mark.parametrize(("tag_semantics", "key"), [("append", "103"), ("replace", "104")])
def test_our_own_reading_agrees_and_everything_can_be_cleared(
    plex: Process, client: PlexClient, tag_semantics: str, key: str
) -> None:
    plex.control("POST", "tag_semantics", {"tag_semantics": tag_semantics})
    change_all(client, key, WANTED)
    item = item_of(client, key)
    for of, value in WANTED.items():
        assert sorted(map(fold, item.fields[of])) == sorted(map(fold, value))
    assert item.locked == set(Field)
    keeping = {Field.TITLE: "Plain"}
    change_all(client, key, keeping | {of: () if of in LIST_FIELDS else "" for of in WANTED if of not in keeping})
    cleared = item_of(client, key)
    assert cleared.fields == keeping | {of: () if of in LIST_FIELDS else "" for of in Field if of not in keeping}
    assert cleared.locked == set(Field)


def test_one_request_changes_exactly_the_items_it_names(plex: Process, client: PlexClient) -> None:
    keys = ["105", "106", "107"]
    before = {key: item.fields for key, item in library.items(client, [str(n) for n in range(101, 131)]).items()}
    plans = [Plan(1, key, "1", (Change(Field.STUDIO, "", "Shared", Why.FILL),), (), Base()) for key in keys]
    (edit,) = encode(plans)
    send(client, edit)
    after = {key: item.fields for key, item in library.items(client, [str(n) for n in range(101, 131)]).items()}
    assert {key for key in after if after[key] != before[key]} == set(keys)
    assert {after[key][Field.STUDIO] for key in keys} == {"Shared"}
    assert not any(edit["everything"] for edit in plex.control("GET", "edits"))


def test_a_lock_alone_leaves_the_value(client: PlexClient) -> None:
    change = Change(Field.TITLE, "Film 108", "Film 108", Why.LOCK)
    (edit,) = encode([Plan(1, "108", "1", (change,), (), Base())])
    send(client, edit)
    item = item_of(client, "108")
    assert item.fields[Field.TITLE] == "Film 108"
    assert item.locked == {Field.TITLE}


def test_refusals_of_edits(plex: Process, client: PlexClient) -> None:
    with pytest.raises(BadAnswer) as bad_date:
        send(client, Edit("1", ("109",), (Piece(Field.TITLE, "originallyAvailableAt.value=nonsense"),)))
    assert bad_date.value.data["status"] == "500"
    with pytest.raises(ItemRejected) as unknown:
        send(client, Edit("1", ("109", "110"), (Piece(Field.TITLE, "nonsense.value=1"),)))
    assert (unknown.value.data["status"], unknown.value.data["rating_key"]) == ("400", "109,110")
    with pytest.raises(ItemRejected) as long:
        send(client, Edit("1", ("109",), (Piece(Field.TITLE, f"summary.value={'x' * 20_000}"),)))
    assert long.value.data["status"] == "414"
    with pytest.raises(ItemGone):
        send(client, Edit("1", ("99999",), (Piece(Field.TITLE, "title.value=x"),)))
    with client_of(plex.url, SHARED) as friend, pytest.raises(NotAllowed):
        send(friend, Edit("1", ("109",), (Piece(Field.TITLE, "title.value=x"),)))
    with client_of(plex.url, "wrong") as stranger, pytest.raises(TokenRefused):
        send(stranger, Edit("1", ("109",), (Piece(Field.TITLE, "title.value=x"),)))
    assert item_of(client, "109").fields[Field.TITLE] == "Film 109"


def test_planted_faults_are_told_apart(plex: Process, client: PlexClient) -> None:
    kinds: list[tuple[dict[str, Any], type[Exception]]] = [
        ({"kind": "status", "status": 503}, Starting),
        ({"kind": "status", "status": 502}, BadAnswer),
        ({"kind": "reset"}, Unreachable),
        ({"kind": "truncate"}, BadAnswer),
    ]
    for fault, kind in kinds:
        plex.control("POST", "faults", [{**fault, "times": 1}])
        with pytest.raises(kind):
            library.items(client, ["110"])
        assert set(library.items(client, ["110"])) == {"110"}


def test_starting_and_identity(plex: Process, client: PlexClient) -> None:
    assert library.identity(client).version == oracle(plex).version
    plex.control("POST", "starting", {"on": True})
    try:
        with pytest.raises(Starting):
            library.identity(client)
    finally:
        plex.control("POST", "starting", {"on": False})


def movies(client: PlexClient) -> Section:
    (section,) = library.choose(library.sections(client), ())
    return section


def test_the_listing_names_every_file_once(plex: Process, client: PlexClient) -> None:
    section = movies(client)
    assert (section.title, section.locations) == ("Movies", ("/media/films",))
    plex.control("POST", "switches", {"max_page": 7})
    try:
        pages = list(library.listing(client, section, page=20))
    finally:
        plex.control("POST", "switches", {"max_page": 0})
    assert [len(page.items) for page in pages] == [7, 7, 7, 7, 2]
    rows = [row for page in pages for row in page.items]
    theirs = oracle(plex).library.section("Movies").all()
    assert {row.rating_key: [part.path for part in row.parts] for row in rows} == {
        str(movie.ratingKey): movie.locations for movie in theirs
    }
    assert {row.rating_key: row.added_at for row in rows}["101"] == 1_600_000_101


def test_a_delta_holds_what_was_edited_and_a_section_tells_that_it_changed(client: PlexClient) -> None:
    before = movies(client)
    send(client, Edit("1", ("111",), (Piece(Field.TITLE, "title.value=Edited"),)))
    after = movies(client)
    assert after.changed != before.changed
    at = item_of(client, "111").updated_at
    delta = {row.rating_key: row.title for page in library.listing(client, after, since=at) for row in page.items}
    assert delta["111"] == "Edited"
    assert "129" not in delta


def test_a_scan_finds_the_new_file(plex: Process, client: PlexClient) -> None:
    path = "/media/films/ü & 1/new.mkv"
    plex.control("POST", "unscanned", {"section": "1", "files": [{"path": path}]})
    plex.control("POST", "switches", {"scan_ms": 1})
    library.scan(client, "1", "/media/films/ü & 1")
    for _ in range(200):
        if not movies(client).refreshing:
            break
    found = [row for page in library.listing(client, movies(client)) for row in page.items if row.parts[0].path == path]
    assert len(found) == 1


PICTURES = [b"\xff\xd8\xff one", b"\xff\xd8\xff two"]


def sha1(data: bytes) -> str:
    return hashlib.sha1(data, usedforsecurity=False).hexdigest()


def counted(client: PlexClient) -> tuple[int, int]:
    return client.counts.get("POST", 0), client.counts.get("PUT", 0)


def never(_: float) -> None:
    raise AssertionError("nothing to wait for")


def shows(client: PlexClient, rating_key: str, kind: Artwork, digest: str) -> bool:
    return any(one.selected and one.key.endswith(digest) for one in artwork.present(client, rating_key, kind))


@pytest.mark.parametrize("kind", Artwork)
def test_a_picture_is_sent_once_and_selected_again_without_sending(client: PlexClient, kind: Artwork) -> None:
    """F18."""
    first, second = PICTURES
    assert not shows(client, "112", kind, sha1(first))
    artwork.bring(client, "112", kind, Picture(first, "image/jpeg"), sleep=never)
    assert shows(client, "112", kind, sha1(first))
    assert counted(client) == (1, 0)
    artwork.bring(client, "112", kind, Picture(first, "image/jpeg"), sleep=never)
    assert counted(client) == (1, 0)
    artwork.bring(client, "112", kind, Picture(second, "image/jpeg"), sleep=never)
    assert not shows(client, "112", kind, sha1(first))
    artwork.bring(client, "112", kind, Picture(first, "image/jpeg"), sleep=never)
    assert counted(client) == (2, 1)
    assert shows(client, "112", kind, sha1(first))
    assert len([one for one in artwork.present(client, "112", kind) if one.key.startswith("upload://")]) == 2


def test_poster_and_art_are_different_things(plex: Process, client: PlexClient) -> None:
    artwork.bring(client, "113", Artwork.POSTER, Picture(PICTURES[0], "image/jpeg"), sleep=never)
    artwork.bring(client, "113", Artwork.ART, Picture(PICTURES[1], "image/jpeg"), sleep=never)
    movie = by_plexapi(plex, "113")
    chosen = [next(one for one in many if one.selected).ratingKey for many in (movie.posters(), movie.arts())]
    assert chosen[0].endswith(sha1(PICTURES[0]))
    assert chosen[1].endswith(sha1(PICTURES[1]))


def test_a_picture_that_is_listed_late_is_waited_for_and_selected() -> None:
    """After an upload the list may lack the picture, or another is chosen (docs/engineering/plex.md §3)."""
    key = f"upload://posters/{sha1(PICTURES[0])}"
    polls: list[Asked] = []

    def answer(asked: Asked) -> Reply:
        if asked.method != "GET":
            return Reply()
        polls.append(asked)
        rows = [{"ratingKey": key, "selected": False}] if len(polls) == 3 else []
        return as_json({"MediaContainer": {"size": len(rows), "Metadata": rows}})

    waited: list[float] = []
    with canned(answer) as server, client_of(server.url) as client:
        artwork.bring(client, "7", Artwork.POSTER, Picture(PICTURES[0], "image/jpeg"), sleep=waited.append)
    assert waited == [0.3]
    assert [asked.method for asked in server.asked] == ["GET", "POST", "GET", "GET", "PUT"]
    post, put = server.asked[1], server.asked[4]
    assert (post.path, post.body, post.headers["Content-Type"]) == (
        "/library/metadata/7/posters",
        PICTURES[0],
        "image/jpeg",
    )
    assert put.path == f"/library/metadata/7/poster?url=upload%3A%2F%2Fposters%2F{sha1(PICTURES[0])}"


def test_a_picture_that_is_never_listed_is_given_up(plex: Process, client: PlexClient) -> None:
    waited: list[float] = []
    plex.control("POST", "switches", {"poster_delay_ms": 3_600_000})
    try:
        with pytest.raises(ImageRejected) as caught:
            artwork.bring(client, "115", Artwork.POSTER, Picture(PICTURES[0], "image/jpeg"), sleep=waited.append)
    finally:
        plex.control("POST", "switches", {"poster_delay_ms": 0})
    assert waited == [0.3, 0.6]
    assert caught.value.data["rating_key"] == "115"


def test_a_refused_picture_is_an_error_of_the_image_only(plex: Process, client: PlexClient) -> None:
    for status in (400, 413, 500):
        plex.control("POST", "faults", [{"match": {"method": "POST"}, "kind": "status", "status": status}])
        with pytest.raises(ImageRejected) as refused:
            artwork.bring(client, "116", Artwork.POSTER, Picture(PICTURES[0], "image/jpeg"), sleep=never)
        assert refused.value.data["status"] == str(status)
    with pytest.raises(ItemGone):
        artwork.bring(client, "99999", Artwork.POSTER, Picture(PICTURES[0], "image/jpeg"), sleep=never)
