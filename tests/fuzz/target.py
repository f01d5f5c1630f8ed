"""A fuzz target: how its inputs are made, and the rules for each."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

HERE = Path(__file__).parent
CORPUS = HERE / "corpus"
SEEDS = HERE / "seeds"


class Wrong(AssertionError):
    """An input was not dealt with as promised."""


@dataclass(frozen=True, slots=True)
class Target:
    """One thing that takes input from outside.

    ``make`` gives an input, ``run`` feeds it in and raises for whatever must not happen; of a million inputs it gets
    ``share``. ``each`` gives inputs that have an odd value in each place in turn.
    """

    name: str
    share: int
    make: Callable[[Random], bytes]
    run: Callable[[bytes], None]
    each: Callable[[], Iterable[bytes]] = tuple

    def corpus(self) -> list[Path]:
        """Inputs that were once found to do harm, as files."""
        return sorted((CORPUS / self.name).glob("*"))


def pack(**parts: Any) -> bytes:
    """Several values as one input; bytes go through Latin-1."""
    return json.dumps(
        {key: part.decode("latin-1") if isinstance(part, bytes) else part for key, part in parts.items()}
    ).encode()


def unpack(data: bytes) -> dict[str, Any]:
    """The result of :func:`pack` put together."""
    found: dict[str, Any] = json.loads(data)
    return found
