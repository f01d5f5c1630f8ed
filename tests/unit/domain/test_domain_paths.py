"""Keys of paths, and the map from Stash's folders to Plex's."""

from __future__ import annotations

from unicodedata import normalize

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plexsync.domain.paths.key import Folders, path_key
from plexsync.domain.paths.mapping import PathMap


@pytest.mark.parametrize(
    ("path", "key"),
    [
        ("/data/A/b.mp4", "/data/A/b.mp4"),
        ("/data//A/./b.mp4/", "/data/A/b.mp4"),
        ("///data", "/data"),
        ("/", "/"),
        ("/data/back\\slash.mp4", "/data/back\\slash.mp4"),
        (normalize("NFD", "/data/Été.mp4"), "/data/Été.mp4"),
        ("D:\\Filme\\\\Ärger.MP4", "d:/filme/ärger.mp4"),
        ("d:/filme/ÄRGER.mp4", "d:/filme/ärger.mp4"),
        ("D:\\", "d:/"),
        ("D:", "d:/"),
        ("\\\\NAS\\Share\\a.mp4", "//nas/share/a.mp4"),
        ("//nas/share/.\\A.mp4", "//nas/share/a.mp4"),
        ("D:\\STRAẞE", "d:/straẞe"),
    ],
)
def test_keys(path: str, key: str) -> None:
    assert path_key(path) == key


def test_two_names_on_windows_stay_two() -> None:
    assert path_key("D:\\Straße.mp4") != path_key("D:\\Strasse.mp4")


def test_letter_case_matters_elsewhere() -> None:
    assert path_key("/Data/a") != path_key("/data/a")


PATHS = st.builds(
    str.__add__,
    st.sampled_from(["/", "//", "///", "D:\\", "c:/", "\\\\srv\\", "/c:/", ""]),
    st.lists(st.one_of(st.text(max_size=6), st.sampled_from(["/", "\\", ".", "İ", "ς", "ᾳ\u0301"]))).map("/".join),
)


@given(PATHS)
def test_a_key_is_its_own_key(path: str) -> None:
    assert path_key(path_key(path)) == path_key(path)


@given(PATHS)
def test_the_way_a_letter_is_written_does_not_matter(path: str) -> None:
    assert path_key(normalize("NFD", path)) == path_key(normalize("NFC", path))


MAP = PathMap(
    (
        ("/data", "/media"),
        ("/data/new", "D:\\New"),
        ("E:\\Films", "/mnt/films"),
        ("\\\\NAS\\video", "\\\\PLEX\\video"),
        ("/flat/", "P:"),
    )
)


@pytest.mark.parametrize(
    ("stash", "plex"),
    [
        ("/data/a/b.mp4", "/media/a/b.mp4"),
        ("/data/new/Ä b.mp4", "D:\\New\\Ä b.mp4"),
        ("/data/newer/b.mp4", "/media/newer/b.mp4"),
        ("/data", "/media"),
        ("/database/b.mp4", None),
        ("/Data/b.mp4", None),
        ("e:\\FILMS\\A\\b.mp4", "/mnt/films/A/b.mp4"),
        ("\\\\nas\\Video\\b.mp4", "\\\\PLEX\\video\\b.mp4"),
        ("/flat/x/b.mp4", "P:\\x\\b.mp4"),
        ("/elsewhere/b.mp4", None),
    ],
)
def test_the_longest_matching_folder_decides(stash: str, plex: str | None) -> None:
    assert MAP.to_plex(stash) == plex


def test_a_whole_file_system_can_be_mapped() -> None:
    whole = PathMap((("/", "/host"),))
    assert whole.to_plex("/a/b.mp4") == "/host/a/b.mp4"
    assert whole.to_plex("D:\\a.mp4") is None
    assert PathMap((("/host", "/"),)).to_plex("/host/a.mp4") == "/a.mp4"


@given(PATHS)
def test_without_rules_both_see_the_same(path: str) -> None:
    assert PathMap().to_plex(path) == path


@pytest.mark.parametrize(
    ("path", "folder"),
    [
        ("/media/a/b.mp4", "/media/a"),
        ("/b.mp4", "/"),
        ("D:\\x\\b.mp4", "D:\\x"),
        ("D:\\b.mp4", "D:\\"),
        ("\\\\nas\\video\\b.mp4", "\\\\nas\\video"),
    ],
)
def test_the_folder_of_a_file(path: str, folder: str) -> None:
    assert PathMap.folder_of(path) == folder


@pytest.mark.parametrize(
    ("path", "folders", "is_inside"),
    [
        ("/media/a.mp4", ["/other", "/media/"], True),
        ("/media", ["/media"], True),
        ("/media2/a.mp4", ["/media"], False),
        ("/media/a.mp4", [], False),
        ("/media/a.mp4", ["/"], True),
        ("d:/films/a.mp4", ["D:\\Films"], True),
        ("D:\\a.mp4", ["D:\\"], True),
        ("\\\\nas\\a\\b.mp4", ["/"], False),
    ],
)
def test_inside(path: str, folders: list[str], *, is_inside: bool) -> None:
    assert Folders(folders).hold(path_key(path)) is is_inside


def test_a_backslash_in_a_name_does_not_become_a_folder() -> None:
    r"""On Windows ``a\b.mp4`` is the file b.mp4 in the folder a: another one."""
    path_map = PathMap((("/data", "D:\\Media"), ("/posix", "/media")))
    assert path_map.to_plex("/data/a\\b.mp4") is None
    assert path_map.to_plex("/posix/a\\b.mp4") == "/media/a\\b.mp4"
