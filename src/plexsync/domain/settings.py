"""The one table of settings: it makes the form in Stash, the help, the docs page and the validation.

A value comes from the environment (``PLEXSYNC_<KEY>``), else ``settings.toml``, else Stash's plugin settings, else the
default. Empty text means "not set". A value that cannot be understood stops nothing else: the next origin is used and a
:class:`BadSetting` is kept beside the values.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import Enum

from plexsync.domain.address import read_address
from plexsync.domain.errors import BadSetting, NotConfigured
from plexsync.domain.model import Artwork, Field, Policy
from plexsync.domain.moment import check_moment

MASK = "••••••"


class Origin(str, Enum):
    """Where a value came from, strongest first."""

    ENVIRONMENT = "environment"
    FILE = "settings.toml"
    STASH = "Stash's plugin settings"
    DEFAULT = "default"


class Form(str, Enum):
    """The three kinds of input Stash's settings page has."""

    STRING = "STRING"
    NUMBER = "NUMBER"
    BOOLEAN = "BOOLEAN"


_KEY = re.compile("[!-~]+")
_HALF = re.compile("[\ud800-\udfff]")
_SHA256 = re.compile("[0-9a-f]{64}")
SettingValue = str | int | float | bool | tuple[str, ...] | tuple[tuple[str, str], ...]
Parser = Callable[[object], SettingValue]


def parse_text(raw: object) -> str:
    """Take text as it is, without the blanks around it."""
    return str(raw).strip()


def parse_flag(raw: object) -> bool:
    """Take a boolean or a word for one; raise ValueError otherwise."""
    word = str(raw).strip().lower()
    if word in {"true", "1", "yes", "on"}:
        return True
    if word in {"false", "0", "no", "off"}:
        return False
    raise ValueError("true or false")


def parse_names(raw: object) -> tuple[str, ...]:
    """Split a text box at ``;`` (names may hold commas), or take a TOML list."""
    parts = raw if isinstance(raw, (list, tuple)) else str(raw).split(";")
    return tuple(name for name in (str(part).strip() for part in parts) if name)


def parse_path_map(raw: object) -> tuple[tuple[str, str], ...]:
    r"""Read ``/data => /media; /new => D:\new`` as pairs (Stash's folder, Plex's folder)."""
    pairs = []
    for rule in parse_names(raw):
        stash, arrow, plex = rule.partition("=>")
        if not (arrow and stash.strip() and plex.strip()):
            raise ValueError("pairs like /data => /media, separated by ;")
        pairs.append((stash.strip(), plex.strip()))
    return tuple(pairs)


def number(low: float, high: float, unit: str) -> Parser:
    """Make a parser for a number of ``unit`` between two bounds."""

    def parse(raw: object) -> SettingValue:
        try:
            value = float(str(raw).strip())
        except ValueError:
            value = float("nan")
        if not low <= value <= high:
            raise ValueError(f"a number of {unit} from {low:g} to {high:g}")
        return int(value) if value.is_integer() else value

    return parse


def choice(*words: str) -> Parser:
    """Make a parser for one of a few words."""

    def parse(raw: object) -> SettingValue:
        word = str(raw).strip().lower()
        if word not in words:
            raise ValueError("one of " + ", ".join(words))
        return word

    return parse


def choices(*words: str) -> Parser:
    """Make a parser for any of a few words, separated by ``;``."""

    def parse(raw: object) -> SettingValue:
        chosen = tuple(name.lower() for name in parse_names(raw))
        if not set(chosen) <= set(words):
            raise ValueError("any of " + "; ".join(words))
        return chosen

    return parse


def parse_key(raw: object) -> str:
    """Take a token or key, which goes into a header: letters, digits and signs."""
    key = str(raw).strip()
    if not _KEY.fullmatch(key):
        raise ValueError("letters, digits and signs, without blanks")
    return key


def parse_certificate(raw: object) -> str:
    """Take a certificate's SHA-256, with or without colons, as browsers and ``openssl x509 -fingerprint`` show it."""
    digits = str(raw).strip().replace(":", "").replace(" ", "").lower()
    if not _SHA256.fullmatch(digits):
        raise ValueError("a certificate's SHA-256: 64 hexadecimal digits, as `plexsync check` shows it")
    return digits


def parse_moment(raw: object) -> str:
    """Take a date, a date and time, or a span back from now; a date of a TOML file is one too."""
    return check_moment(str(raw).strip())


@dataclass(frozen=True, slots=True)
class Setting:
    """One row of the table; ``in_form`` tells whether Stash's settings page shows it."""

    key: str
    name: str
    help: str
    default: SettingValue
    parse: Parser
    form: Form = Form.STRING
    secret: bool = False
    in_form: bool = True

    @property
    def variable(self) -> str:
        """Name of the environment variable that sets it."""
        return f"PLEXSYNC_{self.key.upper()}"

    def masked(self, text: str) -> str:
        """Return what may be shown of a text that somebody set: an address may hold a password or token."""
        is_address = self.parse is read_address and any(sign in text for sign in "@?#")
        return MASK if self.secret or is_address else text


def _policy(of: Field, default: Policy) -> Setting:
    name = of.value.replace("_", " ")
    return Setting(
        f"policy_{of.value}",
        f"Policy: {name}",
        f"The rule for this field: merge, stash, mirror, fill or off. Not set: {default.value}.",
        default.value,
        choice(*(policy.value for policy in Policy)),
    )


_CONNECTION = (
    Setting(
        "plex_url", "Plex address", "The address of your Plex server, like http://192.168.1.5:32400.", "", read_address
    ),
    Setting(
        "plex_token",
        "Plex token",
        "Of your own Plex account. Everyone who may log in to Stash can read it here. `plexsync config set` hides it.",
        "",
        parse_key,
        secret=True,
    ),
    Setting(
        "plex_certificate",
        "Plex certificate",
        "SHA-256 of the one certificate to trust at an https address. Not set: those that this machine trusts.",
        "",
        parse_certificate,
    ),
    Setting("plex_libraries", "Plex libraries", "Names separated by ; Not set: all movie libraries.", (), parse_names),
    Setting(
        "path_map",
        "Path map",
        "Pairs like /stash/folder => /plex/folder, separated by ; Not set: PlexSync finds them by itself.",
        (),
        parse_path_map,
    ),
    Setting(
        "stash_url",
        "Stash address",
        "The address of Stash, for an agent without the plugin.",
        "",
        read_address,
        in_form=False,
    ),
    Setting(
        "stash_api_key",
        "Stash API key",
        "Stash's API key, for an agent without the plugin.",
        "",
        parse_key,
        secret=True,
        in_form=False,
    ),
    Setting(
        "stash_certificate",
        "Stash certificate",
        "SHA-256 of the one certificate to trust at an https address. Needed only if Stash runs on another machine.",
        "",
        parse_certificate,
        in_form=False,
    ),
)

_BEHAVIOUR = (
    Setting("dry_run", "Dry run", "Work out all changes, but write nothing to Plex.", False, parse_flag, Form.BOOLEAN),
    Setting(
        "paused",
        "Paused",
        "Keep noting changes, but write nothing until you switch this off.",
        False,
        parse_flag,
        Form.BOOLEAN,
    ),
    Setting(
        "leave_unlocked",
        "Leave fields unlocked",
        "Do not lock the fields that PlexSync writes. Plex's own agents may then overwrite them.",
        False,
        parse_flag,
        Form.BOOLEAN,
    ),
    Setting(
        "no_plex_scan",
        "Never ask Plex to scan",
        "Do not ask Plex to scan the folder of a file that it does not know yet.",
        False,
        parse_flag,
        Form.BOOLEAN,
    ),
    Setting(
        "collection_sources",
        "Collections from",
        "groups, studio, or both, separated by ; Not set: groups.",
        ("groups",),
        choices("groups", "studio"),
    ),
    Setting(
        "reconcile_interval",
        "Reconcile: how often",
        "How often PlexSync compares both sides by itself: never, hourly, daily or weekly. Not set: daily.",
        "daily",
        choice("never", "hourly", "daily", "weekly"),
    ),
    Setting(
        "reconcile_scope",
        "Reconcile: which scenes",
        "all, 24h, 7days or custom, for `Reconcile Library` and for runs that start by themselves. Not set: all.",
        "all",
        choice("all", "24h", "7days", "custom"),
    ),
    Setting(
        "reconcile_from",
        "Reconcile: from",
        "Start of the custom range: a date, a date and time, or a span back like 30d. Not set: no limit.",
        "",
        parse_moment,
    ),
    Setting(
        "reconcile_to",
        "Reconcile: to",
        "End of the custom range, in the same form. A date counts in full. Not set: now.",
        "",
        parse_moment,
    ),
    Setting(
        "no_startup_reconcile",
        "No reconcile at the start",
        "Do not compare the scenes of the last 24 hours after a start of Stash or PlexSync.",
        False,
        parse_flag,
        Form.BOOLEAN,
    ),
    Setting(
        "orphan_policy",
        "Orphans",
        "report or clear: items whose scene is gone. clear takes away what PlexSync wrote there. Not set: report.",
        "report",
        choice("report", "clear"),
    ),
    Setting(
        "shared_items",
        "Shared items",
        "same, resolution or first: whose values an item gets that has files of several scenes. Not set: same, which "
        "means those on which all of them agree.",
        "same",
        choice("same", "resolution", "first"),
    ),
    Setting(
        "brake_percent",
        "Brake: share",
        "From this percentage of the linked items a run may take something away without asking. Not set: 30.",
        30,
        number(1, 100, "percent"),
        Form.NUMBER,
    ),
    Setting(
        "brake_items",
        "Brake: items",
        "From this many items a run may always take something away. Not set: 50.",
        50,
        number(1, 1_000_000, "items"),
        Form.NUMBER,
    ),
    Setting("label_all", "Label for all", "A label for every synced item. Not set: none.", "", parse_text),
    Setting("label_organized", "Label for organized", "A label for organized scenes. Not set: none.", "", parse_text),
    Setting("exclude_tags", "Tags to leave out", "Tags that never become genres, separated by ;", (), parse_names),
    Setting(
        "actor_photos",
        "Actor photos",
        "Give Plex the address of each performer's picture. Plex must be able to open Stash.",
        False,
        parse_flag,
        Form.BOOLEAN,
    ),
)

_POLICIES = tuple(_policy(of, Policy.OFF if of is Field.LABELS else Policy.MERGE) for of in Field)

_IMAGES = tuple(
    Setting(
        f"image_{image.value}",
        f"Image: {image.value}",
        f"A scene's cover as {image.value}: on (a person's picture stays), stash, fill or off. Not set: {default}.",
        default,
        choice("on", "stash", "fill", "off"),
    )
    for image, default in ((Artwork.POSTER, "on"), (Artwork.ART, "off"))
)

_TECHNICAL = (
    Setting(
        "connect_timeout",
        "Connect time-out",
        "Seconds until a connection must stand. Not set: 5.",
        5,
        number(0.1, 120, "seconds"),
        Form.NUMBER,
    ),
    Setting(
        "read_timeout",
        "Answer time-out",
        "Seconds until an answer must come. Not set: 60.",
        60,
        number(0.1, 600, "seconds"),
        Form.NUMBER,
    ),
    Setting(
        "poll_seconds",
        "Polling interval",
        "Seconds between two polls where PlexSync cannot see Stash's database file. Not set: 5.",
        5,
        number(0.5, 3600, "seconds"),
        Form.NUMBER,
    ),
    Setting(
        "parallel_writes",
        "Edits at once",
        "How many edits go to Plex at the same time, 1 to 4. Plex's database has one writer. Not set: 1.",
        1,
        number(1, 4, "edits"),
        Form.NUMBER,
    ),
    Setting(
        "max_attempts",
        "Attempts",
        "How often a scene is tried before it becomes a dead letter. Not set: 8.",
        8,
        number(1, 100, "attempts"),
        Form.NUMBER,
    ),
    Setting(
        "history_days",
        "History",
        "How many days runs, gaps and written changes are kept. Not set: 90.",
        90,
        number(1, 3650, "days"),
        Form.NUMBER,
    ),
    Setting(
        "log_level",
        "Log level",
        "debug, info, warning or error. Not set: info.",
        "info",
        choice("debug", "info", "warning", "error"),
    ),
)

SETTINGS: tuple[Setting, ...] = _CONNECTION + _BEHAVIOUR + _POLICIES + _IMAGES + _TECHNICAL
BY_KEY: Mapping[str, Setting] = {setting.key: setting for setting in SETTINGS}


@dataclass(frozen=True, slots=True)
class Settings:
    """All values, where each came from, and what could not be understood."""

    values: Mapping[str, SettingValue]
    origins: Mapping[str, Origin]
    problems: tuple[BadSetting, ...] = ()

    def text(self, key: str) -> str:
        """Return a text setting."""
        value = self.values[key]
        if not isinstance(value, str):
            raise TypeError(key)
        return value

    def flag(self, key: str) -> bool:
        """Return a yes/no setting."""
        value = self.values[key]
        if not isinstance(value, bool):
            raise TypeError(key)
        return value

    def number(self, key: str) -> float:
        """Return a number setting."""
        value = self.values[key]
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            raise TypeError(key)
        return value

    def names(self, key: str) -> tuple[str, ...]:
        """Return a setting that is a list of names."""
        value = self.values[key]
        if not isinstance(value, tuple):
            raise TypeError(key)
        return tuple(str(name) for name in value)

    @property
    def path_map(self) -> tuple[tuple[str, str], ...]:
        """Return the path map as pairs (Stash's folder, Plex's folder)."""
        value = self.values["path_map"]
        if not isinstance(value, tuple):
            raise TypeError("path_map")
        return tuple((str(pair[0]), str(pair[1])) for pair in value)

    def policy(self, of: Field) -> Policy:
        """Return the policy of one field."""
        return Policy(self.text(f"policy_{of.value}"))

    def image(self, image: Artwork) -> bool:
        """Tell whether an image is synced."""
        return self.text(f"image_{image.value}") != "off"

    def picture_policy(self, image: Artwork) -> Policy:
        """Return the policy of one image; "on" is the one of fields, merge."""
        value = self.text(f"image_{image.value}")
        return Policy.MERGE if value == "on" else Policy(value)

    def require(self, key: str) -> str:
        """Return a text setting that must have a value; raises :class:`NotConfigured`."""
        value = self.text(key)
        if not value:
            raise NotConfigured(setting=key)
        return value

    def shown(self, key: str) -> str:
        """Return a value as a person may see it: secrets masked."""
        value = self.values[key]
        if BY_KEY[key].secret:
            return MASK if value else ""
        if isinstance(value, tuple):
            return "; ".join(" => ".join(part) if isinstance(part, tuple) else part for part in value)
        return str(value).lower() if isinstance(value, bool) else str(value)


Layer = tuple[Origin, Mapping[str, object]]


def _is_unset(raw: object) -> bool:
    return raw is None or (isinstance(raw, str) and not raw.strip())


def _resolve(setting: Setting, layers: tuple[Layer, ...], problems: list[BadSetting]) -> tuple[SettingValue, Origin]:
    for origin, layer in layers:
        raw = layer.get(setting.key)
        if _is_unset(raw):
            continue
        if origin is Origin.STASH and setting.form is Form.NUMBER and raw == 0:
            # A cleared number box in Stash's page comes back as 0 (tests/recordings/stash/plugin-loading.md §8).
            continue
        try:
            return setting.parse(raw), origin
        except ValueError as problem:
            problems.append(
                BadSetting(
                    setting=setting.key, value=setting.masked(str(raw)), allowed=str(problem), origin=origin.value
                )
            )
    return setting.default, Origin.DEFAULT


def resolve(environment: Mapping[str, str], file: Mapping[str, object], stash: Mapping[str, object]) -> Settings:
    """Put the layers together: environment over file over Stash's plugin settings over defaults."""
    # A byte of the environment that is no UTF-8 arrives as half a character, which could not be shown or kept.
    named = {s.key: _HALF.sub("\ufffd", environment[s.variable]) for s in SETTINGS if s.variable in environment}
    layers: tuple[Layer, ...] = ((Origin.ENVIRONMENT, named), (Origin.FILE, file), (Origin.STASH, stash))
    problems: list[BadSetting] = []
    found = {setting.key: _resolve(setting, layers, problems) for setting in SETTINGS}
    return Settings(
        values={key: value for key, (value, _) in found.items()},
        origins={key: origin for key, (_, origin) in found.items()},
        problems=tuple(problems),
    )
