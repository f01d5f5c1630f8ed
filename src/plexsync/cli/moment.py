"""A moment in the past as a person writes it: `24h`, `7d`, `2024-05-01`, `2024-05-01T18:30`."""

from __future__ import annotations

import re
import time
from datetime import datetime

import click

_SPAN = re.compile(r"(\d+)\s*([mhdw])")
_SECONDS = {"m": 60, "h": 3600, "d": 86400, "w": 7 * 86400}


def read_moment(text: str, now: float) -> float:
    """Return UTC seconds; a date without a zone is this machine's. Raises ValueError."""
    span = _SPAN.fullmatch(text.strip().lower())
    if span is not None:
        return now - int(span[1]) * _SECONDS[span[2]]
    return datetime.fromisoformat(text.strip()).timestamp()


def moment_option(_context: click.Context, _option: click.Parameter, text: str | None) -> float | None:
    """Read an option's value, as click's callback."""
    try:
        return None if text is None else read_moment(text, time.time())
    except ValueError:
        raise click.BadParameter(f"{text!r} is neither a span like 24h or 7d nor a date like 2024-05-01.") from None
