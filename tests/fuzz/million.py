"""Feeds bad input to everything that takes input from outside, and says what became of it.

Each input comes from the seed, its target's name and its number alone, so a run can be repeated and a single input made
again. An input does harm by an exception that is none of PlexSync's own, by a broken promise of its target, or by more
than ten seconds. Such inputs are written to --keep. Put them into tests/fuzz/corpus/TARGET once they are mended.
Exits with 1 if there was one.
"""

from __future__ import annotations

import argparse
import json
import logging
import os
import sys
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict
from pathlib import Path

import runner

sys.path.insert(0, str(Path(__file__).parents[2] / "bench"))
from measuring.recorded import HELP, OPTION, keep

SAID_EVERY = 2.0


def main() -> int:
    """Run all targets, or those that are named."""
    options = _options()
    names = options.target or list(runner.OPENERS)
    with ProcessPoolExecutor(options.jobs) as pool:
        tallies = list(pool.map(_feed, names, [options] * len(names)))
    crashes = sum(len(tally.crashes) for tally in tallies)
    if options.record:
        rows = [
            (f"`{one.target}`", f"{one.inputs:,}", f"{one.slowest:.1f} s", str(len(one.crashes))) for one in tallies
        ]
        keep("fuzz", "scripts/fuzz", ("Target", "Inputs", "Slowest", "Crashes"), rows)
    if options.json:
        total = {"inputs": sum(tally.inputs for tally in tallies), "crashes": crashes, "seed": options.seed}
        say(json.dumps({**total, "targets": [asdict(tally) for tally in tallies]}, indent=2))
    else:
        _print_table(tallies)
    return 1 if crashes else 0


def say(line: str) -> None:
    """Write a line of the answer."""
    sys.stdout.write(line + "\n")


def _feed(name: str, options: argparse.Namespace) -> runner.Tally:
    logging.getLogger("plexsync").addHandler(logging.NullHandler())
    logging.getLogger("plexsync").propagate = False
    with runner.OPENERS[name]() as target:
        number = max(1, options.inputs * target.share // 1000)
        tell = _progress(name, number, is_json=options.json)
        return runner.feed(target, number, options.seed, tell, options.keep)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--inputs", type=int, default=1_000_000, help="how many in all (default: 1000000)")
    parser.add_argument("--seed", type=int, default=1, help="of all chances (default: 1)")
    parser.add_argument("--jobs", type=int, default=os.cpu_count(), help="how many processes (default: one per core)")
    parser.add_argument(
        "--target", action="append", choices=list(runner.OPENERS), help="only this one; may be repeated"
    )
    parser.add_argument("--keep", type=Path, help="folder for the inputs that did harm")
    parser.add_argument("--json", action="store_true", help="answer with one JSON document")
    parser.add_argument(OPTION, action="store_true", help=HELP)
    return parser.parse_args()


def _progress(name: str, number: int, *, is_json: bool) -> Callable[[int], None]:
    said_at = time.monotonic()

    def tell(done: int) -> None:
        nonlocal said_at
        if time.monotonic() - said_at >= SAID_EVERY and not is_json:
            said_at = time.monotonic()
            sys.stderr.write(f"{name}: {done:,} of {number:,}\n")

    return tell


def _print_table(tallies: list[runner.Tally]) -> None:
    say(f"{'target':<12} {'inputs':>10} {'seconds':>8} {'a second':>9} {'slowest':>8} {'crashes':>8}")
    for tally in tallies:
        rate = tally.inputs / tally.seconds if tally.seconds else 0.0
        row = f"{tally.target:<12} {tally.inputs:>10,} {tally.seconds:>8.0f} {rate:>9.0f} {tally.slowest:>7.2f}s"
        say(f"{row} {len(tally.crashes):>8}")
    for tally in tallies:
        for digest, told in tally.crashes[:5]:
            say(f"\n{tally.target} {digest}\n{told}")


if __name__ == "__main__":
    sys.exit(main())
