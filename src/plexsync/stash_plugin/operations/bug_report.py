"""The operation that makes a bug report."""

from __future__ import annotations

from base64 import b64encode
from dataclasses import dataclass

from plexsync.stash_plugin.argument import yes_no
from plexsync.stash_plugin.operations.operation import Operation, PageRequest


@dataclass(frozen=True, slots=True)
class ReportedFile:
    """A file of the report: its name, what it holds in words, and its size in bytes."""

    name: str
    about: str
    size: int


@dataclass(frozen=True, slots=True)
class PackedReport:
    """The files of a report, to be shown before ``zip`` (in base64) is offered as a download."""

    files: tuple[ReportedFile, ...]
    zip: str


def make(request: PageRequest) -> PackedReport:
    """Make the report; nothing is written on the machine of Stash."""
    from plexsync.usecases.bug_report.report import bug_report

    made = bug_report(request.folder, request.now, lambda _: None, with_names=request.flag("with_names"))
    files = tuple(ReportedFile(part.name, part.about, len(part.text.encode())) for part in made.parts)
    return PackedReport(files, b64encode(made.packed()).decode("ascii"))


OPERATIONS: tuple[Operation[object], ...] = (
    Operation(
        name="bug_report",
        help="One zip for whoever looks for a mistake of PlexSync's; secrets masked, names replaced.",
        twin="plexsync bug-report",
        answer=PackedReport,
        ask=make,
        arguments=(yes_no("with_names", "Leave names, titles, paths and addresses as they are."),),
    ),
)
