"""The health check: from the data folder to the path map, each finding with what to do about it."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from itertools import islice
from pathlib import Path

from plexsync.agent.lock import is_held
from plexsync.domain.advice import PATH_MAP_HINT, explain, explain_error
from plexsync.domain.errors import BadAnswer, NotAllowed, PlexSyncError, TokenRefused
from plexsync.domain.match import Located
from plexsync.domain.model import Section
from plexsync.domain.phrases import counted
from plexsync.index.path_mapping import two_roots
from plexsync.plex import library as plex_library
from plexsync.plex.client import PlexClient
from plexsync.plex.paging import window
from plexsync.runtime.notifications.hearing import HearingState
from plexsync.runtime.target import Target
from plexsync.stash import capabilities as stash_capabilities
from plexsync.stash import queries
from plexsync.stash import scenes as stash_scenes
from plexsync.stash.client import StashClient
from plexsync.stash.file_watch import FileWatch, database_path
from plexsync.store.state import AGENT_STATUS
from plexsync.usecases.brakes import brake_advice
from plexsync.usecases.check.capabilities import capabilities
from plexsync.usecases.check.certificate import certificate, pinned
from plexsync.usecases.check.finding import Grade, HealthFinding
from plexsync.usecases.check.folder import writing_trouble
from plexsync.usecases.check.photos import photos
from plexsync.usecases.check.probed import probed
from plexsync.usecases.opening import Opened
from plexsync.usecases.rehearsal import Rehearsal, rehearse

CLOCK_SECONDS = 60.0
SAMPLE = 20
EXAMPLES = 3


@dataclass(frozen=True, slots=True)
class Report:
    """All findings, in the order in which they should be dealt with."""

    findings: tuple[HealthFinding, ...]

    @property
    def ok(self) -> bool:
        """Tell whether nothing failed."""
        return not any(finding.grade is Grade.FAILED for finding in self.findings)

    def to_json(self) -> dict[str, object]:
        """Return it as what JSON can hold."""
        return {"ok": self.ok, "findings": [asdict(finding) for finding in self.findings]}


def check(opened: Opened, now: Callable[[], float]) -> Report:
    """Look at everything that has to be right; some ten requests, nothing is written to either server."""
    return Report(tuple(findings(opened, now)))


def findings(opened: Opened, now: Callable[[], float]) -> Iterator[HealthFinding]:
    """Yield the findings one by one as they are made."""
    yield _folder(opened.folder)
    yield from _settings(opened)
    stash_well = plex_well = False
    for finding in _guarded("Stash", lambda: _stash(opened, now)):
        yield finding
        stash_well = finding.grade is not Grade.FAILED
    yield from _certificate(opened, "Stash", is_well=stash_well)
    for finding in _guarded("Plex", lambda: _plex(opened.target, now)):
        yield finding
        plex_well = finding.grade is not Grade.FAILED
    yield from _certificate(opened, "Plex", is_well=plex_well)
    if plex_well:
        yield from _guarded("Plex", lambda: capabilities(opened))
        yield from _guarded("Plex", lambda: probed(opened))
    if stash_well and plex_well:
        yield from _guarded("Path map", lambda: _paths(opened))
        yield from _guarded("Photo address", lambda: photos(opened.target, opened.context.stash))
    yield from _guarded("Brakes", lambda: _brakes(opened))
    yield _agent(opened.folder)
    yield from _events(opened)


def _events(opened: Opened) -> Iterator[HealthFinding]:
    """Say whether the living agent hears what Plex tells, its own writes above all."""
    status = opened.store.state.get(AGENT_STATUS)
    if status is None or not status.events or not is_held(opened.folder):
        return
    advice = explain(f"events_{status.events}", {})
    is_well = status.events in {HearingState.HEARD.value, HearingState.UNTRIED.value}
    grade, step = (Grade.OK, "") if is_well else (Grade.WARNING, advice.next_step)
    yield HealthFinding("Plex's notifications", grade, advice.text, step)


def _brakes(opened: Opened) -> Iterator[HealthFinding]:
    for advice in brake_advice(opened.store):
        yield HealthFinding("Brakes", Grade.WARNING, advice.text, advice.next_step)


def _guarded(name: str, check: Callable[[], Iterator[HealthFinding]]) -> Iterator[HealthFinding]:
    """Yield findings up to the first error, and that one as a failure."""
    try:
        yield from check()
    except PlexSyncError as error:
        advice = explain_error(error)
        yield HealthFinding(name, Grade.FAILED, advice.text, advice.next_step)


def _certificate(opened: Opened, server: str, *, is_well: bool) -> Iterator[HealthFinding]:
    """Look at a server's certificate where it keeps the server from being talked to, or soon will."""
    settings, name = opened.context.settings, server.lower()
    key = f"{name}_certificate"
    url, trusted = settings.text(f"{name}_url"), settings.text(key)
    if trusted:
        yield from pinned(server, key, url)
    if not is_well:
        yield from certificate(server, key, url, trusted)


def _folder(folder: Path) -> HealthFinding:
    trouble = writing_trouble(folder)
    if trouble is not None:
        return HealthFinding("Data folder", Grade.FAILED, trouble.text, trouble.next_step)
    if folder.stat().st_mode & stat.S_IWOTH and os.name == "posix":
        text = f"{folder} can be written, by every user of this machine."
        return HealthFinding("Data folder", Grade.WARNING, text, f"Take that right away: chmod o-w {folder}")
    return HealthFinding("Data folder", Grade.OK, f"{folder} can be written.")


def _settings(opened: Opened) -> Iterator[HealthFinding]:
    problems = opened.context.settings.problems
    for problem in problems:
        advice = explain_error(problem)
        yield HealthFinding("Settings", Grade.FAILED, advice.text, advice.next_step)
    if not problems:
        yield HealthFinding("Settings", Grade.OK, "All are understood.")
    pause = opened.context.plugin_off or "paused"
    for name, code in (("paused", pause), ("dry_run", "dry_run")):
        if opened.context.settings.flag(name):
            advice = explain(code, {})
            yield HealthFinding("Settings", Grade.WARNING, advice.text, advice.next_step)


def _stash(opened: Opened, now: Callable[[], float]) -> Iterator[HealthFinding]:
    client, asked = opened.context.stash, now()
    answer = client.ask(queries.COUNTS)
    number = int(answer.data[queries.count_alias(queries.SCENE)]["count"])
    able = stash_capabilities.detect(client)
    version = able.version or "(a developer's build)"
    yield HealthFinding("Stash", Grade.OK, f"{client.url} answers: version {version}, {counted(number, 'scene')}.")
    if answer.clock is not None:
        yield _clock("Stash", answer.clock, asked, now())
    yield _database(client, opened.context.stash_folder)


def _database(client: StashClient, folder: str) -> HealthFinding:
    path = database_path(client, folder)
    if FileWatch(path).visible:
        return HealthFinding("Stash's database file", Grade.OK, f"{path} is in sight: changes are seen at once.")
    return HealthFinding(
        "Stash's database file",
        Grade.WARNING,
        f"{path} cannot be seen from here, so Stash is asked every few seconds instead.",
        "Nothing must be done; give PlexSync's container read access to that folder for faster syncing.",
    )


def _plex(target: Target, now: Callable[[], float]) -> Iterator[HealthFinding]:
    client = target.client
    identity = target.identity()
    asked = now()
    sections = plex_library.sections(client)
    yield HealthFinding("Plex", Grade.OK, f"{client.url} answers: version {identity.version}; the token is accepted.")
    if client.clock is not None:
        yield _clock("Plex", client.clock, asked, now())
    yield _right_to_edit(client)
    chosen = plex_library.choose(sections, target.settings.names("plex_libraries"))
    yield _libraries(chosen)


def _right_to_edit(client: PlexClient) -> HealthFinding:
    """Tell an owner from a guest by a list that only the owner may read: nobody else may edit.

    `/accounts` answers 403 to a token of someone the server is shared with (home-assistant/core issue 181394).
    """
    try:
        client.get("/accounts", window(0, 1))
    except (NotAllowed, TokenRefused):
        advice = explain("not_allowed", {"server": "plex", "action": "editing"})
        return HealthFinding("Right to edit", Grade.FAILED, advice.text, advice.next_step)
    except BadAnswer:
        text = "Plex does not tell whether this token may edit."
        return HealthFinding("Right to edit", Grade.WARNING, text, "Sync one scene and see whether it arrives.")
    return HealthFinding("Right to edit", Grade.OK, "The token is the owner's and may edit.")


def _libraries(chosen: Sequence[Section]) -> HealthFinding:
    names = ", ".join(f"{section.title} ({', '.join(section.locations)})" for section in chosen)
    if chosen:
        return HealthFinding("Libraries", Grade.OK, f"{names}.")
    step = "Make a movie library in Plex (agent `Plex Personal Media` or `None`) over the folder of your files."
    return HealthFinding("Libraries", Grade.FAILED, "Plex has no movie library.", step)


def _clock(server: str, shown: float, before: float, after: float) -> HealthFinding:
    """Compare a server's clock, in whole seconds, with ours before and after it was asked."""
    off = max(before - 1 - shown, shown - after, 0.0)
    name = f"{server}'s clock"
    if off <= CLOCK_SECONDS:
        return HealthFinding(name, Grade.OK, f"It differs from this machine's by {off:.0f} s at most.")
    step = "Have both machines set their clocks over the network; nothing is lost, but times in logs do not agree."
    return HealthFinding(name, Grade.WARNING, f"It differs from this machine's by {off:.0f} s.", step)


def _paths(opened: Opened) -> Iterator[HealthFinding]:
    with rehearse(opened) as rehearsal:
        rules = "; ".join(f"{stash} => {plex}" for stash, plex in rehearsal.index.rules.map.rules)
        origin = "set" if opened.context.settings.path_map else "found out from equal files"
        text = f"{rules} ({origin})." if rules else "None is needed or known: paths are taken as they are."
        yield HealthFinding("Path map", Grade.OK, text)
        for doubt in two_roots(rehearsal.store):
            yield HealthFinding("Path map", Grade.FAILED, doubt.text, doubt.next_step)
        yield _located(tuple(_sample(opened, rehearsal)))


def _sample(opened: Opened, rehearsal: Rehearsal) -> Iterator[Located]:
    """Say where some scenes are in Plex, by a file that is there or else by their first, spread over the library."""
    ids = rehearsal.store.scenes.with_files()
    chosen = ids[:: max(1, len(ids) // SAMPLE)][:SAMPLE]
    read = stash_scenes.read(opened.context.stash, chosen)
    places = rehearsal.index.locate(tuple(read.scenes.values()))
    return (max(place.located, key=lambda file: bool(file.rating_keys)) for place in places.values() if place.located)


def _located(places: Sequence[Located]) -> HealthFinding:
    name = "Files in Plex"
    if not places:
        return HealthFinding(name, Grade.WARNING, "Stash has no scene with a file yet.", "Scan your folders in Stash.")
    lost = [place for place in places if not place.rating_keys]
    text = f"{len(places) - len(lost)} of {counted(len(places), 'file')} tried are in Plex."
    if not lost:
        return HealthFinding(name, Grade.OK, text)
    shown = "; ".join(f"{place.path} {_nowhere(place)}" for place in islice(lost, EXAMPLES))
    grade = Grade.FAILED if len(lost) == len(places) else Grade.WARNING
    step = PATH_MAP_HINT if any(not place.in_library for place in lost) else "Let Plex scan the library."
    return HealthFinding(name, grade, f"{text} For example {shown}.", step)


def _nowhere(place: Located) -> str:
    """Say of a file that is not in Plex where it was looked for."""
    return f"is not there as {place.mapped}" if place.mapped else "is covered by no rule of the path map"


def _agent(folder: Path) -> HealthFinding:
    if is_held(folder):
        return HealthFinding("Background process", Grade.OK, "It is running.")
    advice = explain("no_agent", {})
    return HealthFinding("Background process", Grade.WARNING, advice.text, advice.next_step)
