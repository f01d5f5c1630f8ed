"""Paths and path maps of any spelling."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterator
from random import Random

import noise
from target import Target, Wrong

from plexsync.domain.paths.inference import infer, same_files
from plexsync.domain.paths.key import Folders, name_of, parse, path_key
from plexsync.domain.paths.mapping import PathMap
from plexsync.domain.settings.parsers import parse_path_map
from plexsync.domain.text import clean_line, clean_paragraphs, fold, unique

FOLDERS = (
    "/data",
    "/data/",
    "/",
    "C:\\x",
    "C:",
    "\\\\nas\\share",
    "//nas/share",
    "data",
    "",
    "/d%20/_",
    "/é",
    "/e\u0301",
    "D:/x\\y",
)


@contextlib.contextmanager
def opened() -> Iterator[Target]:
    """The target."""
    yield Target("paths", 100, _make, _run)


def _path(rng: Random) -> str:
    names = (rng.choice((*noise.TEXTS[:40], "a", "b", "A", "film.mp4")) for _ in range(rng.randrange(5)))
    return rng.choice(FOLDERS) + rng.choice("/\\") + rng.choice("/\\").join(names)


def _make(rng: Random) -> bytes:
    rules = [[rng.choice(FOLDERS) if rng.random() < 0.7 else _path(rng), _path(rng)] for _ in range(rng.randrange(4))]
    setting = noise.text(rng) if rng.random() < 0.3 else "; ".join(" => ".join(rule) for rule in rules)
    files = [[_path(rng), rng.choice((0, 1, 2, 2**63))] for _ in range(rng.randrange(8))]
    return noise.encoded({"rules": rules, "setting": setting, "paths": [_path(rng) for _ in range(4)], "files": files})


def _run(data: bytes) -> None:
    given = json.loads(data)
    with contextlib.suppress(ValueError):
        PathMap(parse_path_map(given["setting"])).to_plex("/data/a")
    path_map = PathMap(tuple((stash, plex) for stash, plex in given["rules"]))
    for path in given["paths"]:
        key = path_key(path)
        if path_key(parse(path).text()) != key:
            raise Wrong(f"another key for a path's own text: {path!r}")
        mapped = path_map.to_plex(path)
        is_folder = any(path_key(stash) == key for stash, _ in path_map.rules)
        if mapped is not None and name_of(mapped) != name_of(path) and not is_folder:
            raise Wrong(f"{path!r} became {mapped!r}")
        Folders(stash for stash, _ in path_map.rules).hold(key)
        for clean in (clean_line, clean_paragraphs, fold):
            if clean(clean(path)) != clean(path):
                raise Wrong(f"{clean.__name__} is not settled: {path!r}")
        clean_paragraphs(path).encode()
    unique(given["paths"])
    files = list(map(tuple, given["files"]))
    found = infer(lambda: same_files(files, files))
    PathMap(found.rules).to_plex("/data/a")
