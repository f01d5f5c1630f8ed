"""How the present Plex server answered the last probe, and what only a probe would tell."""

from __future__ import annotations

from collections.abc import Iterator

from plexsync.domain.phrases import counted, span
from plexsync.store.state import PROBED, ProbedServers
from plexsync.usecases.check.finding import Grade, HealthFinding, found
from plexsync.usecases.opening import Opened
from plexsync.usecases.probe.run import QUESTIONS
from plexsync.usecases.probe.writing.questions import WRITING

NAME = "Probe"


def probed(opened: Opened, now: float) -> Iterator[HealthFinding]:
    """Yield how many questions were answered as assumed, and each that was not; or that only a real write tells."""
    who = opened.target.identity()
    kept = opened.store.state.get(PROBED, ProbedServers()).of((who.machine_id, who.version))
    if kept is None or not any(question.name in kept.found for question in WRITING):
        yield found("Not tried", Grade.OK, "probe_untried")
    if kept is None:
        return
    asked = [question for question in QUESTIONS if question.name in kept.found]
    others = [question for question in asked if kept.found[question.name] not in question.assumed]
    facts = {"when": span(now - kept.at), "items": counted(len(asked) - len(others), "question")}
    yield found(NAME, Grade.OK, "probe_kept", facts)
    for question in others:
        yield HealthFinding(NAME, Grade.OK, f"{question.text} {kept.found[question.name]}. {question.then}".strip())
