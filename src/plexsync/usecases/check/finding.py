"""One thing that the health check looked at."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from types import MappingProxyType

from plexsync.domain.advice import Advice, explain


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

    @classmethod
    def of(cls, name: str, grade: Grade, advice: Advice) -> HealthFinding:
        """Return a finding that says what an advice says."""
        return cls(name, grade, advice.text, advice.next_step)

    def __str__(self) -> str:
        """Put it into one line, under its name unless the text has it already."""
        head = "" if self.name.lower() in self.text.lower() else f"{self.name}: "
        return f"{head}{self.text} {self.next_step}".strip()


_NO_FACTS: Mapping[str, str] = MappingProxyType({})


def found(name: str, grade: Grade, code: str, facts: Mapping[str, str] = _NO_FACTS) -> HealthFinding:
    """Return a finding in the words of a code."""
    return HealthFinding.of(name, grade, explain(code, facts))
