"""python-plexapi, which was written against real servers, works on the simulated one."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import requests
from plexapi.exceptions import BadRequest, NotFound, Unauthorized
from plexapi.server import PlexServer
from sim_plex_client import OWNER, RECORDED_LIBRARY, SHARED, BarePlex

from plexsync_simulators.process import start_plex

AWKWARD = "Test Tag !@#$%^&*()-_=+[];:'\"/?,."


@pytest.fixture(scope="module", params=["append", "replace"])
def plex(request: pytest.FixtureRequest) -> Iterator[BarePlex]:
    with start_plex(
        library=RECORDED_LIBRARY,
        token=OWNER,
        shared_token=SHARED,
        read_latency_ms=0,
        write_latency_ms=0,
        scan_ms=20,
        tag_semantics=request.param,
    ) as sim:
        client = BarePlex(sim)
        yield client
        client.close()


@pytest.fixture
def server(plex: BarePlex) -> Iterator[Any]:
    with requests.Session() as session:
        yield connect(plex, OWNER, session)


@pytest.fixture
def movie(plex: BarePlex, server: Any) -> Any:
    key = plex.add(title="The Film", summary="S", Genre=["Drama", "Action", "Comedy"], studio="St", Role=["A", "B"])
    return server.fetchItem(int(key))


def connect(plex: BarePlex, token: str, session: requests.Session) -> Any:
    untyped: Any = PlexServer
    return untyped(plex.sim.url, token, session=session)


def names(tags: list[Any]) -> list[str]:
    return [tag.tag for tag in tags]


def test_connect_and_look_around(plex: BarePlex, server: Any) -> None:
    machine = plex.sim.control("GET", "dump")["machine_id"]
    assert (server.machineIdentifier, server.myPlexSigninState) == (machine, "ok")
    section = server.library.section("Movies")
    assert (section.type, section.locations, section.refreshing) == ("movie", ["/media/a", "/media/b"], False)
    assert [one.title for one in server.library.sections()] == ["Movies", "TV Shows"]


def test_list_in_pages_and_search(plex: BarePlex, server: Any) -> None:
    for number in range(7):
        plex.add(title=f"Needle {number}", Genre=["Needles"], addedAt=1_500_000_000 + number)
    section = server.library.section("Movies")
    found = section.search(title="needle", container_size=3)
    assert [one.title for one in found] == [f"Needle {number}" for number in range(7)]
    assert len(section.all(container_size=2)) == section.totalSize
    assert len(section.search(genre="Needles", label="none")) == 0
    assert len(section.search(genre="Needles", sort="addedAt:desc", maxresults=2)) == 2
    either = {"or": [{"title": "Needle 1"}, {"and": [{"title": "Needle 2"}, {"genre": "Needles"}]}]}
    assert [one.title for one in section.search(filters=either)] == ["Needle 1", "Needle 2"]
    assert section.search(filters={"addedAt<<": "2017-07-16", "title==": "Needle 3"})[0].title == "Needle 3"
    assert "Needles" in [choice.title for choice in section.listFilterChoices("genre")]
    for one in found:
        one.delete()
    assert section.search(title="needle") == []


def test_edit_text_and_locks(movie: Any) -> None:
    movie.editTitle("Neu").editSummary("Kurz\n\nund gut").editContentRating("XXX", locked=False).reload()
    assert (movie.title, movie.summary, movie.contentRating) == ("Neu", "Kurz\n\nund gut", "XXX")
    assert {field.name for field in movie.fields} == {"title", "summary"}
    assert movie.isLocked("title")
    movie.editSortTitle("Zzz").editUserRating(7.0).editOriginallyAvailable("1999-12-31").editStudio("").reload()
    assert (movie.titleSort, movie.userRating, movie.year, movie.studio) == ("Zzz", 7.0, 1999, None)


def test_add_and_remove_tags_even_awkward_ones(movie: Any) -> None:
    movie.addGenre(["New", AWKWARD]).reload()
    assert sorted(names(movie.genres)) == sorted(["Drama", "Action", "Comedy", "New", AWKWARD])
    movie.removeGenre([AWKWARD, "Drama"]).reload()
    assert sorted(names(movie.genres)) == ["Action", "Comedy", "New"]
    movie.addDirector("D").addWriter("W, w").addProducer("P").addCountry("C").reload()
    assert [names(one) for one in (movie.directors, movie.writers, movie.producers, movie.countries)] == [
        ["D"],
        ["W, w"],
        ["P"],
        ["C"],
    ]
    movie.addLabel("mine").reload()
    assert names(movie.labels) == ["Mine"]
    movie.removeLabel("mine").reload()
    assert movie.labels == []


def test_collections(server: Any, movie: Any) -> None:
    movie.addCollection("Set").reload()
    section = server.library.section("Movies")
    collection = section.collection("Set")
    assert [item.ratingKey for item in collection.items()] == [movie.ratingKey]
    collection.editTitle("Other").editSummary("About").reload()
    assert (collection.title, collection.summary) == ("Other", "About")
    made = section.createCollection("Made", items=[movie])
    assert made.title == "Made"
    with pytest.raises(BadRequest):
        made.editTitle("Other")
    movie.reload()
    assert sorted(names(movie.collections)) == ["Made", "Other"]
    made.removeItems([movie])
    movie.removeCollection("Other")
    assert section.collections() == []


def test_batch_edits_and_multi_edits(plex: BarePlex, server: Any, movie: Any) -> None:
    plex.sim.control("POST", "reset_counters")
    movie.batchEdits().editTitle("Batch").addGenre("G").editTagline("T").saveEdits()
    assert plex.sim.control("GET", "requests?counts=1")["methods"]["PUT"] == 1
    other = server.fetchItem(int(plex.add(title="Other film", Genre=["X"])))
    section = server.library.section("Movies")
    section.batchMultiEdits([movie, other]).editStudio("Both").addLabel("Multi").removeGenre("X").saveMultiEdits()
    for one in (movie, other):
        one.reload()
        assert (one.studio, names(one.labels)) == ("Both", ["Multi"])
    assert (movie.title, other.genres) == ("Batch", [])


def test_posters_are_known_by_their_hash(movie: Any, tmp_path: Path) -> None:
    pictures = [tmp_path / name for name in ("one.png", "two.png")]
    for picture in pictures:
        picture.write_bytes(b"\x89PNG" + picture.name.encode())
        movie.uploadPoster(filepath=str(picture))
    movie.uploadPoster(filepath=str(pictures[0]))
    uploads = [poster for poster in movie.posters() if poster.ratingKey.startswith("upload://posters/")]
    assert [poster.ratingKey.rpartition("/")[2] for poster in uploads] == [
        hashlib.sha1(picture.read_bytes(), usedforsecurity=False).hexdigest() for picture in pictures
    ]
    assert [poster.selected for poster in uploads] == [True, False]
    movie.setPoster(uploads[1])
    assert [poster.selected for poster in movie.posters()] == [False, False, True]
    movie.lockPoster().reload()
    assert movie.isLocked("thumb")
    movie.deletePoster()
    movie.uploadArt(filepath=str(pictures[0]))
    assert [art.ratingKey[:14] for art in movie.arts() if art.selected] == ["upload://arts/"]
    assert len(movie.posters()) == 3


def test_scan_finds_a_new_file_and_refresh_answers(plex: BarePlex, server: Any) -> None:
    plex.sim.control("POST", "unscanned", {"section": "1", "files": [{"path": "/media/b/x/Fresh.mp4", "size": 3}]})
    section = server.library.section("Movies")
    section.update("/media/a")
    section.update("/media/b/x")
    deadline = time.monotonic() + 5
    while not (found := section.search(title="Fresh")) and time.monotonic() < deadline:
        time.sleep(0.02)
    assert found[0].locations == ["/media/b/x/Fresh.mp4"]
    found[0].refresh()
    found[0].delete()


def test_split_and_merge(plex: BarePlex, server: Any) -> None:
    keys = [int(plex.add(title=f"part{number}")) for number in range(2)]
    first, second = server.fetchItems(keys)
    first.merge([second.ratingKey]).reload()
    assert len(first.media) == 2
    with pytest.raises(NotFound):
        second.reload()
    first.split().reload()
    assert len(first.media) == 1
    assert server.library.section("Movies").search(title="part1")


def test_matches_fix_match_and_unmatch(plex: BarePlex, movie: Any) -> None:
    offers = [
        {"guid": "plex://movie/a", "name": "Worse", "score": 40},
        {"guid": "plex://movie/b", "name": "The Other", "year": 1999, "score": 100, "agent": {"summary": "Other's"}},
    ]
    plex.sim.control("POST", f"items/{movie.ratingKey}/matches", offers)
    assert [(one.name, one.score, one.year) for one in movie.matches(title="x", year="")] == [
        ("The Other", 100, "1999"),
        ("Worse", 40, None),
    ]
    movie.fixMatch(auto=True)
    until(lambda: movie.reload().guid == "plex://movie/b")
    assert (movie.title, movie.summary, movie.genres) == ("The Other", "Other's", [])
    movie.unmatch()
    until(lambda: movie.reload().guid == f"local://{movie.ratingKey}")
    assert movie.summary == ""


def until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 5
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def test_a_library_is_edited_and_deleted(plex: BarePlex, server: Any) -> None:
    folder = {"key": "5", "title": "Short-lived", "type": "movie", "locations": ["/media/e"]}
    plex.sim.control("POST", "library", {"sections": [{**folder, "items": []}]})
    section = server.library.sectionByID(5)
    uuid = section.uuid
    section.edit(name="Renamed").reload()
    assert (section.title, section.uuid) == ("Renamed", uuid)
    section.delete()
    assert 5 not in [one.key for one in server.library.sections()]


def test_progress_is_reported(movie: Any) -> None:
    movie.updateProgress(30_000)
    assert movie.reload().viewOffset == 30_000
    movie.updateTimeline(45_000, state="stopped")
    assert movie.reload().viewOffset == 45_000


def test_ratings_and_watched_marks(movie: Any) -> None:
    movie.rate(9.0).markPlayed().reload()
    assert (movie.userRating, movie.isPlayed) == (9.0, True)
    movie.rate(None).markUnplayed().reload()
    assert (movie.userRating, movie.isPlayed) == (None, False)


def test_what_is_not_allowed_raises(plex: BarePlex) -> None:
    with requests.Session() as session:
        with pytest.raises(Unauthorized):
            connect(plex, "wrong", session)
        guest = connect(plex, SHARED, session)
        item = guest.fetchItem(int(plex.add(title="guarded")))
        with pytest.raises(BadRequest, match="403"):
            item.editTitle("mine now")
