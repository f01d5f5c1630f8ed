"""A moment in the past as an option's value: `24h`, `7d`, `2024-05-01`, `2024-05-01T18:30`."""

from __future__ import annotations

import time

import click

from plexsync.domain.moment import read_moment


def moment_option(_context: click.Context, _option: click.Parameter, text: str | None) -> float | None:
    """Read an option's value, as click's callback."""
    try:
        return None if text is None else read_moment(text, time.time())
    except ValueError as allowed:
        raise click.BadParameter(f"{text!r} is not {allowed}.") from None
