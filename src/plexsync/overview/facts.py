"""The facts that decide how things stand, gathered from what is remembered and from what only the asker knows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from plexsync.domain.errors import NotConfigured
from plexsync.domain.model import Reason
from plexsync.domain.reconcile.brakes import Vanished
from plexsync.domain.settings import Settings
from plexsync.domain.standing.facts import Facts, SceneCounts, ServerTrouble
from plexsync.overview.scene_counts import scene_counts
from plexsync.runtime.sync_state import setup_of
from plexsync.store import Store
from plexsync.store.history.runs import RECONCILE
from plexsync.store.state import AGENT_STATUS, NEXT_RECONCILE, NOBODY, VANISHED, AgentStatus, KeptOutage

FEED = "feed"
"""The part of the agent that waits for Stash; any other waits for Plex, unless its error says otherwise."""


@dataclass(frozen=True, slots=True)
class AgentLife:
    """Whether the agent lives, as the asker sees it: since when it is gone, and why it could not be started.

    ``next_try_at`` is when it asks Plex again that is away (UTC seconds), which the agent alone knows.
    """

    gone_since: float | None = None
    start_trouble: Reason | None = None
    next_try_at: float = 0.0


def facts_of(store: Store, settings: Settings, life: AgentLife, now: float) -> Facts:
    """Gather all facts; asks no server."""
    described = store.state.get(AGENT_STATUS, AgentStatus())
    troubles = server_troubles(described.outages, life) if life.gone_since is None else {}
    counts = scene_counts(store, now)
    planned = store.state.get(NEXT_RECONCILE)
    return Facts(
        now=now,
        counts=counts,
        queued_since=store.jobs.oldest_queued() if counts.queued else 0.0,
        is_set_up=is_set_up(settings, store),
        gone_since=life.gone_since,
        start_trouble=life.start_trouble,
        stash=_current(troubles.get("stash"), settings),
        plex=_current(troubles.get("plex"), settings),
        brakes=tuple(_brakes(store, counts)),
        is_paused=settings.flag("paused"),
        plugin_off=described.plugin_off if life.gone_since is None else "",
        is_dry_run=settings.flag("dry_run"),
        rate=described.rate / 60 if life.gone_since is None else 0.0,
        last_write_at=store.journal.last_written_at(),
        next_reconcile_at=(planned and planned.at) or 0.0,
        problems=tuple(_problems(settings, described if life.gone_since is None else AgentStatus())),
    )


def server_troubles(outages: Mapping[str, KeptOutage], life: AgentLife) -> dict[str, ServerTrouble]:
    """Return what the agent waits for, by server."""
    found: dict[str, ServerTrouble] = {}
    for part, one in outages.items():
        server = "stash" if part == FEED or one.data.get("server") == "stash" else "plex"
        again = life.next_try_at if server == "plex" else 0.0
        found[server] = ServerTrouble(one.code, one.data, one.since, again)
    return found


def two_agents(described: AgentStatus) -> dict[str, str]:
    """Return what there is to say of two agents on one data folder, whoever of them is asked; nothing where one is."""
    if described.second == NOBODY:
        return {}
    pid, other_pid = sorted((described.pid, described.second.pid))
    return {"pid": str(pid), "other_pid": str(other_pid)}


def _current(trouble: ServerTrouble | None, settings: Settings) -> ServerTrouble | None:
    """Drop the trouble that a setting has no value once it has one: the agent sees that a few seconds later."""
    is_over = trouble is not None and trouble.code == NotConfigured.code and settings.text(trouble.data["setting"])
    return None if is_over else trouble


def is_session_refused(outages: Mapping[str, KeptOutage]) -> bool:
    """Tell whether Stash does not let the agent in, which a session from its page mends."""
    trouble = server_troubles(outages, AgentLife()).get("stash")
    return trouble is not None and trouble.is_refusal


def is_set_up(settings: Settings, store: Store) -> bool:
    """Tell whether PlexSync knows which Plex it is for, and may write to it: a set-up under way has to end first.

    A server that was listed without a token wants none.
    """
    if setup_of(store).held:
        return False
    needed = ("plex_url",) if store.library.has_any() else ("plex_url", "plex_token")
    return all(settings.text(key) for key in needed)


def _problems(settings: Settings, described: AgentStatus) -> Iterator[Reason]:
    """Say what is wrong and stops nothing."""
    if data := two_agents(described):
        yield Reason("two_agents", data)
    yield from (Reason(problem.code, problem.data) for problem in settings.problems)


def _brakes(store: Store, counts: SceneCounts) -> Iterator[Reason]:
    """Say what is held, and why."""
    vanished = store.state.get(VANISHED, Vanished())
    if vanished.is_alarming:
        yield Reason("scenes_vanished", {"gone": str(vanished.gone), "linked": str(vanished.linked)})
    if counts.held:
        held, linked = str(counts.held), str(store.links.number())
        yield Reason("brake_holds", {"held": held, "taking": held, "linked": linked})
    newest = next((run for run in store.runs.newest_of(RECONCILE, 3) if run.ended_at), None)
    if newest is not None and newest.state == "braked":
        yield from (Reason(str(one["code"]), one["data"]) for one in newest.result.get("brakes", ()))
