"""Moments as people write them."""

from __future__ import annotations

from datetime import datetime

import pytest

from plexsync.domain.moment import FORMS, read_end, read_moment

NOW = datetime(2026, 3, 15, 12, 0).timestamp()  # noqa: DTZ001  this machine's clock is meant
DAY = 86400.0


def local(*parts: int) -> float:
    return datetime(*parts).timestamp()  # type: ignore[arg-type]  # noqa: DTZ001


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("30d", NOW - 30 * DAY),
        (" 24H ", NOW - DAY),
        ("90m", NOW - 5400),
        ("2w", NOW - 14 * DAY),
        ("2024-05-01", local(2024, 5, 1)),
        ("2024-05-01 18:30", local(2024, 5, 1, 18, 30)),
        ("2024-05-01T18:30:05", local(2024, 5, 1, 18, 30, 5)),
        ("2024-05-01T18:30Z", 1714588200.0),
        ("2024-05-01 18:30+02:00", 1714581000.0),
        ("2024-05-01 18:30+0200", 1714581000.0),
    ],
)
def test_what_is_understood(text: str, moment: float) -> None:
    assert read_moment(text, NOW) == moment


@pytest.mark.parametrize(
    "text",
    [
        "",
        "yesterday",
        "24",
        "h",
        "-3d",
        "2024-13-01",
        "2024-02-30",
        "01.05.2024",
        "2024-05",
        "20240501",
        "2024-W01-1",
        "2024-05-01 25:00",
        "9999999d",
        "٣d",
        "2024-05-01 18:30 CET",
        "1e3d",
        "\x00",
    ],
)
def test_what_is_not_names_the_allowed_forms(text: str) -> None:
    for read in (read_moment, read_end):
        with pytest.raises(ValueError, match="2024-05-01 18:30") as caught:
            read(text, NOW)
        assert str(caught.value) == FORMS


def test_a_day_at_the_end_of_a_range_counts_in_full() -> None:
    assert read_end("2024-05-01", NOW) == local(2024, 5, 2)
    assert read_end("2024-05-01 18:30", NOW) == local(2024, 5, 1, 18, 30)
