"""The kind of file that Plex sees in a path."""

from __future__ import annotations

import pytest

from plexsync.domain.paths.plex_naming import TakenFor, taken_for


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/media/A/Film.mp4", TakenFor.FILM),
        ("/media/A/Film-trailer.mp4", TakenFor.EXTRA),
        ("/media/A/Film - the trailer park.mp4", TakenFor.FILM),
        ("/media/A/Film-BehindTheScenes.mkv", TakenFor.EXTRA),
        ("/media/A/Scenes/one.mp4", TakenFor.EXTRA),
        ("/media/scenes/A/one.mp4", TakenFor.FILM),
        ("D:\\media\\A\\Trailers\\one.mp4", TakenFor.EXTRA),
        ("/media/A/Plex Versions/Mobile/Film.mp4", TakenFor.OPTIMISED),
        ("/media/A/Film - pt1.mp4", TakenFor.PART),
        ("/media/A/Film.CD2.avi", TakenFor.PART),
        ("/media/A/Film part 3.mp4", TakenFor.PART),
        ("/media/A/Film part 9.mp4", TakenFor.FILM),
        ("/media/A/Department1.mp4", TakenFor.FILM),
        ("/media/A/noext", TakenFor.FILM),
        ("/", TakenFor.FILM),
    ],
)
def test_what_plex_takes_a_file_for(path: str, expected: TakenFor) -> None:
    assert taken_for(path) is expected
