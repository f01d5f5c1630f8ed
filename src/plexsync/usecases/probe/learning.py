"""Keeps the findings of a probe for that server and version, so that PlexSync goes by them from then on."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from plexsync.domain.capabilities import Adding, Lesson, Removal
from plexsync.domain.model import Field
from plexsync.plex.editing.capabilities import ServerCapabilities
from plexsync.plex.items import PlexItems
from plexsync.store.state import PROBED, ProbedServers, ProbeFindings
from plexsync.usecases.opening import Opened
from plexsync.usecases.probe.question import Judgement
from plexsync.usecases.probe.report import ProbeReport

_STAMPS = {"label.stamp": Field.LABELS, "collection.stamp": Field.COLLECTIONS, "rating.stamp": Field.RATING}
_REMOVALS = (
    ("removal.plain", "yes", Removal.PLAIN),
    ("removal.single", "yes", Removal.SINGLE),
    ("removal.joined", "all", Removal.JOINED),
)
"""The forms that were seen to work; a later one is the better one."""


def learn(opened: Opened, report: ProbeReport, now: float) -> None:
    """Keep the findings of a probe (``now`` in UTC seconds) and learn from them; raises server and settings errors."""
    server = (report.server.machine_id, report.server.version)
    if not all(server):
        return
    found = {one.name: one.found for one in report.answers if one.judgement is not Judgement.NOT_TRIED}
    with opened.store.transaction():
        probed = opened.store.state.get(PROBED, ProbedServers())
        opened.store.state.put(PROBED, probed.after(ProbeFindings(server, now, found)))
    _teach(ServerCapabilities(opened.store, PlexItems(lambda: opened.target.client)), found)


def _teach(capabilities: ServerCapabilities, found: Mapping[str, str]) -> None:
    """Hand on what ordinary writes would teach as well."""
    for adding in _adding(found):
        capabilities.learn_adding(adding)
    for name, finding, form in _REMOVALS:
        if found.get(name) == finding:
            capabilities.learn([Lesson(removal=form)])
    stamps = {of: found[name] == "yes" for name, of in _STAMPS.items() if found.get(name) in {"yes", "no"}}
    if stamps:
        capabilities.learn_stamps(stamps)


def _adding(found: Mapping[str, str]) -> Iterator[Adding]:
    if found.get("names.add") == "replaces":
        yield Adding.REPLACES
    elif found.get("names.add") == "adds" and found.get("names.again") in {"once", "twice"}:
        yield Adding.DOUBLES if found["names.again"] == "twice" else Adding.ADDS
