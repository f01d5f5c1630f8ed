"""Finding the path map out from equal files: unanimous or nothing."""

from __future__ import annotations

import time
from collections.abc import Iterable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plexsync.domain.paths import inference
from plexsync.domain.paths.inference import Candidate, Inference, same_files
from plexsync.domain.paths.key import Folders, path_key
from plexsync.domain.paths.mapping import PathMap

Files = list[tuple[str, int]]


def sized(*paths: str) -> Files:
    """Files whose sizes are their places, so that the n-th of both sides are equal."""
    return [(path, number) for number, path in enumerate(paths, 1)]


def infer(stash: Iterable[tuple[str, int]], plex: Iterable[tuple[str, int]]) -> Inference:
    return inference.infer(lambda: same_files(stash, plex))


def rules(inference: Inference) -> set[tuple[str, str]]:
    return set(inference.rules)


def test_the_most_general_rule() -> None:
    found = infer(
        sized("/data/movies/A/1.mp4", "/data/movies/B/2.mp4", "/data/tv/3.mp4"),
        sized("/media/movies/A/1.mp4", "/media/movies/B/2.mp4", "/media/tv/3.mp4"),
    )
    assert found == Inference((("/data", "/media"),), (3,), ())


def test_files_straight_in_the_root() -> None:
    assert infer(sized("/data/1.mp4"), sized("/media/1.mp4")).rules == (("/data", "/media"),)


def test_the_same_paths_on_both_sides() -> None:
    files = sized("/data/a/1.mp4", "/data/b/2.mp4", "/more/3.mp4", "D:\\x\\4.mp4")
    found = infer(files, files)
    assert rules(found) == {("/data", "/data"), ("/more", "/more"), ("D:\\", "D:\\")}
    assert sum(found.support) == 4


def test_several_roots() -> None:
    found = infer(
        sized("/data/one/a/1.mp4", "/data/two/b/2.mp4", "/extra/c/3.mp4", "/extra/c/4.mp4"),
        sized("/disk1/one/a/1.mp4", "/disk2/two/b/2.mp4", "/disk3/c/3.mp4", "/disk3/c/4.mp4"),
    )
    assert dict(zip(found.rules, found.support, strict=True)) == {
        ("/data/one", "/disk1/one"): 1,
        ("/data/two", "/disk2/two"): 1,
        ("/extra", "/disk3"): 2,
    }


def test_a_folder_inside_another_root_may_lie_elsewhere() -> None:
    found = infer(
        sized("/data/tv/a/1.mp4", "/data/films/b/2.mp4"),
        sized("/mnt/tv/a/1.mp4", "/mnt/movies/b/2.mp4"),
    )
    assert rules(found) == {("/data", "/mnt"), ("/data/films", "/mnt/movies")}


def test_windows_plex_and_linux_stash() -> None:
    found = infer(
        sized("/data/Filme/a/1.mp4", "/data/Filme/B/2.mp4"),
        sized("O:\\Media\\filme\\a\\1.mp4", "O:\\Media\\filme\\b\\2.mp4"),
    )
    assert found.rules == (("/data", "O:\\Media"),)


def test_windows_stash_and_linux_plex() -> None:
    found = infer(sized("D:\\films\\a\\1.mp4", "E:\\1\\2.mp4"), sized("/films/a/1.mp4", "/e/1/2.mp4"))
    assert rules(found) == {("D:\\films", "/films"), ("E:\\", "/e")}


def test_a_share_keeps_its_name() -> None:
    found = infer(sized("/data/video/1.mp4"), sized("\\\\nas\\video\\1.mp4"))
    assert found.rules == (("/data/video", "\\\\nas\\video"),)


def test_the_same_basename_in_many_folders() -> None:
    stash = [(f"/data/{studio}/01.mp4", studio * 10) for studio in range(1, 50)]
    plex = [(f"/media/{studio}/01.mp4", studio * 10) for studio in range(1, 50)]
    assert infer(stash, plex) == Inference((("/data", "/media"),), (49,), ())


def test_files_that_occur_twice_tell_nothing() -> None:
    stash = [("/data/a/01.mp4", 5), ("/data/b/01.mp4", 5)]
    plex = [("/media/b/01.mp4", 5)]
    assert infer(stash, plex) == Inference()
    assert infer(plex, stash) == Inference()


def test_one_file_in_two_libraries_is_one_file() -> None:
    assert infer(sized("/data/1.mp4"), sized("/media/1.mp4") * 2).rules == (("/data", "/media"),)


@pytest.mark.parametrize("size", [0, -1])
def test_unknown_sizes_tell_nothing(size: int) -> None:
    assert infer([("/data/a/1.mp4", size)], [("/media/a/1.mp4", size)]) == Inference()


def test_nothing_in_common() -> None:
    assert infer(sized("/data/1.mp4"), sized("/media/2.mp4")) == Inference()
    assert infer([], []) == Inference()


def test_one_stash_folder_in_two_plex_folders_is_a_conflict() -> None:
    found = infer(sized("/data/a/1.mp4", "/data/a/2.mp4"), sized("/media/a/1.mp4", "/media/b/2.mp4"))
    assert (found.rules, found.support) == ((), ())
    (conflict,) = found.conflicts
    assert conflict.code == "two_folders"
    assert conflict.data == {"stash": "/data/a/2.mp4", "plex": "/media/b/2.mp4", "instead": "/media/a"}


def test_a_file_name_alone_does_not_outweigh_folders() -> None:
    found = infer(
        sized("/data/a/1.mp4", "/data/a/2.mp4", "/data/b/3.mp4"),
        sized("/media/a/1.mp4", "/media/a/2.mp4", "/media/elsewhere/3.mp4"),
    )
    assert found.rules == ()
    (conflict,) = found.conflicts
    assert conflict.code == "name_only"
    assert conflict.data == {
        "stash": "/data/b/3.mp4",
        "plex": "/media/elsewhere/3.mp4",
        "instead": "/data => /media",
    }


def test_a_file_name_alone_does_not_outweigh_folders_below_it() -> None:
    found = infer(sized("/data/1.mp4", "/data/a/2.mp4"), sized("/media/flat/1.mp4", "/media/a/2.mp4"))
    assert (found.rules, found.conflicts[0].code) == ((), "name_only")


def test_rules_that_get_into_each_others_way_are_a_conflict() -> None:
    found = infer(sized("/media/a/1.mp4", "/media/a/a/2.mp4"), sized("/media/a/1.mp4", "/data/a/2.mp4"))
    assert (found.rules, [conflict.code for conflict in found.conflicts]) == ((), ["contradicted"])


def test_examples_of_conflicts_are_few() -> None:
    stash = sized(*(f"/data/{n}/{part}.mp4" for n in range(50) for part in "ab"))
    plex = sized(*(f"/media/{n}{part}/{part}.mp4" for n in range(50) for part in "ab"))
    assert len(infer(stash, plex).conflicts) == 5


def test_folders_that_begin_alike_are_not_the_same() -> None:
    found = infer(sized("/data/a/1.mp4", "/data2/a/2.mp4"), sized("/media/a/1.mp4", "/media2/a/2.mp4"))
    assert rules(found) == {("/data", "/media"), ("/data2", "/media2")}


def pairs_of(stash: Iterable[tuple[str, int]], plex: Iterable[tuple[str, int]]) -> list[tuple[str, str]]:
    """Pairs of files that name and size make equal, told the slow way."""

    def by_name(files: Iterable[tuple[str, int]]) -> dict[tuple[str, int], set[str]]:
        found: dict[tuple[str, int], set[str]] = {}
        for path, size in files:
            found.setdefault((path.replace("\\", "/").rpartition("/")[2], size), set()).add(path)
        return found

    left, right = by_name(stash), by_name(plex)
    shared = (key for key in left.keys() & right.keys() if len(left[key]) == len(right[key]) == 1)
    return [(min(left[key]), min(right[key])) for key in shared]


FOLDERS = st.lists(st.sampled_from("abc"), max_size=3)
ROOTS = st.sampled_from(["/", "/data/", "/media/a/", "/b/", "D:\\", "E:\\a\\"])


def write(root: str, folders: list[str], name: str) -> str:
    separator = "\\" if "\\" in root else "/"
    return root + separator.join([*folders, name])


FILES = st.lists(
    st.tuples(ROOTS, ROOTS, FOLDERS, FOLDERS, st.booleans(), st.sampled_from(["x", "y", "z"]), st.integers(1, 6)),
    max_size=8,
)


@given(FILES)
def test_no_rule_is_contradicted_by_a_pair(
    files: list[tuple[str, str, list[str], list[str], bool, str, int]],
) -> None:
    stash = [(write(root, folders, name), size) for root, _, folders, _, _, name, size in files]
    plex = [
        (write(root, folders if alike else others, name), size) for _, root, folders, others, alike, name, size in files
    ]
    found = infer(stash, plex)
    path_map = PathMap(found.rules)
    pairs = pairs_of(stash, plex)
    assert not (found.rules and found.conflicts)
    assert not pairs or found.rules or found.conflicts
    if found.rules:
        assert sum(found.support) >= len(pairs)
        for ours, theirs in pairs:
            mapped = path_map.to_plex(ours)
            assert mapped is not None
            assert path_key(mapped) == path_key(theirs)


@given(FILES, st.integers(2, 4))
def test_files_compared_in_parts_by_their_sizes_tell_the_same(
    files: list[tuple[str, str, list[str], list[str], bool, str, int]], parts: int
) -> None:
    stash = [(write(root, folders, name), size) for root, _, folders, _, _, name, size in files]
    plex = [(write(root, folders, name), size) for _, root, folders, _, _, name, size in files]

    def of(files: Files, part: int) -> Files:
        return [(path, size) for path, size in files if size % parts == part]

    in_parts = [pair for part in range(parts) for pair in same_files(of(stash, part), of(plex, part))]
    assert sorted(map(repr, in_parts)) == sorted(map(repr, same_files(stash, plex)))
    whole, found = infer(stash, plex), inference.infer(lambda: in_parts)
    assert dict(zip(found.rules, found.support, strict=True)) == dict(zip(whole.rules, whole.support, strict=True))


@given(st.lists(FOLDERS, min_size=1, max_size=6), ROOTS, ROOTS)
def test_one_moved_root_is_always_found(folders: list[list[str]], stash_root: str, plex_root: str) -> None:
    names = [f"{number}.mp4" for number in range(len(folders))]
    stash = sized(*(write(stash_root, path, name) for path, name in zip(folders, names, strict=True)))
    plex = sized(*(write(plex_root, path, name) for path, name in zip(folders, names, strict=True)))
    found = infer(stash, plex)
    assert not found.conflicts
    assert sum(found.support) == len(names)


def test_time_grows_with_the_files_only() -> None:
    def seconds(count: int) -> float:
        stash = [(f"/data/{n % 7}/{n}/{n % 97}.mp4", n + 1) for n in range(count)]
        plex = [(f"/disk{n % 7}/{n % 7}/{n}/{n % 97}.mp4", n + 1) for n in range(count)]
        start = time.process_time()
        assert len(infer(stash, plex).rules) == 7
        return time.process_time() - start

    assert seconds(20_000) < 20 * seconds(4_000)


LEFTOVER = sized(*(f"/data/{number % 4}/{number}.mp4" for number in range(40)))


def moved(files: Files, folder: str) -> Files:
    return [(path.replace("/data", folder, 1), size) for path, size in files]


def test_two_roots_of_equal_files_are_both_named_and_none_is_taken() -> None:
    found = infer([*LEFTOVER, *moved(LEFTOVER, "/old")], moved(LEFTOVER, "/media"))
    assert found.rules == ()
    assert found.candidates == (Candidate("/data", "/media", 40), Candidate("/old", "/media", 40))


def test_of_two_roots_the_one_among_stashs_library_folders_is_taken() -> None:
    stash = [*LEFTOVER, *moved(LEFTOVER, "/old")]
    found = inference.infer(lambda: same_files(stash, moved(LEFTOVER, "/media"), Folders(["/data"])))
    assert found == Inference((("/data", "/media"),), (40,))


def test_two_roots_in_plex_are_both_named() -> None:
    found = infer(LEFTOVER, [*moved(LEFTOVER, "/media"), *moved(LEFTOVER, "/media-old")])
    assert found.candidates == (Candidate("/data", "/media", 40), Candidate("/data", "/media-old", 40))


def test_files_that_are_not_copied_decide_between_two_roots() -> None:
    stash = [*LEFTOVER, ("/data/0/new.mp4", 99)]
    found = infer(stash, [*moved(stash, "/media"), *moved(LEFTOVER, "/media-old")])
    assert (found.rules, found.candidates) == ((("/data", "/media"),), ())


def test_copies_within_one_root_speak_for_that_root() -> None:
    files = [(f"/data/{studio}/{number}.mp4", number) for studio in "ab" for number in range(1, 30)]
    assert infer(files, moved(files, "/media")).rules == (("/data", "/media"),)


def test_a_root_known_by_copies_alone_comes_to_one_known_by_single_files() -> None:
    copies = [(f"/more/{studio}/{number}.mp4", 100 + number) for studio in "ab" for number in range(1, 30)]
    more = [(path.replace("/more", "/disk"), size) for path, size in copies]
    found = infer([*LEFTOVER, *copies], [*moved(LEFTOVER, "/media"), *more])
    assert rules(found) == {("/data", "/media"), ("/more", "/disk")}


def test_very_many_copies_tell_nothing() -> None:
    files = [(f"/data/{studio}/{number}.mp4", number) for studio in range(9) for number in range(1, 30)]
    assert infer(files, moved(files, "/media")) == Inference()
