"""`plexsync check`."""

from __future__ import annotations

import time

import click

from plexsync.cli.frame import Code, Frame, json_option
from plexsync.usecases.check.finding import Grade, HealthFinding
from plexsync.usecases.check.health import Report, findings
from plexsync.usecases.opening import open_data

_MARKS = {Grade.OK: ("ok", "green"), Grade.WARNING: ("warn", "yellow"), Grade.FAILED: ("FAIL", "bold red")}


@click.command(epilog="\b\nExample:\n  plexsync check && plexsync sync --all")
@json_option
@click.pass_obj
def check(frame: Frame) -> int:
    """Check both servers, token, libraries, path map and clocks.

    Tries 20 real files, and says what to do about each finding. Writes nothing. Exits with 1 if something failed.
    """
    found = []
    with open_data(frame.require_folder()) as opened:
        for finding in findings(opened, time.time):
            found.append(finding)
            if not frame.as_json:
                _say(frame, finding)
    report = Report(tuple(found))
    if frame.as_json:
        frame.document(report.to_json())
    return Code.OK if report.ok else Code.DIFFERS


def _say(frame: Frame, finding: HealthFinding) -> None:
    mark, style = _MARKS[finding.grade]
    frame.say(f"{mark:<5} {finding.name}", style)
    frame.say(finding.text, indent=6)
    if finding.next_step:
        frame.say(finding.next_step, "bold", indent=6)
