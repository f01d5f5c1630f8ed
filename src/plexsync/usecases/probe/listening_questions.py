"""The questions about notifications: step 3 of the probe."""

from __future__ import annotations

from collections.abc import Callable

from plexsync.plex.listening.event_stream import SILENCE_SECONDS
from plexsync.usecases.probe.listening import EVENT_STREAM, WEBSOCKET, Heard
from plexsync.usecases.probe.question import Evidence, Judge, NotTold, ProbeQuestion

_OTHER = "PlexSync listens by the other transport, or polls more often."


def _heard(name: str, judge: Callable[[Heard], str]) -> Judge:
    def of(seen: Evidence) -> str:
        if name not in seen.heard:
            raise NotTold(seen.skipped.get("listening", "nobody listened"))
        return judge(seen.heard[name])

    return of


def _opens(heard: Heard) -> str:
    return "no" if heard.began is None else "yes"


def _silence(heard: Heard) -> str:
    if heard.began is None:
        raise NotTold("it did not open")
    spent = (heard.ended or heard.began) - heard.began
    if spent < SILENCE_SECONDS and heard.longest_silence >= spent:
        raise NotTold(f"nothing was told within {spent:.0f} s")
    return "never" if heard.longest_silence < SILENCE_SECONDS else "yes"


def _edits(name: str) -> Judge:
    def of(seen: Evidence) -> str:
        keys = {result.before.rating_key for result in seen.moves.values()}
        if not keys:
            raise NotTold("nothing was changed meanwhile")

        def judge(heard: Heard) -> str:
            if heard.began is None:
                raise NotTold("it did not open")
            return "yes" if keys & heard.items else "no"

        return _heard(name, judge)(seen)

    return of


def _questions(name: str, short: str) -> tuple[ProbeQuestion, ...]:
    return (
        ProbeQuestion(f"{short}.opens", 3, f"Does the {name} open?", _heard(name, _opens), ("yes",), _OTHER),
        ProbeQuestion(
            f"{short}.silence",
            3,
            f"Is the {name} ever silent for {SILENCE_SECONDS:.0f} seconds?",
            _heard(name, _silence),
            ("never",),
            "PlexSync takes it for dead and opens it anew.",
        ),
        ProbeQuestion(f"{short}.edits", 3, f"Does the {name} tell of edits?", _edits(name), ("yes",), _OTHER),
    )


LISTENING = (*_questions(EVENT_STREAM, "stream"), *_questions(WEBSOCKET, "websocket"))
