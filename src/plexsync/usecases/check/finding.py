"""One thing that the health check looked at."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class Grade(str, Enum):
    """How bad a finding is."""

    OK = "ok"
    WARNING = "warning"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class HealthFinding:
    """One thing that was looked at; ``next_step`` is empty where all is well."""

    name: str
    grade: Grade
    text: str
    next_step: str = ""

    def __str__(self) -> str:
        """Put it into one line."""
        return f"{self.name}: {self.text} {self.next_step}".strip()
