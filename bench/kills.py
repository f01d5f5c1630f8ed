"""Kill the agent at random moments while people edit, and look at what was lost.

`scripts/kill-test [--kills 200] [--edits 2000] [--scenes 300] [--seed 1] [--json]`: real processes, the agent ended by
SIGKILL and started again. Exit code 1 when an edit was lost, an item was wrongly written, or a second run wrote.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
import time
from contextlib import closing
from dataclasses import asdict, dataclass

from agent_stage import Stage

from disturbances.workload import Verdict, Workload, wait_for_first_sync
from measuring.figure import lines
from measuring.recorded import HELP, OPTION, keep
from plexsync.store.state import AGENT_STATUS, AgentStatus
from plexsync_simulators.world import make_world

SETTINGS = {"image_poster": "off"}
PLEX = {"read_latency_ms": 2, "write_latency_ms": 15}
POLL_EVERY = 25
AT_WORK = 0.8
SETTLE_SECONDS = 120.0


@dataclass(frozen=True, slots=True)
class KillResult:
    """The result."""

    kills: int
    in_the_middle: int
    edits: int
    lost: int
    wrong: int
    rewritten: int
    seconds: float


class Killer:
    """Starts and kills the agent around edits."""

    def __init__(self, stage: Stage, chance: random.Random) -> None:
        self._stage = stage
        self._chance = chance
        self.workload = Workload(stage, chance)
        self.kills = self.in_the_middle = 0

    def kill_once(self, edits: int) -> None:
        """Let some edits be made, a part of them while the agent is dead, and kill it soon after the last."""
        before = self._chance.randint(0, edits)
        for _ in range(before):
            self.workload.edit()
        self._stage.start_agent()
        if self._chance.random() < AT_WORK:
            self._stage.wait_until(self._is_at_work, 30)
        else:
            time.sleep(self._chance.uniform(0.0, 1.2))
        for _ in range(edits - before):
            self.workload.edit()
            time.sleep(self._chance.choice([0.0, 0.0, self._chance.uniform(0.0, 0.15)]))
        time.sleep(self._chance.uniform(0.0, 0.9))
        self._stage.kill_agent()
        self.kills += 1
        self.in_the_middle += not self._stage.is_idle() or bool(self.workload.lost())

    def _is_at_work(self) -> bool:
        """Whether the agent has begun: on a busy machine most kills would otherwise come before it has."""
        return self._stage.store.state.get(AGENT_STATUS, AgentStatus()).pid == self._stage.agent_pid


def run(options: argparse.Namespace) -> tuple[KillResult, list[str]]:
    """Carry it out; returns the result and what there is to say of failures."""
    chance = random.Random(options.seed)
    began = time.monotonic()
    verdicts: list[Verdict] = []
    with closing(Stage(make_world(options.scenes, options.seed), plex_options=PLEX, settings=SETTINGS)) as stage:
        killer = Killer(stage, chance)
        wait_for_first_sync(stage, killer.workload)
        stage.kill_agent()
        for number in range(options.kills):
            killer.kill_once((number + 1) * options.edits // options.kills - number * options.edits // options.kills)
            if (number + 1) % POLL_EVERY == 0 or number + 1 == options.kills:
                stage.start_agent()
                verdicts.append(killer.workload.judge(SETTLE_SECONDS))
                stage.kill_agent()
                tell(killer, verdicts, time.monotonic() - began)
    result = KillResult(
        killer.kills,
        killer.in_the_middle,
        killer.workload.edits,
        sum(verdict.lost for verdict in verdicts),
        sum(verdict.wrong for verdict in verdicts),
        sum(verdict.rewritten for verdict in verdicts),
        round(time.monotonic() - began, 1),
    )
    return result, [line for verdict in verdicts for line in verdict.said]


def tell(killer: Killer, verdicts: list[Verdict], seconds: float) -> None:
    """Say how far it is."""
    bad = sum(verdict.lost + verdict.wrong + verdict.rewritten for verdict in verdicts)
    line = f"{seconds:5.0f} s  {killer.kills} kills, {killer.workload.edits} edits, {bad} bad"
    print(line, file=sys.stderr, flush=True)


def cells(result: KillResult) -> dict[str, object]:
    """Return the result for people, figure by figure."""
    return {
        "kills": result.kills,
        "of them with work left": result.in_the_middle,
        "edits": result.edits,
        "lost": result.lost,
        "wrong": result.wrong,
        "writes of second runs": result.rewritten,
        "time": f"{result.seconds:.0f} s",
    }


def main() -> int:
    """Run and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--edits", type=int, default=2000)
    parser.add_argument("--scenes", type=int, default=300)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--json", action="store_true")
    parser.add_argument(OPTION, action="store_true", help=HELP)
    options = parser.parse_args()
    result, said = run(options)
    if options.record:
        keep(
            "kill-test", "scripts/kill-test", ("What", "Number"), [(what, str(n)) for what, n in cells(result).items()]
        )
    print(json.dumps({**asdict(result), "said": said}, indent=1) if options.json else lines(cells(result)))
    if not options.json:
        print("\n".join(said))
    return 1 if result.lost or result.wrong or result.rewritten else 0


if __name__ == "__main__":
    sys.exit(main())
