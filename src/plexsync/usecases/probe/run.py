"""One probe from its beginning to its end: what is asked of whom, and the report."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from plexsync.domain.advice import Advice, explain_error
from plexsync.domain.errors import PlexSyncError
from plexsync.domain.model import Section
from plexsync.net.decode import text_if_any
from plexsync.plex import library
from plexsync.runtime.target import Target
from plexsync.usecases.probe.asker import Asker, Heed
from plexsync.usecases.probe.judging import answers
from plexsync.usecases.probe.listening import listening
from plexsync.usecases.probe.listening_questions import LISTENING
from plexsync.usecases.probe.pace import MOST_REQUESTS, MOST_SECONDS, Pace, ProbeClock
from plexsync.usecases.probe.question import Evidence
from plexsync.usecases.probe.reading.inquiries import READING as READING_INQUIRIES
from plexsync.usecases.probe.reading.questions import READING
from plexsync.usecases.probe.reading.run import ABSENT, read_all
from plexsync.usecases.probe.report import ProbedServer, ProbeReport

LISTEN_SECONDS = 40.0
"""So long that four pings of a server that pings every ten seconds are heard."""


@dataclass(frozen=True, slots=True)
class Conduct:
    """How a probe is to be carried out: by which clock, how long it listens, and who hears of each request."""

    clock: ProbeClock
    heed: Heed
    listen_seconds: float = LISTEN_SECONDS


def announced() -> tuple[str, ...]:
    """Return the lines that say what a probe that only reads will do."""
    return (
        f"{len(READING_INQUIRIES)} requests that only read: version, rights, libraries, one page, one item.",
        "Two connections that listen to Plex's notifications for a while.",
        f"At most {MOST_REQUESTS} requests, 4 a second, {MOST_SECONDS / 60:.0f} minutes. Nothing is written.",
    )


def read_only(target: Target, conduct: Conduct) -> ProbeReport:
    """Ask everything that can be asked without writing.

    Raises server and settings errors where the server does not answer from the start.
    """
    pace = Pace(conduct.clock)
    asker, seen = Asker(target.client, pace, conduct.heed), Evidence()
    section = library.choose(_sections(asker), target.settings.names("plex_libraries"))
    subject = {"absent": ABSENT, **({"section": section[0].id} if section else {})}
    trouble = _guarded(lambda: _read_and_listen(asker, subject, seen, conduct))
    return report(asker, seen, trouble)


def report(asker: Asker, seen: Evidence, trouble: Advice | None) -> ProbeReport:
    """Judge what came."""
    found = tuple(answers((*READING, *LISTENING), seen))
    return ProbeReport(_server(seen), found, asker.pace.requests, asker.pace.seconds, trouble)


def _read_and_listen(asker: Asker, subject: dict[str, str], seen: Evidence, conduct: Conduct) -> None:
    for _ in range(2):
        asker.pace.take()
    began = conduct.clock.now()
    with listening(asker.client, conduct.clock) as heard:
        read_all(asker, subject, seen)
        conduct.clock.sleep(max(0.0, began + conduct.listen_seconds - conduct.clock.now()))
    seen.heard.update(heard.heard)


def _sections(asker: Asker) -> tuple[Section, ...]:
    asker.pace.take()
    library.identity(asker.client)
    asker.pace.take()
    return library.sections(asker.client)


def _server(seen: Evidence) -> ProbedServer:
    root, identity = seen.exchanges.get("root"), seen.exchanges.get("identity")
    version = text_if_any(identity.container.get("version")) if identity else ""
    platform = text_if_any(root.container.get("platform")) if root else ""
    return ProbedServer(version, platform)


def _guarded(work: Callable[[], None]) -> Advice | None:
    """Return what ended the work early, None if nothing did."""
    try:
        work()
    except PlexSyncError as error:
        return explain_error(error)
    return None
