"""The few facts that decide how things stand."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from plexsync.domain.errors import NotAllowed, PlexSyncError, SettingsError, Starting, TokenRefused
from plexsync.domain.model import Reason


@dataclass(frozen=True, slots=True)
class SceneCounts:
    """All scenes of Stash by what becomes of them; each is counted once.

    ``queued`` are on their way, ``retrying`` wait for another try, ``unscanned`` for Plex to find the file, ``held``
    for a person who allows it, ``dry`` for the end of the dry run, ``stopped`` since a person stopped their run.
    ``needs_you`` wait for a person. The rest is not for Plex: ``no_file`` have nothing that could be there, a person
    ignores those ``ignored``, and has given the items of those ``declined`` to others or to none.
    """

    scenes: int = 0
    queued: int = 0
    retrying: int = 0
    unscanned: int = 0
    held: int = 0
    dry: int = 0
    stopped: int = 0
    needs_you: int = 0
    no_file: int = 0
    ignored: int = 0
    declined: int = 0

    @property
    def apart(self) -> int:
        """Scenes that are not for Plex."""
        return self.no_file + self.ignored + self.declined

    @property
    def concerned(self) -> int:
        """Scenes that ought to be in Plex."""
        return max(0, self.scenes - self.apart)

    @property
    def unfinished(self) -> int:
        """Scenes that will be worked on without anybody's help."""
        return self.queued + self.retrying

    @property
    def in_sync(self) -> int:
        """Scenes that nothing is to be done about."""
        others = self.unfinished + self.unscanned + self.held + self.dry + self.stopped + self.needs_you
        return max(0, self.concerned - others)


@dataclass(frozen=True, slots=True)
class ServerTrouble:
    """Why a server cannot be worked with: an error's code and data, since when, and when it is tried again.

    Moments are UTC seconds; ``next_try_at`` is 0.0 where nobody knows.
    """

    code: str
    data: Mapping[str, str]
    since: float
    next_try_at: float = 0.0

    @property
    def is_settings(self) -> bool:
        """Tell whether a person has to set something right."""
        return self.code in _codes(SettingsError)

    @property
    def is_refusal(self) -> bool:
        """Tell whether the server does not let PlexSync in."""
        return self.code in _codes(TokenRefused) | _codes(NotAllowed)

    @property
    def is_start(self) -> bool:
        """Tell whether the server is about to be ready."""
        return self.code == Starting.code


@dataclass(frozen=True, slots=True)
class Facts:
    """How things stand at ``now``, as it is remembered; moments are UTC seconds, 0.0 for never or unknown.

    ``gone_since`` is None while the agent lives, and ``start_trouble`` why it could not be started. ``brakes`` are the
    reasons why something is held, the most telling first. ``rate`` counts scenes a second. ``problems`` are what
    is wrong and stops nothing: settings, a second agent.
    """

    now: float
    counts: SceneCounts = SceneCounts()
    queued_since: float = 0.0
    is_set_up: bool = True
    gone_since: float | None = None
    start_trouble: Reason | None = None
    stash: ServerTrouble | None = None
    plex: ServerTrouble | None = None
    brakes: tuple[Reason, ...] = ()
    is_paused: bool = False
    plugin_off: str = ""
    is_dry_run: bool = False
    rate: float = 0.0
    last_write_at: float = 0.0
    next_reconcile_at: float = 0.0
    problems: tuple[Reason, ...] = ()


def _codes(kind: type[PlexSyncError]) -> frozenset[str]:
    """Return the codes of an error and of all that are of its kind."""
    return frozenset({kind.code}).union(*(_codes(inner) for inner in kind.__subclasses__()))
