"""A moment as a person writes it: `24h`, `30d`, `2024-05-01`, `2024-05-01 18:30`."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

FORMS = "a span back from now like 24h, 7d or 4w, a date like 2024-05-01, or a date and time like 2024-05-01 18:30"
_SPAN = re.compile(r"([0-9]{1,6})\s*([mhdw])")
_SECONDS = {"m": 60, "h": 3600, "d": 86400, "w": 7 * 86400}
_DATE = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_DATE_AND_TIME = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d)?(Z|[+-]\d\d:?\d\d)?", re.ASCII)


def read_moment(text: str, now: float) -> float:
    """Return UTC seconds; without a zone it is this machine's time. Raises ValueError, naming the allowed forms."""
    return _read(text.strip(), now, ends_day=False)


def read_end(text: str, now: float) -> float:
    """Return UTC seconds of the end of a range: a date without a time counts in full. Raises as :func:`read_moment`."""
    return _read(text.strip(), now, ends_day=True)


def check_moment(text: str) -> str:
    """Return the text if it is a moment; raises as :func:`read_moment`."""
    read_moment(text, 0.0)
    return text


def _read(text: str, now: float, *, ends_day: bool) -> float:
    span = _SPAN.fullmatch(text.lower())
    if span is not None:
        return now - int(span[1]) * _SECONDS[span[2]]
    is_date = bool(_DATE.fullmatch(text))
    if not is_date and not _DATE_AND_TIME.fullmatch(text):
        raise ValueError(FORMS)
    try:
        moment = datetime.fromisoformat(_for_old_pythons(text))
        return (moment + timedelta(days=1) if is_date and ends_day else moment).timestamp()
    except (ValueError, OverflowError, OSError):
        raise ValueError(FORMS) from None


def _for_old_pythons(text: str) -> str:
    """Write a zone in the one way that Python 3.10 reads."""
    text = re.sub(r"Z$", "+00:00", text)
    return re.sub(r"([+-]\d\d)(\d\d)$", r"\1:\2", text) if len(text) > len("2024-05-01") else text
