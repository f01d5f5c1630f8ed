"""Single values that ``state.db`` keeps under a name: each key once, with its type and its meaning.

Another version, a person or a damaged page may have left something else there. So each value is checked when it is read
back, and one that makes no sense counts as not there.
"""

from __future__ import annotations

import json
import logging
import sqlite3
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field, is_dataclass, replace
from typing import Any, Generic, TypeVar, overload

from plexsync.domain.capabilities import MOST_SERVERS, Adding, EditCapabilities, RatingForm, Removal
from plexsync.domain.reconcile.brakes import Vanished
from plexsync.net.decode import DECODE_ERRORS, flag, listed, misfit, real, text, texts, whole
from plexsync.store.person.set_up import KeptServer, KeptSetup

T = TypeVar("T")
_log = logging.getLogger("plexsync")


@dataclass(frozen=True, slots=True)
class Key(Generic[T]):
    """The name of a value, and how to read it back from JSON: ``read`` raises one of :data:`DECODE_ERRORS`."""

    name: str
    read: Callable[[Any], T]


class StateValues:
    """The ``meta`` table."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._db = connection

    @overload
    def get(self, key: Key[T]) -> T | None: ...

    @overload
    def get(self, key: Key[T], default: T) -> T: ...

    def get(self, key: Key[T], default: T | None = None) -> T | None:
        """Return the value of a key, or ``default`` if there is none that makes sense."""
        row = self._db.execute("SELECT value FROM meta WHERE key = ?", (key.name,)).fetchone()
        if row is None:
            return default
        try:
            return key.read(json.loads(row[0]))
        except DECODE_ERRORS as problem:
            _log.warning("state.db: %s is not understood and counts as not there: %s", key.name, misfit(problem))
            return default

    def drop(self, key: Key[T]) -> None:
        """Forget the value of a key."""
        self._db.execute("DELETE FROM meta WHERE key = ?", (key.name,))

    def put(self, key: Key[T], value: T) -> None:
        """Keep the value of a key."""
        written = json.dumps(_plain(value), ensure_ascii=False)
        self._db.execute("INSERT OR REPLACE INTO meta (key, value) VALUES (?, ?)", (key.name, written))


def _plain(value: object) -> object:
    if isinstance(value, tuple):
        return [_plain(one) for one in value]
    return asdict(value) if is_dataclass(value) and not isinstance(value, type) else value


def _facts(value: Any) -> dict[str, str]:
    return {text(name): text(fact) for name, fact in value.items()}


def _numbers(value: Any) -> dict[str, int]:
    return {text(name): whole(number) for name, number in value.items()}


@dataclass(frozen=True, slots=True)
class KeptOutage:
    """Why and since when (UTC seconds) a part of the agent waits for a server."""

    code: str
    data: Mapping[str, str]
    since: float

    @classmethod
    def read(cls, value: Any) -> KeptOutage:
        """Read it back."""
        return cls(text(value["code"]), _facts(value["data"]), real(value["since"]))


@dataclass(frozen=True, slots=True)
class ServerSpan:
    """From which entry of the journal on all is about a Plex server, by its machine id, until the next span begins."""

    machine_id: str
    first: int


def _spans(value: Any) -> tuple[ServerSpan, ...]:
    return tuple(ServerSpan(text(one["machine_id"]), whole(one["first"])) for one in listed(value))


@dataclass(frozen=True, slots=True)
class AgentIdentity:
    """One agent: its process, and since when it lives (UTC seconds)."""

    pid: int = 0
    started_at: float = 0.0

    @classmethod
    def read(cls, value: Any) -> AgentIdentity:
        """Read it back."""
        return cls(whole(value["pid"]), real(value["started_at"]))


NOBODY = AgentIdentity()


@dataclass(frozen=True, slots=True)
class AgentStatus:
    """How the agent describes itself to whoever looks into ``state.db``; moments are UTC seconds.

    ``outages`` are the parts that wait, by name. ``plugin_off`` is the code of the advice that says by what Stash
    has the plugin off, "" while it is on. ``working`` tells whether a batch is under way, ``at_work`` names its first
    scenes, ``events`` tells whether Plex's notifications are heard. ``counters`` count what has happened since the
    start, by name. ``second`` is another agent on the same data folder, which the lock should have kept away.
    """

    pid: int = 0
    version: str = ""
    started_at: float = 0.0
    sees_file: bool = False
    outages: Mapping[str, KeptOutage] = field(default_factory=dict)
    problems: tuple[Mapping[str, str], ...] = ()
    paused: bool = False
    dry_run: bool = False
    working: bool = False
    at_work: tuple[int, ...] = ()
    rate: float = 0.0
    events: str = ""
    plugin_off: str = ""
    counters: Mapping[str, int] = field(default_factory=dict)
    second: AgentIdentity = NOBODY
    seen_at: float = 0.0
    ended_at: float = 0.0

    @property
    def identity(self) -> AgentIdentity:
        """The agent that this describes."""
        return AgentIdentity(self.pid, self.started_at)

    @classmethod
    def read(cls, value: Any) -> AgentStatus:
        """Read it back; what an earlier version did not write is as if nothing had happened."""
        return cls(
            pid=whole(value["pid"]),
            version=text(value["version"]),
            started_at=real(value["started_at"]),
            sees_file=flag(value.get("sees_file", False)),
            working=flag(value.get("working", False)),
            at_work=tuple(map(whole, value.get("at_work", ()))),
            outages={text(part): KeptOutage.read(one) for part, one in value.get("outages", {}).items()},
            problems=tuple(map(_facts, value.get("problems", ()))),
            paused=flag(value.get("paused", False)),
            dry_run=flag(value.get("dry_run", False)),
            rate=real(value.get("rate", 0.0)),
            events=text(value.get("events", "")),
            plugin_off=text(value.get("plugin_off", "")),
            counters=_numbers(value.get("counters", {})),
            second=AgentIdentity.read(value["second"]) if "second" in value else NOBODY,
            seen_at=real(value.get("seen_at", 0.0)),
            ended_at=real(value.get("ended_at", 0.0)),
        )


@dataclass(frozen=True, slots=True)
class KeptPathMap:
    """The path map in force: pairs of folders, whether a person set it ("settings") or it was found out ("inferred").

    ``support`` counts the files that speak for each rule. ``keyed`` tells whether all remembered files follow it.
    ``candidates`` are the rules between which copies of files leave the choice to a person, each with its files.
    ``conflicts`` keep a map from being found out: the facts of each, with its code.
    """

    rules: tuple[tuple[str, str], ...]
    origin: str
    support: Mapping[str, int]
    keyed: bool
    candidates: tuple[tuple[str, str, int], ...] = ()
    conflicts: tuple[Mapping[str, str], ...] = ()

    @classmethod
    def read(cls, value: Any) -> KeptPathMap:
        """Read it back."""
        pairs = tuple((text(stash), text(plex)) for stash, plex in listed(value["rules"]))
        named = listed(value.get("candidates", []))
        return cls(
            pairs,
            text(value["origin"]),
            _numbers(value["support"]),
            flag(value.get("keyed", False)),
            tuple((text(stash), text(plex), whole(files)) for stash, plex, files in named),
            tuple(map(_facts, listed(value.get("conflicts", [])))),
        )


@dataclass(frozen=True, slots=True)
class ChosenLibraries:
    """The libraries behind the names in the settings: ``keys`` by folded name, on the server of that id."""

    server: str | None
    keys: Mapping[str, str]

    @classmethod
    def read(cls, value: Any) -> ChosenLibraries:
        """Read it back."""
        server = value["server"]
        return cls(None if server is None else text(server), _facts(value["keys"]))


@dataclass(frozen=True, slots=True)
class KnownServers:
    """How Plex servers were seen to deal with edits; the one that answered last stands first."""

    servers: tuple[EditCapabilities, ...] = ()

    @classmethod
    def read(cls, value: Any) -> KnownServers:
        """Read it back."""
        return cls(tuple(map(_capabilities, listed(value["servers"]))))

    @property
    def current(self) -> EditCapabilities:
        """That of the server that answered last; nothing is known of one that never did."""
        return self.servers[0] if self.servers else EditCapabilities()

    def of(self, server: tuple[str, ...]) -> EditCapabilities:
        """Return that of a server and version."""
        return next((one for one in self.servers if one.server == server), EditCapabilities(server))

    def with_current(self, known: EditCapabilities) -> KnownServers:
        """Return it with this one first, and without those that have not answered for longest."""
        others = tuple(one for one in self.servers if one.server != known.server)
        return KnownServers((known, *others)[:MOST_SERVERS])


def _capabilities(value: Any) -> EditCapabilities:
    adding, removal, rating = (value[name] for name in ("adding", "removal", "rating"))
    return EditCapabilities(
        server=texts(value["server"]),
        adding=None if adding is None else Adding(adding),
        removal=None if removal is None else Removal(removal),
        rating=None if rating is None else RatingForm(rating),
        stamps={text(of): flag(moves) for of, moves in value["stamps"].items()},
        arrived=texts(value["arrived"]),
        in_vain={text(name): texts(items) for name, items in value["in_vain"].items()},
        tried={text(name): real(at) for name, at in value.get("tried", {}).items()},
    )


@dataclass(frozen=True, slots=True)
class ProbeFindings:
    """The findings of the last probes of one server and version, by question; ``at`` is when the last one was."""

    server: tuple[str, ...]
    at: float
    found: Mapping[str, str]

    @classmethod
    def read(cls, value: Any) -> ProbeFindings:
        """Read it back."""
        return cls(texts(value["server"]), real(value["at"]), {text(k): text(v) for k, v in value["found"].items()})


@dataclass(frozen=True, slots=True)
class ProbedServers:
    """The findings of probes, those of the server that was asked last first."""

    servers: tuple[ProbeFindings, ...] = ()

    @classmethod
    def read(cls, value: Any) -> ProbedServers:
        """Read it back."""
        return cls(tuple(map(ProbeFindings.read, listed(value["servers"]))))

    def of(self, server: tuple[str, ...]) -> ProbeFindings | None:
        """Return the findings of a server and version, None where it was never asked."""
        return next((one for one in self.servers if one.server == server), None)

    def after(self, newer: ProbeFindings) -> ProbedServers:
        """Return it after a probe; what that one did not ask stays as it was found before."""
        before = self.of(newer.server)
        kept = newer if before is None else replace(newer, found={**before.found, **newer.found})
        others = tuple(one for one in self.servers if one.server != newer.server)
        return ProbedServers((kept, *others)[:MOST_SERVERS])


@dataclass(frozen=True, slots=True)
class Baseline:
    """How both servers looked at the last reconcile that no brake stopped: what the next one is held against.

    ``links_gone`` counts the synced items that were gone from Plex by then, ``chosen`` are the libraries' names in the
    settings. ``sample`` are Stash's paths of some files, spread evenly over the library.
    """

    machine_id: str = ""
    items: int = 0
    links_gone: int = 0
    folders: tuple[str, ...] = ()
    chosen: tuple[str, ...] = ()
    sample: tuple[str, ...] = ()

    @classmethod
    def read(cls, value: Any) -> Baseline:
        """Read it back."""
        return cls(
            text(value["machine_id"]),
            whole(value["items"]),
            whole(value["links_gone"]),
            texts(value["folders"]),
            texts(value["chosen"]),
            texts(value["sample"]),
        )


@dataclass(frozen=True, slots=True)
class NextReconcile:
    """When the next reconcile is due (UTC seconds, None for never), and the interval it was planned by."""

    interval: str
    at: float | None

    @classmethod
    def read(cls, value: Any) -> NextReconcile:
        """Read it back."""
        return cls(text(value["interval"]), None if value["at"] is None else real(value["at"]))


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """A damaged database was put aside: when (UTC seconds), where to, and what was wrong with it."""

    at: float
    path: str
    detail: str

    @classmethod
    def read(cls, value: Any) -> Rebuilt:
        """Read it back."""
        return cls(real(value["at"]), text(value["path"]), text(value["detail"]))


@dataclass(frozen=True, slots=True)
class ServerNames:
    """How both servers call themselves: Plex's name and both versions, "" where nobody has asked."""

    plex_name: str = ""
    plex_version: str = ""
    stash_version: str = ""

    @classmethod
    def read(cls, value: Any) -> ServerNames:
        """Read it back."""
        return cls(text(value["plex_name"]), text(value["plex_version"]), text(value["stash_version"]))


def _vanished(value: Any) -> Vanished:
    return Vanished(whole(value["gone"]), whole(value["linked"]), whole(value["accepted"]))


def _cursor(value: object) -> str:
    """Check what :meth:`plexsync.stash.changes.cursor.Cursor.to_json` wrote."""
    found = json.loads(text(value))
    real(found["since"]), real(found["clock"])
    if found["zone"] is not None:
        whole(found["zone"])
    _numbers(found["counts"]), _numbers(found["newest"])
    return text(value)


AGENT_STATUS = Key("agent", AgentStatus.read)
"""How the agent describes itself, as long as it lives and when it ended."""

BASELINE = Key("baseline", Baseline.read)
"""How both servers looked at the last reconcile that went through."""

CHOSEN_LIBRARIES = Key("libraries", ChosenLibraries.read)
"""The libraries of Plex behind the names in the settings, so that a renamed one is still the same."""

CLIENT_ID = Key("client_id", text)
"""Under which id Plex knows this install."""

CURSOR = Key("cursor", _cursor)
"""How far the changes in Stash were read, as JSON."""

FOLDERS_KNOWN = Key("folders_known", flag)
"""Whether all folders of Stash were remembered once."""

FOLDER_PROBE = Key("folder_probe", text)
"""Nothing: it is written to see whether the data folder takes writes."""

HISTORY_AT = Key("history_at", real)
"""The moment from which the days of history were last counted (UTC seconds)."""

KNOWN_SERVERS = Key("edit_capabilities", KnownServers.read)
"""How each Plex server and version was seen to deal with edits."""

JOURNAL_SERVERS = Key("journal_servers", _spans)
"""The spans of the journal by Plex server, oldest first; not there as long as there was only one server."""

LISTING_MARK = Key("listing_mark", whole)
"""The number of the newest full listing of a library."""

MACHINE_ID = Key("machine_id", text)
"""The id of the Plex server that the index is about."""

NEXT_RECONCILE = Key("reconcile_next", NextReconcile.read)
"""When the next reconcile is due."""

PATH_MAP = Key("path_map", KeptPathMap.read)
"""The path map in force."""

PROBED = Key("probed", ProbedServers.read)
"""The findings of probes, by server."""

REBUILT = Key("rebuilt", Rebuilt.read)
"""That a damaged database was put aside."""

RECONCILED_RULES = Key("reconciled_rules", texts)
"""The rules by which everything was compared last."""

REBUILD_NEEDS_RUN = Key("rebuild_needs_run", flag)
"""Whether everything is to be compared once, after a damaged database was put aside."""

RETURN_NEEDS_RUN = Key("return_needs_run", flag)
"""Whether most scenes were gone from Stash and are there again, and nothing was compared since."""

SERVER_NAMES = Key("server_names", ServerNames.read)
"""How both servers call themselves, asked for when somebody looks."""

CHOSEN_SERVER = Key("chosen_server", KeptServer.read)
"""The Plex server that a person chose from an account's list, with its addresses."""

SETUP = Key("setup", KeptSetup.read)
"""How far a set-up is."""

SEEN_FILE = Key("stash_file_seen", texts)
"""How Stash's database file stood when all that was written to it was known: its path, and the marks of its files."""

VANISHED = Key("vanished", _vanished)
"""How many synced items belong to scenes that are gone from Stash."""

ALL_THERE_AT = Key("all_there_at", real)
"""When the last listing of all scenes began in which none that was remembered was missing (UTC seconds)."""

RESTORED_AT = Key("plex_restored_at", real)
"""When Plex's database was last seen to be an older one than before (UTC seconds)."""

SCANNED_AT = Key("scanned_at", real)
"""When all of Stash was read for the first time (UTC seconds)."""
