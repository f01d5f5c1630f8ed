"""From what came to answers: each question judged by its own rule, and a strange answer costs its question alone."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from plexsync.net.decode import DECODE_ERRORS, misfit
from plexsync.usecases.probe.question import Evidence, Judgement, NotTold, ProbeAnswer, ProbeQuestion


def answers(questions: Iterable[ProbeQuestion], seen: Evidence) -> Iterator[ProbeAnswer]:
    """Yield the answer of each question."""
    for question in questions:
        judgement, found = _judged(question, seen)
        then = question.then if judgement is Judgement.OTHERWISE else ""
        yield ProbeAnswer(question.name, question.step, question.text, judgement, found, then)


def _judged(question: ProbeQuestion, seen: Evidence) -> tuple[Judgement, str]:
    try:
        found = question.judge(seen)
    except NotTold as reason:
        return Judgement.NOT_TRIED, str(reason)
    except DECODE_ERRORS as problem:
        return Judgement.NOT_TRIED, f"the answer makes no sense ({misfit(problem)})"
    return Judgement.AS_ASSUMED if found in question.assumed else Judgement.OTHERWISE, found
