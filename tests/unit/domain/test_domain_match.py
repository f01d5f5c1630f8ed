"""The items that belong to a scene."""

from __future__ import annotations

import pytest

from plexsync.domain.match import Located, decide
from plexsync.domain.model import Link, Reason, Verdict


def found(*items: str, path: str = "/data/a.mp4", size: int = 10, sizes: tuple[int, ...] | None = None) -> Located:
    part_sizes = (size,) * len(items) if sizes is None else sizes
    return Located(
        path,
        path.replace("/data", "/media").lower(),
        path.replace("/data", "/media"),
        in_library=True,
        rating_keys=items,
        size=size,
        part_sizes=part_sizes,
    )


UNMAPPED = Located("/other/a.mp4", None, "", in_library=False, rating_keys=(), size=10, part_sizes=())
OUTSIDE = Located(
    "/data/x.mp4", "/media/x.mp4", "/media/x.mp4", in_library=False, rating_keys=(), size=10, part_sizes=()
)
MISSING = found(path="/data/m.mp4")


def codes(link: Link) -> list[str]:
    return [reason.code for reason in link.reasons]


def test_no_file() -> None:
    assert decide(4, (), {}) == Link(4, Verdict.NO_FILE, (), (Reason("no_file"),))


def test_one_file_one_item() -> None:
    link = decide(4, [found("7")], {"7": frozenset({4})})
    reason = Reason("file_found", {"path": "/data/a.mp4", "mapped": "/media/a.mp4", "items": "7"})
    assert link == Link(4, Verdict.LINKED, ("7",), (reason,))


def test_every_item_with_any_of_the_files_is_linked_once() -> None:
    files = [found("7", "9"), found("9", "8", path="/data/b.mp4")]
    link = decide(4, files, dict.fromkeys(("7", "8", "9"), frozenset({4})))
    assert (link.verdict, link.rating_keys) == (Verdict.LINKED, ("7", "9", "8"))


def test_an_item_that_another_scene_claims_is_a_doubt_for_both() -> None:
    claims = {"7": frozenset({4, 12, 5}), "8": frozenset({4})}
    link = decide(4, [found("8", "7")], claims)
    assert (link.verdict, link.rating_keys) == (Verdict.AMBIGUOUS, ("8", "7"))
    assert link.reasons[-1] == Reason("item_shared", {"item": "7", "scenes": "5, 12"})
    other = decide(12, [found("7")], claims)
    assert (other.verdict, other.reasons[-1].data["scenes"]) == (Verdict.AMBIGUOUS, "4, 5")


@pytest.mark.parametrize(
    ("files", "verdict", "reasons"),
    [
        ([UNMAPPED], Verdict.UNMAPPED, ["file_unmapped"]),
        ([OUTSIDE], Verdict.UNMAPPED, ["file_outside"]),
        ([UNMAPPED, OUTSIDE], Verdict.UNMAPPED, ["file_unmapped", "file_outside"]),
        ([MISSING], Verdict.MISSING, ["file_missing"]),
        ([UNMAPPED, MISSING], Verdict.MISSING, ["file_unmapped", "file_missing"]),
        ([MISSING, found("7")], Verdict.LINKED, ["file_missing", "file_found"]),
        ([found("7"), UNMAPPED, OUTSIDE], Verdict.LINKED, ["file_found", "file_unmapped", "file_outside"]),
    ],
)
def test_each_file_has_its_reason(files: list[Located], verdict: Verdict, reasons: list[str]) -> None:
    link = decide(4, files, {})
    assert (link.verdict, codes(link)) == (verdict, reasons)


def test_reasons_name_the_paths() -> None:
    reasons = decide(4, [UNMAPPED, OUTSIDE], {}).reasons
    assert [dict(reason.data) for reason in reasons] == [
        {"path": "/other/a.mp4"},
        {"path": "/data/x.mp4", "mapped": "/media/x.mp4"},
    ]


def test_a_size_that_differs_is_noted_and_decides_nothing() -> None:
    link = decide(4, [found("7", "8", sizes=(10, 99))], {})
    assert (link.verdict, codes(link)) == (Verdict.LINKED, ["file_found", "size_differs"])
    assert link.reasons[1].data["stash_size"] == "10"
    assert link.reasons[1].data["plex_sizes"] == "10, 99"


@pytest.mark.parametrize(("size", "sizes"), [(0, (99,)), (10, (0,)), (10, ())])
def test_an_unknown_size_does_not_differ(size: int, sizes: tuple[int, ...]) -> None:
    assert codes(decide(4, [found("7", size=size, sizes=sizes)], {})) == ["file_found"]


def test_f8_the_same_name_in_another_folder_is_no_link() -> None:
    link = decide(4, [found(path="/data/StudioB/Episode 1.mp4")], {"7": frozenset({3})})
    assert (link.verdict, link.rating_keys) == (Verdict.MISSING, ())


def test_paths_are_shown_as_plex_writes_them() -> None:
    link = decide(4, [found("7", path="/data/Film A.mp4")], {"7": frozenset({4})})
    assert link.reasons[0].data["mapped"] == "/media/Film A.mp4"


@pytest.mark.parametrize(
    ("path", "code"),
    [("/data/A/Film-trailer.mp4", "file_extra"), ("/data/Plex Versions/Mobile/Film.mp4", "file_optimised")],
)
def test_a_file_that_plex_takes_for_something_else_is_told_as_that(path: str, code: str) -> None:
    link = decide(4, [found(path=path)], {})
    assert (link.verdict, codes(link)) == (Verdict.MISSING, [code])


def test_parts_that_plex_joins_into_one_film_are_told_as_parts() -> None:
    link = decide(4, [found("7", path="/data/A/Film - pt2.mp4")], {"7": frozenset({4, 5})})
    assert (link.verdict, codes(link)[-1]) == (Verdict.AMBIGUOUS, "item_stacked")
