"""Paging, sorting, filtering and trimming of listings (docs/engineering/plex.md §1)."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sim_plex_client import BarePlex, bare_plex

from plexsync_simulators.shared.json_type import Json

ALL = "/library/sections/1/all?type=1"


@pytest.fixture(scope="module")
def plex() -> Iterator[BarePlex]:
    with bare_plex() as client:
        for number in range(10):
            client.add(
                title=f"Film {number}",
                addedAt=1_000 + number,
                Label=["Even"] if number % 2 == 0 else ["Odd"],
                originallyAvailableAt=f"20{10 + number}-05-05",
                summary="long",
            )
        yield client


def titles(container: Json) -> list[str]:
    return [row["title"] for row in container.get("Metadata", [])]


@pytest.mark.parametrize("how", ["header", "query"])
def test_pages_cover_everything_once(plex: BarePlex, how: str) -> None:
    seen: list[str] = []
    while True:
        start = str(len(seen))
        if how == "header":
            page = plex.get(ALL + "&sort=id", X_Plex_Container_Start=start, X_Plex_Container_Size="4")
        else:
            page = plex.get(f"{ALL}&sort=id&X-Plex-Container-Start={start}&X-Plex-Container-Size=4")
        assert (page["totalSize"], page["offset"], page["size"]) == (10, len(seen), len(titles(page)))
        if not titles(page):
            break
        seen += titles(page)
    assert seen == [f"Film {number}" for number in range(10)]


def test_size_zero_tells_the_total_only(plex: BarePlex) -> None:
    reply = plex.ask("GET", ALL, X_Plex_Container_Size="0")
    assert reply.json()["totalSize"] == 10
    assert "Metadata" not in reply.json()
    assert reply.headers["X-Plex-Container-Total-Size"] == "10"


def test_a_page_may_hold_fewer_rows_than_asked_for(plex: BarePlex) -> None:
    plex.sim.control("POST", "switches", {"max_page": 3})
    page = plex.get(ALL, X_Plex_Container_Start="2", X_Plex_Container_Size="5")
    plex.sim.control("POST", "switches", {"max_page": 0})
    assert (page["size"], page["totalSize"], page["offset"]) == (3, 10, 2)


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("sort=addedAt:desc&limit=2", [9, 8]),
        ("sort=movie.titleSort:desc&limit=1", [9]),
        ("addedAt%3E%3E=1007", [8, 9]),
        ("addedAt%3C%3C=1001", [0]),
        ("originallyAvailableAt%3E%3E=1494000000&sort=id", [8, 9]),
        ("title=ilm%203", [3]),
        ("title==Film%203", [3]),
        ("title%3D=film%203", [3]),
        ("title%3C=Film&year=2012,2014", [2, 4]),
        ("label=odd&year%3C%3C=2014", [1, 3]),
        ("label!=odd&year%3C%3C=2014", [0, 2]),
        ("push=1&title=Film%201&or=1&title=Film%202&pop=1&label=Even", [2]),
        ("duplicate=1", []),
    ],
)
def test_filters_and_sorts(plex: BarePlex, query: str, expected: list[int]) -> None:
    assert titles(plex.get(f"{ALL}&{query}")) == [f"Film {number}" for number in expected]


def test_the_id_filter_takes_a_list(plex: BarePlex) -> None:
    keys = [row["ratingKey"] for row in plex.get(ALL + "&sort=id")["Metadata"]]
    assert titles(plex.get(f"{ALL}&id={keys[3]},{keys[5]},999999")) == ["Film 3", "Film 5"]


@pytest.mark.parametrize("query", ["sort=nonsense", "nonsense=1", "year=x", "push=1", "title%3E%3E=x"])
def test_what_cannot_be_asked_is_refused(plex: BarePlex, query: str) -> None:
    assert plex.ask("GET", f"{ALL}&{query}").status == 400


def test_excluded_elements_and_fields_are_left_out_and_back_on_the_next_request(plex: BarePlex) -> None:
    for path in (ALL, "/library/metadata/" + plex.get(ALL)["Metadata"][0]["ratingKey"] + "?skipRefresh=1"):
        short = plex.get(path + "&excludeElements=Media,Genre&excludeFields=summary,title")["Metadata"][0]
        assert not {"Media", "summary"} & set(short)
        assert {"ratingKey", "title"} <= set(short)
        assert {"Media", "summary"} <= set(plex.get(path)["Metadata"][0])


def test_an_edit_shows_in_the_next_listing(plex: BarePlex) -> None:
    key = plex.get(ALL + "&sort=titleSort")["Metadata"][0]["ratingKey"]
    plex.edit(key, title__value="Zz last")
    assert titles(plex.get(ALL + "&sort=titleSort"))[-1] == "Zz last"
    plex.edit(key, title__value="Film 0")
    assert titles(plex.get(ALL + "&sort=titleSort"))[0] == "Film 0"


def test_unknown_sections_and_pages_are_html_404s(plex: BarePlex) -> None:
    for path in ("/library/sections/9/all", "/library/sections/1/nonsense", "/nowhere", "/library/metadata/1234567"):
        reply = plex.ask("GET", path)
        assert (reply.status, reply.headers["Content-Type"]) == (404, "text/html")


def test_stacked_files_versions_and_optimised_versions_show(plex: BarePlex) -> None:
    parts = [{"path": f"/media/a/s-cd{n}.avi", "size": n, "duration": 1000} for n in (1, 2)]
    media = [{"parts": parts}, {"parts": [{"path": "/media/a/Plex Versions/s.mp4"}], "proxyType": 42}]
    key = plex.add(title="stacked", files=[], media=media)
    shown = plex.item(key)["Media"]
    assert [[part["file"] for part in one["Part"]] for one in shown] == [
        ["/media/a/s-cd1.avi", "/media/a/s-cd2.avi"],
        ["/media/a/Plex Versions/s.mp4"],
    ]
    assert [one.get("proxyType") for one in shown] == [None, 42]
    assert titles(plex.get(ALL + "&duplicate=1")) == ["stacked"]
    plex.sim.control("DELETE", f"items/{key}")


def test_a_delta_holds_what_changed_since_in_any_order_and_stays_true(plex: BarePlex) -> None:
    keys = [plex.add(title=f"Delta {n}", addedAt=2_000_000_000 + n, updatedAt=2_000_000_000 + n) for n in range(4)]
    for sort, expected in (("id", [1, 2, 3]), ("updatedAt:desc", [3, 2, 1]), ("titleSort:desc", [3, 2, 1])):
        delta = f"{ALL}&sort={sort}&updatedAt%3E%3E=2000000000"
        seen = [plex.get(f"{delta}&X-Plex-Container-Start={start}&X-Plex-Container-Size=2") for start in (0, 2)]
        assert [page["totalSize"] for page in seen] == [3, 3]
        assert titles(seen[0]) + titles(seen[1]) == [f"Delta {n}" for n in expected]
    # The greater-or-equal that PlexKodiConnect sends.
    assert plex.get(f"{ALL}&updatedAt%3E=2000000000&X-Plex-Container-Size=0")["totalSize"] == 4
    for gone in ([], ["Delta 3"]):
        left = [name for name in ("Delta 1", "Delta 2", "Delta 3") if name not in gone]
        assert titles(plex.get(f"{ALL}&sort=id&updatedAt%3E%3E=2000000000")) == left
        if not gone:
            plex.sim.control("DELETE", f"items/{keys[3]}")
    assert titles(plex.get(f"{ALL}&updatedAt%3E%3E=2000000000&title=2")) == ["Delta 2"]
    either = "push=1&updatedAt%3E%3E=2000000001&or=1&title==Delta%200&pop=1"
    assert titles(plex.get(f"{ALL}&sort=id&{either}")) == ["Delta 0", "Delta 2"]
    for key in keys[:3]:
        plex.sim.control("DELETE", f"items/{key}")


def test_orders_follow_each_change(plex: BarePlex) -> None:
    sorts = ("titleSort", "titleSort:desc", "studio,titleSort:desc", "year:desc", "addedAt", "id:desc")

    def orders() -> list[list[str]]:
        return [titles(plex.get(f"{ALL}&sort={sort}")) for sort in sorts]

    before = orders()
    assert before[0] == before[1][::-1] == [f"Film {n}" for n in range(10)]
    assert plex.get(f"{ALL}&sort=titleSort:desc&X-Plex-Container-Start=8&X-Plex-Container-Size=5")["size"] == 2
    key = plex.add(title="Aardvark", addedAt=1, studio="Z", originallyAvailableAt="2050-01-01")
    assert [order.index("Aardvark") for order in orders()] == [0, 10, 10, 0, 0, 0]
    plex.edit(key, title__value="Zebra", addedAt__value="9999")
    assert [order.index("Zebra") for order in orders()] == [10, 0, 10, 0, 10, 0]
    plex.sim.control("DELETE", f"items/{key}")
    assert orders() == before


@pytest.mark.parametrize(
    "request_line",
    [
        "PUT /:/rate?key=1",
        "PUT /:/rate?rating=5",
        "PUT /:/rate?key=1&rating=good",
        "POST /library/collections?title=x",
        "GET /library/sections/1/all?limit=many",
        "GET /library/sections/1/all?type=film",
        "GET /library/sections/1/all?X-Plex-Container-Start=a",
        "PUT /library/sections/1/all?title.value=without-type&id=1",
    ],
)
def test_what_is_missing_or_no_number_is_a_400(plex: BarePlex, request_line: str) -> None:
    method, path = request_line.split(" ")
    assert plex.ask(method, path).status == 400


def test_nothing_was_written_to_stderr(plex: BarePlex) -> None:
    assert plex.sim.stderr == ""
