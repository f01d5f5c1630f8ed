"""The first hour: what a person presses until the first item is written, and what a survey of a large library costs.

`scripts/first-hour [--scenes 50000] [--record]`: the presses and the time are counted by ui/tests/browser/first_hour in
a real browser, with 1,000 scenes. The survey of the set-up runs in a process of its own, as on the page, before
anything was read. Exit code 1 when a figure misses its bound.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from measuring.figure import Figure, report
from measuring.recorded import HELP, OPTION
from plexsync.usecases.opening import open_data
from plexsync.usecases.setup.survey import survey
from plexsync_simulators.rig import Rig
from plexsync_simulators.world import make_world
from prepared.prefilled import aged
from prepared.rigging import PLEX, ROOT, START_SECONDS, resident_memory, say

MOST_PRESSES, MOST_SECONDS = 12, 60
MOST_SURVEY_SECONDS, MOST_MEGABYTES = 600, 250
MOST_SILENT_SECONDS = 10.0
SURVEY = "survey"


def in_a_browser() -> Iterator[Figure]:
    """Count what is pressed, and the time until the first item is written."""
    with tempfile.TemporaryDirectory() as folder:
        kept = Path(folder) / "figures.json"
        environment = {**os.environ, "PLEXSYNC_FIGURES": str(kept)}
        words = [str(ROOT / "scripts" / "page"), "browser", "first_hour"]
        subprocess.run(words, check=True, env=environment, stdout=sys.stderr)
        found = json.loads(kept.read_text("utf-8"))
    scenes, presses, seconds = f"{found['scenes']:,} scenes", found["presses"], found["seconds"]
    yield Figure(
        f"clicks and keys from an installed plugin to the first written item, without the sign-in ({scenes})",
        str(presses),
        f"≤ {MOST_PRESSES}",
        presses <= MOST_PRESSES,
    )
    yield Figure(
        f"the machine's time for that ({scenes})", f"{seconds:.1f} s", f"≤ {MOST_SECONDS} s", seconds <= MOST_SECONDS
    )


def of_a_survey(scenes: int) -> Iterator[Figure]:
    """Compare all scenes of a library that nobody has read before."""
    options = {"start_timeout": START_SECONDS}
    with Rig(aged(make_world(scenes, 1)), plex_options={**PLEX, **options}, stash_options=options) as rig:
        say(f"a survey at {scenes:,} scenes")
        ran = subprocess.run(
            [sys.executable, __file__, SURVEY, str(rig.data)], capture_output=True, text=True, check=True
        )
    found = json.loads(ran.stdout)
    name = f"{scenes:,} scenes"
    seconds, silent, megabytes = found["seconds"], found["silent"], found["megabytes"]
    yield Figure(
        f"the survey of all scenes, in the background ({name})",
        f"{seconds:.0f} s",
        f"≤ {MOST_SURVEY_SECONDS} s",
        seconds <= MOST_SURVEY_SECONDS,
    )
    yield Figure(
        f"longest time without progress while scenes are compared ({name})",
        f"{silent:.1f} s",
        f"≤ {MOST_SILENT_SECONDS:.0f} s",
        silent <= MOST_SILENT_SECONDS,
    )
    yield Figure(
        f"memory of that process ({name})", f"{megabytes} MB", f"≤ {MOST_MEGABYTES} MB", megabytes <= MOST_MEGABYTES
    )


def measured(folder: Path) -> None:
    """Take a survey in this process, and print what it cost."""
    began = heard = time.monotonic()
    silent = 0.0

    def show(compared: int, _total: int) -> None:
        nonlocal heard, silent
        now = time.monotonic()
        silent = max(silent, now - heard if compared > 1 else 0.0)
        heard = now

    with open_data(folder) as opened:
        survey(opened, show)
    peak = round(resident_memory(os.getpid(), "VmHWM"))
    print(json.dumps({"seconds": time.monotonic() - began, "silent": silent, "megabytes": peak}))


def main() -> int:
    """Measure all of it, or be the process of a survey."""
    if sys.argv[1:2] == [SURVEY]:
        measured(Path(sys.argv[2]))
        return 0
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--scenes", type=int, default=50_000)
    parser.add_argument("--json", action="store_true")
    parser.add_argument(OPTION, action="store_true", help=HELP)
    asked = parser.parse_args()

    def figures() -> Iterator[Figure]:
        yield from in_a_browser()
        yield from of_a_survey(asked.scenes)

    kept = ("first-hour", "scripts/first-hour") if asked.record else None
    return report(figures(), as_json=asked.json, keep_as=kept)


if __name__ == "__main__":
    sys.exit(main())
