"""The result of a probe: which server, what was found, and how the probe itself went."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from plexsync.domain.advice import Advice
from plexsync.usecases.probe.question import Judgement, ProbeAnswer


@dataclass(frozen=True, slots=True)
class ProbedServer:
    """The server that answered; its ``machine_id`` is told to nobody."""

    version: str
    platform: str
    machine_id: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class ProbeReport:
    """All answers in the order of the questions.

    ``recording`` is what may be told to others. ``trouble`` says why the probe ended early, None if it did not.
    ``reordered`` names the lists of the item that the server keeps in another order than before.
    ``seconds`` and ``requests`` are what it took.
    """

    server: ProbedServer
    answers: tuple[ProbeAnswer, ...]
    requests: int
    seconds: float
    recording: Mapping[str, Any]
    trouble: Advice | None = None
    reordered: tuple[str, ...] = ()

    def count(self, judgement: Judgement) -> int:
        """Count the answers of a kind."""
        return Counter(answer.judgement for answer in self.answers)[judgement]

    @property
    def is_whole(self) -> bool:
        """Whether the probe came to its end."""
        return self.trouble is None

    def to_json(self) -> dict[str, Any]:
        """Return it as what JSON can hold."""
        return {
            "server": {"version": self.server.version, "platform": self.server.platform},
            "requests": self.requests,
            "seconds": round(self.seconds, 1),
            "counts": {one.value: self.count(one) for one in Judgement},
            "answers": [answer.to_json() for answer in self.answers],
            "reordered": list(self.reordered),
            "trouble": None
            if self.trouble is None
            else {"text": self.trouble.text, "next_step": self.trouble.next_step},
        }
