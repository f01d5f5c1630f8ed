"""A simulated Plex and the probe in the test's own hands, by a clock that runs faster."""

from __future__ import annotations

import contextlib
import json
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from plexsync.runtime.target import Target
from plexsync.usecases.opening import Opened, open_data
from plexsync.usecases.probe.pace import ProbeClock
from plexsync.usecases.probe.picking import pick
from plexsync.usecases.probe.question import Inquiry
from plexsync.usecases.probe.report import ProbeReport
from plexsync.usecases.probe.run import Conduct, read_only, restore, with_item
from plexsync.usecases.probe.writing.run import Agree, RestoredItem
from plexsync_simulators.process import PLEX, Process
from plexsync_simulators.rig import TOKEN
from plexsync_simulators.shared.json_type import Json

FASTER = 50.0
ITEM = "102"
SHARED, FOREIGN = "a-shared-token", "another-servers-token"
LIBRARY: Json = {
    "sections": [
        {
            "key": "1",
            "title": "Movies",
            "locations": ["/media/films"],
            "items": [
                {
                    "ratingKey": str(number),
                    "title": f"Film {number}",
                    "summary": f"The story of film {number}.",
                    "originallyAvailableAt": f"2001-02-{number - 90}",
                    "studio": "A Studio",
                    "addedAt": 1_600_000_000 + number,
                    "updatedAt": 1_650_000_000 + number,
                    "files": [{"path": f"/media/films/{number}.mkv", "size": 1000 + number, "duration": 5000}],
                    "Genre": ["Drama", "Comedy", "Agent's, own"],
                    "Director": ["A Director"],
                    "Role": [{"tag": "Old Hand", "role": "Himself", "thumb": "https://example.org/old.jpg"}, "Other"],
                    "Label": ["Keep"],
                    "Collection": ["A set"],
                    "locked": ["summary", "genre"] if number % 2 else [],
                }
                for number in range(101, 111)
            ],
        },
        {"key": "2", "title": "Shows", "type": "show", "locations": ["/media/tv"]},
    ]
}


def fast_clock() -> ProbeClock:
    return ProbeClock(lambda: time.monotonic() * FASTER, lambda seconds: time.sleep(max(0.0, seconds) / FASTER))


def _refuse_to_be_asked(parts: Sequence[str]) -> bool:
    raise AssertionError(f"nobody can tell who changed {', '.join(parts)}")


@dataclass
class ProbeStage:
    plex: Process
    data: Path
    opened: Opened
    clock: ProbeClock

    def conduct(self, listen_seconds: float = 0.0) -> Conduct:
        return Conduct(self.clock, _no_heed, listen_seconds)

    def read(self, listen_seconds: float = 0.0) -> ProbeReport:
        return read_only(self.target, self.conduct(listen_seconds))

    def write(self, item: str = f"plex:{ITEM}", listen_seconds: float = 0.0) -> ProbeReport:
        return with_item(self.opened, pick(self.opened, item), self.conduct(listen_seconds))

    def restore(self, agree: Agree = _refuse_to_be_asked) -> RestoredItem:
        return restore(self.opened, self.conduct(), agree)

    @property
    def target(self) -> Target:
        return self.opened.target

    def dump(self) -> Any:
        return self.plex.control("GET", "dump")

    def requests(self) -> list[Json]:
        found: list[Json] = self.plex.control("GET", "requests")["requests"]
        return found


def _no_heed(_inquiry: Inquiry) -> None:
    pass


@contextlib.contextmanager
def probe_stage(folder: Path, library: Json | None = None, token: str = TOKEN, **options: Any) -> Iterator[ProbeStage]:
    """Start a server of a few films and open a data folder that names it."""
    options = {"read_latency_ms": 0, "write_latency_ms": 0, "shared_token": SHARED, **options}
    with Process(PLEX, library=LIBRARY if library is None else library, token=TOKEN, **options) as plex:
        values = {"plex_url": plex.url, "plex_token": token, "plex_libraries": ""}
        text = "".join(f"{key} = {json.dumps(value)}\n" for key, value in values.items())
        (folder / "settings.toml").write_text(text, encoding="utf-8")
        with open_data(folder, {}) as opened:
            yield ProbeStage(plex, folder, opened, fast_clock())


def found(report: ProbeReport) -> dict[str, str]:
    return {answer.name: answer.found for answer in report.answers}


def judged(report: ProbeReport) -> dict[str, str]:
    return {answer.name: answer.judgement.value for answer in report.answers}


HOSTILE = {"lag_ms": 20, "poster_delay_ms": 5, "ping_ms": 100}
"""As hostile as it may be, but in the fast clock's measure of time."""


def make_hostile(stage: ProbeStage) -> None:
    stage.plex.control("POST", "hostile", {"odd_items": False})
    stage.plex.control("POST", "switches", HOSTILE)


def state(stage: ProbeStage) -> str:
    """All that the server holds, but for the moments and counters that it keeps by itself."""
    dump = stage.dump()
    for section in dump["sections"]:
        del section["contentChangedAt"]
        for item in section["items"]:
            del item["updatedAt"]
    return json.dumps(dump, sort_keys=True)
