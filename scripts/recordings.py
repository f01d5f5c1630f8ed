"""Check a recording of a probe and file it under `tests/recordings/plex/VERSION-PLATFORM/`: `recordings.py add FILE`.

A recording that holds anything else than a recording may hold is refused, with the place. The page on what servers do
is written anew.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from plexsync.usecases.probe.recording.checking import faults
from plexsync.usecases.probe.recording.saving import text_of

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "tests" / "recordings" / "plex"
LARGEST = 1_000_000


def filed(folder: Path = FOLDER) -> Iterator[tuple[Path, dict[str, Any]]]:
    """Yield all recordings of probes that are filed."""
    for path in sorted(folder.glob("*/*.json")):
        yield path, json.loads(path.read_text("utf-8"))


def server_of(recording: dict[str, Any]) -> str:
    """Return the name of a recording's server: version and platform."""
    return f"{recording['server']['version']}-{recording['server']['platform']}"


def add(path: Path, folder: Path = FOLDER) -> Path:
    """File a recording and return where; raises ValueError with the reasons for one that is refused."""
    if path.stat().st_size > LARGEST:
        raise ValueError("it is larger than 1 MB")
    try:
        recording = json.loads(path.read_text("utf-8"))
    except (ValueError, RecursionError) as problem:
        raise ValueError("it is no JSON: it may be damaged or cut off") from problem
    if wrong := faults(recording):
        raise ValueError("; ".join(dict.fromkeys(wrong)))
    text = text_of(recording)
    place = folder / server_of(recording)
    for other in place.glob("*.json"):
        if other.read_text("utf-8") == text:
            raise ValueError(f"it is filed already, as {other}")
    place.mkdir(parents=True, exist_ok=True)
    target = place / f"{1 + len(list(place.glob('*.json')))}.json"
    target.write_text(text, "utf-8", newline="\n")
    return target


def main(arguments: list[str]) -> int:
    """Run a command line; returns the exit code."""
    if len(arguments) != 2 or arguments[0] != "add":  # noqa: PLR2004 (the command and a file)
        print("scripts/recordings add FILE")
        return 2
    try:
        print(f"filed as {add(Path(arguments[1])).relative_to(ROOT)}; now run scripts/generate and look at the page")
    except (ValueError, OSError) as problem:
        print(f"not filed: {problem}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
