"""Makes the recording of a probe: by an allow list, so that what nobody thought of is left out, not let through."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from plexsync import __version__
from plexsync.net.decode import DECODE_ERRORS, read_json
from plexsync.plex.exchange import Exchange
from plexsync.usecases.probe.listening import Heard
from plexsync.usecases.probe.question import Evidence, Inquiry, Judgement, ProbeAnswer
from plexsync.usecases.probe.recording.shapes import Shapes, form_of
from plexsync.usecases.probe.recording.vocabulary import EVENTS, FINDING, HEADERS, PLATFORMS, VERSION
from plexsync.usecases.pseudonyms.forms import rough

FORM = 1
"""The version of a recording's own form."""

OTHER = "other"


def recording(
    server: tuple[str, str],
    answers: Iterable[ProbeAnswer],
    asked: Sequence[tuple[Inquiry, Exchange]],
    seen: Evidence,
) -> dict[str, Any]:
    """Return what may be told of a probe; ``server`` is version and platform."""
    version, platform = server
    shapes = Shapes()
    return {
        "form": FORM,
        "plexsync": __version__,
        "server": {
            "version": version if VERSION.fullmatch(version) else "unknown",
            "platform": platform if platform in PLATFORMS else OTHER,
        },
        "answers": {answer.name: _finding(answer) for answer in answers},
        "exchanges": [_exchange(inquiry, found, shapes) for inquiry, found in asked],
        "heard": {name: _heard(heard) for name, heard in seen.heard.items()},
    }


def _finding(answer: ProbeAnswer) -> dict[str, str]:
    """Return judgement and finding; a reason why something was not tried may hold a server's words, and is left out."""
    is_told = answer.judgement is not Judgement.NOT_TRIED and FINDING.fullmatch(answer.found)
    return {"judgement": answer.judgement.value, "found": answer.found if is_told else ""}


def _exchange(inquiry: Inquiry, found: Exchange, shapes: Shapes) -> dict[str, Any]:
    form = form_of(found.body)
    return {
        "inquiry": inquiry.name,
        "method": inquiry.method,
        "path": inquiry.path,
        "query": [name for name, _ in inquiry.query],
        "status": found.status,
        "seconds": round(found.seconds, 2),
        "headers": _headers(found.headers),
        "bytes": rough(len(found.body)),
        "form": form,
        "utf8": _is_utf8(found.body),
        "shape": shapes.of(_document(found.body)) if form == "JSON" else None,
    }


def _headers(headers: Mapping[str, str]) -> list[str]:
    names = {name.lower() if name.lower() in HEADERS else OTHER for name in headers}
    return sorted(names)


def _document(body: bytes) -> Any:
    try:
        document = read_json(body)
    except DECODE_ERRORS:
        return None
    return document.get("MediaContainer", document) if isinstance(document, dict) else document


def _is_utf8(body: bytes) -> bool:
    try:
        body.decode()
    except UnicodeDecodeError:
        return False
    return True


def _heard(heard: Heard) -> dict[str, Any]:
    kinds = Counter(kind if kind in EVENTS else OTHER for kind in heard.kinds)
    is_open = heard.began is not None
    return {
        "opened": is_open,
        "kinds": dict(sorted(kinds.items())),
        "longest_silence": round(heard.longest_silence, 1) if is_open else None,
    }
