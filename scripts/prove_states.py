"""Runs the state machine over all of PlexSync and both simulators: no edit is lost, whatever happens in between."""

from __future__ import annotations

import argparse
import json
import logging
import sys
import time
from collections import Counter
from pathlib import Path

from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis.stateful import run_state_machine_as_test

sys.path.insert(0, str(Path(__file__).parent.parent / "tests" / "model"))
sys.path.insert(0, str(Path(__file__).parent.parent / "bench"))
from whole_machine import Whole
from whole_servers import servers

from measuring.recorded import HELP, OPTION, keep

BATCH = 25


def main() -> int:
    """Run the examples asked for; 1 if one failed."""
    options = _options()
    logging.disable(logging.CRITICAL)
    began, total = time.monotonic(), Counter[str]()
    failure = ""
    for number in range(0, options.examples, BATCH):
        failure = _run(min(BATCH, options.examples - number), options.steps, options.seed + number, total)
        _progress(total, time.monotonic() - began, options.examples)
        if failure:
            break
    servers().close()
    result = {**total, "seconds": round(time.monotonic() - began, 1), "failure": failure}
    if options.record:
        keep(
            "prove-states",
            "scripts/prove-states",
            ("What", "Number"),
            [(what, str(n)) for what, n in result.items() if n],
        )
    if options.json:
        print(json.dumps(result))
    else:
        print("".join(f"{name:<20} {value}\n" for name, value in result.items() if value != ""), end="")
    return 1 if failure else 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="scripts/prove-states", description=__doc__)
    parser.add_argument("--examples", type=int, default=500, help="how many lives of a small world; default 500")
    parser.add_argument("--steps", type=int, default=40, help="things that happen in each, at most; default 40")
    parser.add_argument("--seed", type=int, default=0, help="another one gives other examples; default 0")
    parser.add_argument("--json", action="store_true", help="print the result as JSON")
    parser.add_argument(OPTION, action="store_true", help=HELP)
    return parser.parse_args()


def _run(examples: int, steps: int, number: int, total: Counter[str]) -> str:
    """Run some examples and add up what happened; returns the steps of one that failed, or ""."""

    class Counted(Whole):
        def teardown(self) -> None:
            try:
                super().teardown()
            finally:
                total.update(self.tally, examples=1)

    wished = settings(
        max_examples=examples,
        stateful_step_count=steps,
        deadline=None,
        database=None,
        report_multiple_bugs=False,
        suppress_health_check=list(HealthCheck),
        phases=[Phase.generate, Phase.shrink],
    )
    try:
        run_state_machine_as_test(seed(number)(Counted), settings=wished)
    except Exception as trouble:  # noqa: BLE001  whatever it is, it is what is looked for
        return "\n".join([f"{type(trouble).__name__}: {trouble}", *getattr(trouble, "__notes__", ())])
    return ""


def _progress(total: Counter[str], seconds: float, wanted: int) -> None:
    done = total["examples"]
    sys.stderr.write(f"{done} of {wanted} examples, {total['turns']} turns, {total['kills']} kills, {seconds:.0f} s\n")


if __name__ == "__main__":
    sys.exit(main())
