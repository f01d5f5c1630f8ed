"""People edit, servers fail, the agent is killed, for as long as asked; then: what was lost, what has grown?

`scripts/soak [--minutes 30] [--scenes 300] [--seed 1] [--odd] [--json]`: real processes. In the first third of the
time the agent is killed again and again. In the second half one agent lives through everything else, and its memory
and its open handles are measured: the medians of the first and the last fifth of that time are compared. Exit code 1
when an edit was lost, an item was wrongly written, a second run wrote, or memory grew by more than 5 MB in half an
hour.

With ``--odd`` both servers also behave as odd real ones do, and otherwise after each look at both sides. The agent then
meets a new server every time, and its memory is told but not judged.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path

from agent_stage import Stage

from disturbances.fault_injector import READ_SECONDS, FaultInjector
from disturbances.odd_servers import OddServers
from disturbances.workload import Verdict, Workload, wait_for_first_sync
from measuring.figure import lines
from measuring.recorded import HELP, OPTION, keep
from plexsync_simulators.world import make_world
from prepared.rigging import resident_memory

SETTINGS = {"image_poster": "off", "read_timeout": READ_SECONDS}
PLEX = {"read_latency_ms": 2, "write_latency_ms": 5}
KILLING, WARMING, MEASURED = 0.33, 0.5, 1.0
"""Until which share of the time the agent is killed, gets warm, and is measured."""

POLL_SECONDS = 120.0
SETTLE_SECONDS = 120.0
TELL_SECONDS = 10.0
SAMPLES = 100
MOST_GROWTH = 5.0
MOST_HANDLES = 4
GROWTH_SECONDS = 1800.0
WARM_SECONDS, MOST_WARMING = 600.0, 5.0
"""A fresh agent still loads what it needs for the first time: 2 to 6 MB in the 90 seconds that a soak of three minutes
measures, and nothing more in half an hour."""


@dataclass(frozen=True, slots=True)
class Sample:
    """The agent's needs at one moment."""

    megabytes: float
    handles: int


@dataclass(frozen=True, slots=True)
class SoakResult:
    """The result; growth is that of one agent's life over ``measured_seconds``."""

    seconds: float
    edits: int
    faults: int
    outages: int
    kills: int
    held: int
    lost: int
    wrong: int
    rewritten: int
    megabytes: float
    megabytes_grown: float
    handles: int
    handles_grown: int
    measured_seconds: float

    @property
    def bad(self) -> tuple[str, ...]:
        """Everything that was lost, wrong or written again, each as a line."""
        counts = (("lost", self.lost), ("wrong", self.wrong), ("written again", self.rewritten))
        return tuple(f"MISSED: {count} {what}" for what, count in counts if count)

    @property
    def grown(self) -> tuple[str, ...]:
        """All growth beyond its bound, each as a line; a longer run may grow in proportion."""
        most = MOST_GROWTH * max(1.0, self.measured_seconds / GROWTH_SECONDS)
        if self.measured_seconds < WARM_SECONDS:
            most += MOST_WARMING
        grown = (("MB", self.megabytes_grown, most), ("open handles", self.handles_grown, MOST_HANDLES))
        return tuple(f"MISSED: grew by {by:g} {what}, more than {bound:g}" for what, by, bound in grown if by > bound)


@dataclass
class Soak:
    """One run."""

    stage: Stage
    workload: Workload
    faults: FaultInjector
    chance: random.Random
    odd: OddServers | None = None
    began: float = 0.0
    kills: int = 0
    verdicts: list[Verdict] = field(default_factory=list)
    samples: list[Sample] = field(default_factory=list)
    _told_at: float = 0.0
    _faults_at: float = 0.0

    def run(self, seconds: float) -> SoakResult:
        """Carry it out."""
        self._change_servers()
        wait_for_first_sync(self.stage, self.workload)
        self.began = time.monotonic()
        self._live(seconds * KILLING, self._kill_now_and_then)
        self._poll()
        if self.odd is None:
            self._reconcile()
        self._live(seconds * WARMING, lambda: None)
        warm_at, sampled_at = time.monotonic(), 0.0

        def sample() -> None:
            nonlocal sampled_at
            if time.monotonic() - sampled_at >= (MEASURED - WARMING) * seconds / SAMPLES:
                sampled_at = time.monotonic()
                self.samples.append(self._use())

        self._live(seconds * MEASURED, sample)
        self.samples.append(self._use())
        measured = time.monotonic() - warm_at
        self._poll()
        return self._result(measured)

    def _live(self, until: float, besides: Callable[[], None]) -> None:
        """Edit, whatever the servers do, until some seconds after the beginning; look at both sides now and then."""
        looked_at = time.monotonic()
        while time.monotonic() - self.began < until:
            self.workload.edit()
            besides()
            if time.monotonic() >= self._faults_at:
                self.faults.change()
                self._faults_at = time.monotonic() + self.chance.uniform(1.0, 4.0)
            if time.monotonic() - looked_at > POLL_SECONDS:
                self._poll()
                looked_at = time.monotonic()
            self._tell()
            time.sleep(self.chance.uniform(0.0, 0.2))

    def _kill_now_and_then(self) -> None:
        if self.chance.random() < 0.05:
            self.stage.kill_agent()
            self.kills += 1
            for _ in range(self.chance.randrange(3)):
                self.workload.edit()
            self.stage.start_agent()

    def _poll(self) -> None:
        """Let all be quiet and see what was lost."""
        self.faults.clear()
        verdict = self.workload.judge(SETTLE_SECONDS)
        odd = () if self.odd is None or not verdict.said else (f"odd: {self.odd.shown}",)
        self.verdicts.append(replace(verdict, said=(*verdict.said, *odd)))
        self._change_servers()

    def _reconcile(self) -> None:
        """Have the agent that will be measured compare both sides: a first run takes 7 MB, whenever it comes."""
        store = self.stage.store
        command = store.commands.ask("reconcile", {"scope": "all", "deep": True, "origin": "soak"}, time.time())

        def has_ended() -> bool:
            store.commands.listen(command, time.time())
            found = store.commands.get(command)
            return found is not None and found.state not in {"new", "running"}

        self.stage.wait_until(has_ended, SETTLE_SECONDS)

    def _change_servers(self) -> None:
        if self.odd is not None:
            self.odd.change()

    def _use(self) -> Sample:
        pid = self.stage.agent_pid
        return Sample(resident_memory(pid), len(os.listdir(f"/proc/{pid}/fd")))  # noqa: PTH208  a count is all

    def _tell(self) -> None:
        if time.monotonic() - self._told_at < TELL_SECONDS:
            return
        self._told_at = time.monotonic()
        use, bad = self._use(), sum(verdict.lost + verdict.wrong for verdict in self.verdicts)
        print(
            f"{self._told_at - self.began:5.0f} s  {self.workload.edits} edits, {self.faults.struck} faults, "
            f"{self.faults.outages} outages, {self.kills} kills, {bad} bad, "
            f"{use.megabytes:.1f} MB, {use.handles} handles",
            file=sys.stderr,
            flush=True,
        )

    def _result(self, measured: float) -> SoakResult:
        megabytes = [sample.megabytes for sample in self.samples]
        handles = [sample.handles for sample in self.samples]
        return SoakResult(
            seconds=round(time.monotonic() - self.began, 1),
            edits=self.workload.edits,
            faults=self.faults.struck,
            outages=self.faults.outages,
            kills=self.kills,
            held=self.workload.held,
            lost=sum(verdict.lost for verdict in self.verdicts),
            wrong=sum(verdict.wrong for verdict in self.verdicts),
            rewritten=sum(verdict.rewritten for verdict in self.verdicts),
            megabytes=round(megabytes[-1], 1),
            megabytes_grown=round(_growth(megabytes), 1),
            handles=handles[-1],
            handles_grown=round(_growth(handles)),
            measured_seconds=round(measured, 1),
        )


def _growth(values: Sequence[float]) -> float:
    """Return how much the median of the last fifth is above that of the first."""
    fifth = max(1, len(values) // 5)
    return statistics.median(values[-fifth:]) - statistics.median(values[:fifth])


def cells(result: SoakResult) -> dict[str, object]:
    """Return the result for people, figure by figure."""
    return {
        "time": f"{result.seconds:.0f} s",
        "edits": result.edits,
        "faults that struck": result.faults,
        "outages": result.outages,
        "kills": result.kills,
        "scenes held by a brake": result.held,
        "lost": result.lost,
        "wrong": result.wrong,
        "writes of second runs": result.rewritten,
        "memory at the end": f"{result.megabytes} MB",
        "memory growth": f"{result.megabytes_grown} MB",
        "open handles at the end": result.handles,
        "growth in open handles": result.handles_grown,
        "growth measured over": f"{result.measured_seconds:.0f} s",
    }


def main() -> int:
    """Run and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--minutes", type=float, default=30.0)
    parser.add_argument("--scenes", type=int, default=300)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--odd", action="store_true", help="both servers behave as odd real ones do")
    parser.add_argument("--json", action="store_true")
    parser.add_argument(OPTION, action="store_true", help=HELP)
    options = parser.parse_args()
    if not Path("/proc/self/status").exists():
        parser.error("memory and handles are read from /proc, which only Linux has")
    chance, world = random.Random(options.seed), make_world(options.scenes, options.seed)
    with closing(Stage(world, plex_options=PLEX, settings=SETTINGS)) as stage:
        odd = OddServers(stage, chance) if options.odd else None
        soak = Soak(stage, Workload(stage, chance), FaultInjector(stage, chance), chance, odd)
        result = soak.run(options.minutes * 60)
    if options.record:
        keep("soak", "scripts/soak", ("What", "Measured"), [(what, str(cell)) for what, cell in cells(result).items()])
    said = [line for verdict in soak.verdicts for line in verdict.said]
    missed = result.bad if options.odd else result.bad + result.grown
    told = {**asdict(result), "said": said, "missed": missed}
    print(json.dumps(told, indent=1) if options.json else "\n".join((lines(cells(result)), *said, *missed)))
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
