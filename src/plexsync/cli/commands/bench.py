"""`plexsync bench`."""

from __future__ import annotations

import subprocess
import sys

import click

from plexsync.cli.command_group import BENCHMARKS
from plexsync.cli.frame import Code, Failure
from plexsync.domain.advice import Advice


@click.command(
    add_help_option=False,
    context_settings={"ignore_unknown_options": True, "allow_interspersed_args": False},
)
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
def bench(arguments: tuple[str, ...]) -> int:
    """Measure how fast PlexSync is on this machine.

    The same as scripts/bench; it is there in a source tree alone, as its simulated libraries and its baselines are.
    """
    if not BENCHMARKS:
        step = "Get the source tree, run scripts/setup there, and then scripts/bench."
        raise Failure("no_bench", Advice("The benchmark is a part of the source tree alone.", step), Code.USAGE)
    return subprocess.run([sys.executable, str(BENCHMARKS[0]), *arguments], check=False).returncode  # noqa: S603  our own
