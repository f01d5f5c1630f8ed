"""How the present Plex server deals with edits, as far as earlier writes have shown it."""

from __future__ import annotations

from collections.abc import Iterator

from plexsync.domain.advice import explain
from plexsync.plex.editing.capabilities import known_servers
from plexsync.usecases.check.finding import Grade, HealthFinding
from plexsync.usecases.opening import Opened
from plexsync.usecases.status.switched_off import switched_off


def capabilities(opened: Opened) -> Iterator[HealthFinding]:
    """Yield a finding for each question; only a field that no form works for is a warning."""
    who = opened.target.identity()
    known = known_servers(opened.store).of((who.machine_id, who.version))
    for answer in known.answers:
        yield HealthFinding(answer.question, Grade.OK, explain(answer.code, {"fields": answer.field}).text)
    for advice in switched_off(known):
        yield HealthFinding.of("Switched off", Grade.WARNING, advice)
