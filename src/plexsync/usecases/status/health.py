"""Whether the agent is well, for health checks: cheap enough to be asked every few seconds."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from plexsync.agent.life import failures
from plexsync.agent.lock import is_held
from plexsync.domain.advice import Advice, explain


@dataclass(frozen=True, slots=True)
class Health:
    """How the agent is: ``code`` is "agent_running", "no_agent" or "part_failed".

    A server that does not answer makes no agent unwell: to start it anew would not help.
    """

    code: str
    advice: Advice

    @property
    def is_well(self) -> bool:
        """Tell whether the agent runs and all of its parts do."""
        return self.code == "agent_running"


def health(folder: Path, now: float) -> Health:
    """Say how the agent is, by its lock and by what it noted of its failures; opens no database, asks no server."""
    if not is_held(folder):
        return _health("no_agent")
    failed = next((one for one in failures(folder, now) if one.needs_person(now)), None)
    if failed is not None:
        return Health("part_failed", explain("part_failed", failed.facts(now)))
    return _health("agent_running")


def _health(code: str) -> Health:
    return Health(code, explain(code, {}))
