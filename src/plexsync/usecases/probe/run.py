"""One probe from its beginning to its end: what is asked of whom, and the report."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from plexsync.domain.advice import Advice, explain, explain_error
from plexsync.domain.errors import PlexSyncError
from plexsync.net.decode import DECODE_ERRORS, misfit, text_if_any
from plexsync.plex import library
from plexsync.runtime.target import Target
from plexsync.store.files.probe_journal import KeptProbe, ProbeJournal
from plexsync.usecases.opening import Opened
from plexsync.usecases.probe.alone import alone
from plexsync.usecases.probe.asker import Asker, Heed
from plexsync.usecases.probe.judging import answers
from plexsync.usecases.probe.listening import listening
from plexsync.usecases.probe.listening_questions import LISTENING
from plexsync.usecases.probe.pace import MOST_REQUESTS, MOST_SECONDS, Pace, ProbeClock
from plexsync.usecases.probe.picking import PICKING_REQUESTS, PickedItem
from plexsync.usecases.probe.question import Evidence, NotTold
from plexsync.usecases.probe.reading.inquiries import READING as READING_INQUIRIES
from plexsync.usecases.probe.reading.questions import READING
from plexsync.usecases.probe.reading.run import ABSENT, read_all
from plexsync.usecases.probe.recording.record import recording
from plexsync.usecases.probe.report import ProbedServer, ProbeReport
from plexsync.usecases.probe.saved_item import SavedItem
from plexsync.usecases.probe.writing.collection import TRIAL as COLLECTION_TRIAL
from plexsync.usecases.probe.writing.collection_questions import OWN_COLLECTION
from plexsync.usecases.probe.writing.questions import WRITING
from plexsync.usecases.probe.writing.restorer import ItemVanished, NotRestored
from plexsync.usecases.probe.writing.run import (
    Agree,
    AnotherItem,
    JournalKeeper,
    RestoredItem,
    WritingRun,
    put_back_after_crash,
)
from plexsync.usecases.probe.writing.trial_run import Busy, Unseen, Watched
from plexsync.usecases.probe.writing.trials import TRIALS
from plexsync.usecases.refusal import Refused

QUESTIONS = (*READING, *LISTENING, *WRITING, *OWN_COLLECTION)
"""All questions, in the order of the steps."""

_ENDS: Mapping[type[Exception], str] = {
    Watched: "probe_watched",
    Unseen: "probe_unseen",
    ItemVanished: "probe_vanished",
}

LISTEN_SECONDS = 40.0
"""So long that four pings of a server that pings every ten seconds are heard."""


def _hear_nothing() -> None:
    """Go on."""


@dataclass(frozen=True, slots=True)
class Conduct:
    """How a probe is to be carried out: by which clock, how long it listens, and who hears of each request.

    ``on_end`` hears when it ends early, before the item is put back.
    """

    clock: ProbeClock
    heed: Heed
    listen_seconds: float = LISTEN_SECONDS
    on_end: Callable[[], None] = _hear_nothing


def announced(*, writes: bool) -> tuple[str, ...]:
    """Return the lines that say what a probe will do, before it does anything."""
    lines = [
        f"{len(READING_INQUIRIES)} requests that only read: version, rights, libraries, one page, one item.",
        "Two connections that listen to Plex's notifications for a while.",
    ]
    if writes:
        lines += [f"It writes {trial.text}." for trial in (*TRIALS, COLLECTION_TRIAL)]
        lines.append("After each of these the item is put back as it was, and read again to see that it is.")
    limits = f"At most {MOST_REQUESTS} requests, 4 a second, {MOST_SECONDS / 60:.0f} minutes."
    return (*lines, limits if writes else f"{limits} Nothing is written.")


def read_only(target: Target, conduct: Conduct) -> ProbeReport:
    """Ask everything that can be asked without writing.

    Raises server and settings errors where the server does not answer from the start.
    """
    asker = Asker(target.client, Pace(conduct.clock), conduct.heed)
    _meet(asker)
    asker.pace.take()
    section = library.choose(library.sections(asker.client), target.settings.names("plex_libraries"))
    subject = {"absent": ABSENT, **({"section": section[0].id} if section else {})}
    return _reported(asker, lambda seen: _read_and_listen(asker, subject, seen, conduct, _write_nothing))


def with_item(opened: Opened, picked: PickedItem, conduct: Conduct) -> ProbeReport:
    """Ask everything, on the item that a person picked; it is as it was afterwards, or the report says what is not.

    Raises server and settings errors, and :class:`Refused`, where nothing was begun.
    """
    journal = ProbeJournal(opened.folder)
    with alone(opened):
        if journal.path.exists():
            raise Refused("probe_unfinished")
        keeper = JournalKeeper(journal)
        pace = Pace(conduct.clock, PICKING_REQUESTS)
        asker = Asker(opened.target.client, pace, conduct.heed, keeper.announce)
        server = _meet(asker)
        subject = {"absent": ABSENT, "section": picked.section_id, "item": picked.rating_key}

        def write(seen: Evidence) -> None:
            saved = _saved(seen, picked)
            keeper.begin(server, saved)
            WritingRun(asker, subject, saved, seen, keeper).carry_out(conduct.on_end)

        report = _reported(asker, lambda seen: _read_and_listen(asker, subject, seen, conduct, write))
        return _with_rest(report, journal)


def interrupted(opened: Opened) -> Advice:
    """Say how an interrupted probe has left its item."""
    is_left = ProbeJournal(opened.folder).path.exists()
    return explain("probe_left", {"detail": "it was interrupted"}) if is_left else explain("probe_interrupted", {})


def restore(opened: Opened, conduct: Conduct, agree: Agree) -> RestoredItem:
    """Put back what a probe has left that was cut off; ``agree`` is asked where nobody can tell who changed a part.

    Raises server and settings errors, and :class:`Refused` where there is nothing, or it did not come off.
    """
    journal = ProbeJournal(opened.folder)
    with alone(opened):
        kept = _kept(journal)
        asker = Asker(opened.target.client, Pace(conduct.clock), conduct.heed)
        if _meet(asker) != kept.saved.get("server"):
            raise Refused("probe_other_server")
        try:
            restored = put_back_after_crash(asker, kept, agree)
        except NotRestored as left:
            facts = {"fields": ", ".join(left.differences), "path": str(journal.path)}
            raise Refused("probe_not_restored", facts) from left
        except AnotherItem as other:
            raise Refused("probe_other_item", {"rating_key": str(other), "path": str(journal.path)}) from other
        except ItemVanished:
            raise Refused("probe_item_gone", {"path": str(journal.keep_as_gone())}) from None
        except DECODE_ERRORS as problem:
            raise Refused("probe_damaged", {"path": str(journal.path), "detail": misfit(problem)}) from problem
        journal.end()
        return restored


def _kept(journal: ProbeJournal) -> KeptProbe:
    try:
        kept = journal.read()
    except (OSError, *DECODE_ERRORS) as problem:
        raise Refused("probe_damaged", {"path": str(journal.path), "detail": str(problem)}) from problem
    if kept is None:
        raise Refused("probe_nothing")
    return kept


def _saved(seen: Evidence, picked: PickedItem) -> SavedItem:
    """Return the item as it is; raises :class:`Refused` for one that could not be put back, or must not be touched."""
    facts = {"rating_key": picked.rating_key}
    try:
        found = seen.well("item")
        saved = SavedItem.of(found.rows[0], found.container)
        busy = [str(row.get("type")) for row in seen.well("activities").container.get("Activity", ())]
    except (NotTold, *DECODE_ERRORS) as problem:
        raise Refused("probe_odd_item", facts) from problem
    if not saved.is_readable:
        raise Refused("probe_odd_item", facts)
    if saved.kind != "movie":
        raise Refused("probe_not_movie", {**facts, "value": saved.kind})
    if saved.bears_marks:
        raise Refused("probe_marked", facts)
    if busy:
        raise Refused("probe_busy", {"detail": ", ".join(sorted(set(busy)))})
    return saved


def _with_rest(report: ProbeReport, journal: ProbeJournal) -> ProbeReport:
    """Say in the report that something is left to be put back, if so."""
    if not journal.path.exists() or report.trouble is None:
        return report
    return replace(report, trouble=explain("probe_left", {"detail": report.trouble.text.rstrip(".")}))


def _reported(asker: Asker, work: Callable[[Evidence], None]) -> ProbeReport:
    """Do the work and judge what came of it, also if it ended early."""
    seen = Evidence()
    trouble = _guarded(lambda: work(seen))
    found = tuple(answers(QUESTIONS, seen))
    server = _server(seen)
    kept = recording((server.version, server.platform), found, asker.asked, seen)
    return ProbeReport(server, found, asker.pace.requests, asker.pace.seconds, kept, trouble, seen.reordered)


def _read_and_listen(
    asker: Asker, subject: dict[str, str], seen: Evidence, conduct: Conduct, then: Callable[[Evidence], None]
) -> None:
    for _ in range(2):
        asker.pace.take()
    began = conduct.clock.now()
    with listening(asker.client, conduct.clock) as heard:
        read_all(asker, subject, seen)
        then(seen)
        conduct.clock.sleep(max(0.0, began + conduct.listen_seconds - conduct.clock.now()))
    seen.heard.update(heard.heard)


def _write_nothing(_seen: Evidence) -> None:
    """Leave it at reading."""


def _meet(asker: Asker) -> str:
    """Ask who answers."""
    asker.pace.take(restoring=True)
    return library.identity(asker.client).machine_id


def _server(seen: Evidence) -> ProbedServer:
    root, identity = seen.exchanges.get("root"), seen.exchanges.get("identity")
    version = text_if_any(identity.container.get("version")) if identity else ""
    platform = text_if_any(root.container.get("platform")) if root else ""
    machine_id = text_if_any(identity.container.get("machineIdentifier")) if identity else ""
    return ProbedServer(version, platform, machine_id)


def _guarded(work: Callable[[], None]) -> Advice | None:
    """Return what ended the work early, None if nothing did."""
    try:
        work()
    except PlexSyncError as error:
        return explain_error(error)
    except Refused as refused:
        return refused.advice
    except (Watched, Unseen, ItemVanished) as end:
        return explain(_ENDS[type(end)], {})
    except Busy as busy:
        return explain("probe_begun", {"detail": str(busy)})
    except NotRestored as left:
        return explain("probe_not_restored", {"fields": ", ".join(left.differences)})
    return None
