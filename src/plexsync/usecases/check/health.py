"""The health check: from the data folder to the path map, each finding with what to do about it."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from plexsync.agent.lock import is_held
from plexsync.domain.advice import explain_error
from plexsync.domain.errors import BadAnswer, NotAllowed, PlexSyncError, TokenRefused
from plexsync.domain.match import Located
from plexsync.domain.model import Section
from plexsync.domain.phrases import counted
from plexsync.index.path_mapping import path_map_doubts
from plexsync.overview.facts import two_agents
from plexsync.plex import library as plex_library
from plexsync.plex.client import PlexClient
from plexsync.plex.paging import window
from plexsync.runtime.listening.hearing import HearingState
from plexsync.runtime.target import Target
from plexsync.stash import capabilities as stash_capabilities
from plexsync.stash import queries
from plexsync.stash import scenes as stash_scenes
from plexsync.stash.changes.file_watch import FileWatch, database_path
from plexsync.stash.client import StashClient
from plexsync.store.files import private_file, probe_journal
from plexsync.store.state import AGENT_STATUS, AgentStatus
from plexsync.usecases.check.capabilities import capabilities
from plexsync.usecases.check.certificate import certificate, pinned
from plexsync.usecases.check.finding import Grade, HealthFinding, found
from plexsync.usecases.check.photos import photos
from plexsync.usecases.check.probed import probed
from plexsync.usecases.check.remembered import remembered
from plexsync.usecases.data_folder import writing_trouble
from plexsync.usecases.dry_run.rehearsal import Rehearsal, rehearse
from plexsync.usecases.opening import Opened
from plexsync.usecases.queue.brakes import brake_advice

CLOCK_SECONDS = 60.0
SAMPLE = 20


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
    yield from guarded("Data folder", lambda: _folder(opened.folder))
    yield from _settings(opened)
    stash_well = plex_well = False
    for finding in guarded("Stash", lambda: _stash(opened, now)):
        yield finding
        stash_well = finding.grade is not Grade.FAILED
    yield from _certificate(opened, "Stash", is_well=stash_well)
    for finding in guarded("Plex", lambda: _plex(opened.target, now)):
        yield finding
        plex_well = finding.grade is not Grade.FAILED
    yield from _certificate(opened, "Plex", is_well=plex_well)
    if plex_well:
        yield from guarded("Plex", lambda: capabilities(opened))
        yield from guarded("Plex", lambda: probed(opened, now()))
    if stash_well and plex_well:
        yield from guarded("Path map", lambda: _paths(opened))
        yield from guarded("Photo address", lambda: photos(opened.target, opened.context.stash))
    yield from guarded("Brakes", lambda: _brakes(opened))
    yield from guarded("Background process", lambda: _background(opened, now))


def _background(opened: Opened, now: Callable[[], float]) -> Iterator[HealthFinding]:
    """Say whether the agent runs, and what it has met."""
    yield _agent(opened)
    yield from remembered(opened, now())
    yield from _events(opened)


def _events(opened: Opened) -> Iterator[HealthFinding]:
    """Say whether the living agent hears what Plex tells, its own writes above all."""
    status = opened.store.state.get(AGENT_STATUS)
    if status is None or not status.events or not is_held(opened.folder):
        return
    is_well = status.events in {HearingState.HEARD.value, HearingState.UNTRIED.value}
    yield found("Plex's notifications", Grade.OK if is_well else Grade.WARNING, f"events_{status.events}")


def _brakes(opened: Opened) -> Iterator[HealthFinding]:
    for advice in brake_advice(opened.store):
        yield HealthFinding.of("Brakes", Grade.WARNING, advice)


def guarded(name: str, check: Callable[[], Iterator[HealthFinding]]) -> Iterator[HealthFinding]:
    """Yield findings up to the first error, and that one as a failure."""
    try:
        yield from check()
    except PlexSyncError as error:
        yield HealthFinding.of(name, Grade.FAILED, explain_error(error))


def _certificate(opened: Opened, server: str, *, is_well: bool) -> Iterator[HealthFinding]:
    """Look at a server's certificate where it keeps the server from being talked to, or soon will."""
    settings, name = opened.context.settings, server.lower()
    key = f"{name}_certificate"
    url, trusted = settings.text(f"{name}_url"), settings.text(key)
    if trusted:
        yield from pinned(server, key, url)
    if not is_well:
        yield from certificate(server, key, url, trusted)


def _folder(folder: Path) -> Iterator[HealthFinding]:
    private_file.require_own(folder)
    trouble = writing_trouble(folder)
    if trouble is not None:
        yield HealthFinding.of("Data folder", Grade.FAILED, trouble)
    elif folder.stat().st_mode & stat.S_IWOTH and os.name == "posix":
        yield found("Data folder", Grade.WARNING, "folder_open_to_all", {"path": str(folder)})
    else:
        yield found("Data folder", Grade.OK, "folder_writable", {"path": str(folder)})
    if (folder / probe_journal.NAME).exists():
        yield found("Probe", Grade.FAILED, "probe_unfinished")


def _settings(opened: Opened) -> Iterator[HealthFinding]:
    problems = opened.context.settings.problems
    for problem in problems:
        yield HealthFinding.of("Settings", Grade.FAILED, explain_error(problem))
    if not problems:
        yield found("Settings", Grade.OK, "settings_understood")
    pause = opened.context.plugin_off or "paused"
    for name, code in (("paused", pause), ("dry_run", "dry_run_on")):
        if opened.context.settings.flag(name):
            yield found("Settings", Grade.WARNING, code)


def _stash(opened: Opened, now: Callable[[], float]) -> Iterator[HealthFinding]:
    client, asked = opened.context.stash, now()
    answer = client.ask(queries.COUNTS)
    number = int(answer.data[queries.count_alias(queries.SCENE)]["count"])
    able = stash_capabilities.detect(client)
    version = able.version or "(a developer's build)"
    facts = {"url": client.url, "version": version, "scenes": counted(number, "scene")}
    yield found("Stash", Grade.OK, "stash_answers", facts)
    if answer.clock is not None:
        yield _clock("Stash", answer.clock, asked, now())
    yield _database(client, opened.context.stash_folder)


def _database(client: StashClient, folder: str) -> HealthFinding:
    path = database_path(client, folder)
    if FileWatch(path).visible:
        return found("Stash's database file", Grade.OK, "file_in_sight", {"path": str(path)})
    return found("Stash's database file", Grade.WARNING, "file_out_of_sight", {"path": str(path)})


def _plex(target: Target, now: Callable[[], float]) -> Iterator[HealthFinding]:
    client = target.client
    identity = target.identity()
    asked = now()
    sections = plex_library.sections(client)
    facts = {"url": client.url, "version": identity.version}
    if not target.settings.text("plex_token"):
        facts["because"] = "no_token"
    yield found("Plex", Grade.OK, "plex_answers", facts)
    if client.clock is not None:
        yield _clock("Plex", client.clock, asked, now())
    yield right_to_edit(client)
    chosen = plex_library.choose(sections, target.settings.names("plex_libraries"))
    yield _libraries(chosen)


def right_to_edit(client: PlexClient) -> HealthFinding:
    """Tell an owner from a guest by a list that only the owner may read: nobody else may edit.

    `/accounts` answers 403 to a token of someone the server is shared with (home-assistant/core issue 181394).
    """
    try:
        client.get("/accounts", window(0, 1))
    except (NotAllowed, TokenRefused):
        return found("Right to edit", Grade.FAILED, "not_allowed", {"server": "plex", "action": "editing"})
    except BadAnswer:
        return found("Right to edit", Grade.WARNING, "edit_untold")
    return found("Right to edit", Grade.OK, "edit_allowed")


def _libraries(chosen: Sequence[Section]) -> HealthFinding:
    names = ", ".join(f"{section.title} ({', '.join(section.locations)})" for section in chosen)
    if chosen:
        return found("Libraries", Grade.OK, "libraries_chosen", {"library": names})
    return found("Libraries", Grade.FAILED, "no_movie_library")


def _clock(server: str, shown: float, before: float, after: float) -> HealthFinding:
    """Compare a server's clock, in whole seconds, with ours before and after it was asked."""
    off = max(before - 1 - shown, shown - after, 0.0)
    grade, code = (Grade.OK, "clock_agrees") if off <= CLOCK_SECONDS else (Grade.WARNING, "clock_off")
    return found(f"{server}'s clock", grade, code, {"server": server, "size": f"{off:.0f}"})


def _paths(opened: Opened) -> Iterator[HealthFinding]:
    with rehearse(opened) as rehearsal:
        rules = "; ".join(f"{stash} => {plex}" for stash, plex in rehearsal.index.rules.map.rules)
        origin = "path_map_set" if opened.context.settings.path_map else "path_map_inferred"
        yield found("Path map", Grade.OK, origin if rules else "path_map_none", {"rules": rules})
        for doubt in path_map_doubts(rehearsal.store):
            yield HealthFinding.of("Path map", Grade.FAILED, doubt)
        yield _located(dict(_sample(opened, rehearsal)))


def _sample(opened: Opened, rehearsal: Rehearsal) -> Iterator[tuple[int, Located]]:
    """Say where some scenes are in Plex, by a file that is there or else by their first, spread over the library."""
    ids = rehearsal.store.scenes.with_files()
    chosen = ids[:: max(1, len(ids) // SAMPLE)][:SAMPLE]
    read = stash_scenes.read(opened.context.stash, chosen)
    places = rehearsal.index.locate(tuple(read.scenes.values()))
    for scene, place in places.items():
        if place.located:
            yield scene, max(place.located, key=lambda file: bool(file.rating_keys))


def _located(places: Mapping[int, Located]) -> HealthFinding:
    name = "Files in Plex"
    if not places:
        return found(name, Grade.WARNING, "no_files")
    lost = {scene: place for scene, place in places.items() if not place.rating_keys}
    facts = {"items": str(len(places) - len(lost)), "size": counted(len(places), "file")}
    if not lost:
        return found(name, Grade.OK, "files_in_plex", facts)
    grade = Grade.FAILED if len(lost) == len(places) else Grade.WARNING
    scene, place = min(lost.items(), key=lambda one: (bool(one[1].mapped), one[1].in_library))
    facts |= {"path": place.path, "mapped": place.mapped, "scene": str(scene)}
    if not place.in_library:
        facts["because"] = "outside" if place.mapped else "unmapped"
    return found(name, grade, "files_not_in_plex", facts)


def _agent(opened: Opened) -> HealthFinding:
    if not is_held(opened.folder):
        return found("Background process", Grade.WARNING, "no_agent")
    if data := two_agents(opened.store.state.get(AGENT_STATUS, AgentStatus())):
        return found("Background process", Grade.WARNING, "two_agents", data)
    return found("Background process", Grade.OK, "agent_running")
