"""A mix of faults as a server on a bad day makes them, the same for the same seed: for tests and benchmarks."""

from __future__ import annotations

import random
from collections.abc import Mapping

SHARES: Mapping[str, float] = {"status": 0.05, "reset": 0.02, "truncate": 0.01, "hang": 0.01, "slow": 0.05}
"""Of all requests: 500s, resets, cut-off bodies, silence after the effect, late answers."""

FAILING = sum(share for kind, share in SHARES.items() if kind != "slow")


def fault_mix(seed: int, requests: int, *, match: Mapping[str, str], hang_ms: float) -> list[dict[str, object]]:
    """Make the faults to plant for that many matching requests; ``hang_ms`` should outlast a client's patience."""
    dice = random.Random(seed)
    struck = [(number, kind) for number in range(requests) if (kind := _roll(dice)) is not None]
    # A request that is struck is not counted by the faults planted behind the one that struck it.
    return [
        {"match": dict(match), "skip": number - earlier, **_fault(kind, dice, hang_ms)}
        for earlier, (number, kind) in enumerate(struck)
    ]


def _roll(dice: random.Random) -> str | None:
    rolled = dice.random()
    for kind, share in SHARES.items():
        if rolled < share:
            return kind
        rolled -= share
    return None


def _fault(kind: str, dice: random.Random, hang_ms: float) -> dict[str, object]:
    if kind == "hang":
        return {"kind": kind, "when": "after", "delay_ms": hang_ms}
    if kind == "reset":
        return {"kind": kind, "when": dice.choice(["before", "after"])}
    return {"kind": kind, "delay_ms": 100} if kind == "slow" else {"kind": kind}
