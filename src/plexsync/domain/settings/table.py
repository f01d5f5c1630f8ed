"""The one table of settings: it makes the form in Stash, the help, the docs page and the validation."""

from __future__ import annotations

from collections.abc import Mapping

from plexsync.domain.address import read_address
from plexsync.domain.model import Field, Policy
from plexsync.domain.settings.parsers import (
    choice,
    choices,
    number,
    parse_certificate,
    parse_flag,
    parse_key,
    parse_moment,
    parse_names,
    parse_path_map,
    parse_text,
)
from plexsync.domain.settings.setting import AUTO, Form, Setting

_LABELS_HINT = "Plex needs a Plex Pass for labels."
_REMARKS = {
    Field.LABELS: _LABELS_HINT,
    Field.ACTORS: "Plex may show them in another order than Stash.",
    Field.COLLECTIONS: "A collection that PlexSync made goes when it is empty.",
}


def _policy(of: Field, default: Policy) -> Setting:
    name = of.value.replace("_", " ")
    rule = f"The rule for this field: merge, stash, mirror, fill or off. Not set: {default.value}."
    return Setting(
        f"policy_{of.value}",
        f"Policy: {name}",
        f"{rule} {_REMARKS.get(of, '')}".rstrip(),
        default.value,
        choice(*(policy.value for policy in Policy)),
    )


_CONNECTION = (
    Setting(
        "plex_url",
        "Plex address",
        "The address of your Plex server, like http://192.168.1.5:32400.",
        "",
        read_address,
        in_form=True,
    ),
    Setting(
        "plex_token",
        "Plex token",
        "Of your own Plex account. Everyone who may log in to Stash can read it here. `plexsync config set` hides it.",
        "",
        parse_key,
        secret=True,
        in_form=True,
    ),
    Setting(
        "plex_certificate",
        "Plex certificate",
        "SHA-256 of the one certificate to trust at an https address. Not set: those that this machine trusts.",
        "",
        parse_certificate,
    ),
    Setting(
        "plex_server",
        "Plex server",
        "The id of your Plex server. `plexsync setup` sets it. Another server at the address then gets no token.",
        "",
        parse_key,
    ),
    Setting(
        "plex_account_token",
        "Plex sign-in",
        "The key to your account at plex.tv. `plexsync setup` sets it, `plexsync signout` ends it.",
        "",
        parse_key,
        secret=True,
    ),
    Setting(
        "plex_libraries",
        "Plex libraries",
        "Names separated by ; Not set: all movie libraries.",
        (),
        parse_names,
        in_form=True,
    ),
    Setting(
        "path_map",
        "Path map",
        "Pairs like /stash/folder => /plex/folder, separated by ; Not set: PlexSync finds them by itself.",
        (),
        parse_path_map,
        in_form=True,
    ),
    Setting(
        "stash_url",
        "Stash address",
        "The address of Stash, for an agent without the plugin.",
        "",
        read_address,
    ),
    Setting(
        "stash_api_key",
        "Stash API key",
        "Stash's API key, for an agent without the plugin.",
        "",
        parse_key,
        secret=True,
    ),
    Setting(
        "stash_certificate",
        "Stash certificate",
        "SHA-256 of the one certificate to trust at an https address. Needed only if Stash runs on another machine.",
        "",
        parse_certificate,
    ),
)

_BEHAVIOUR = (
    Setting(
        "dry_run",
        "Dry run",
        "Work out all changes, but write nothing to Plex.",
        False,
        parse_flag,
        Form.BOOLEAN,
        in_form=True,
    ),
    Setting(
        "paused",
        "Paused",
        "Keep noting changes, but write nothing until you switch this off.",
        False,
        parse_flag,
        Form.BOOLEAN,
        in_form=True,
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
        in_form=True,
    ),
    Setting(
        "reconcile_scope",
        "Reconcile: which scenes",
        "all, 24h, 7days or custom, for `Reconcile Library` and for runs that start by themselves. Not set: all.",
        "all",
        choice("all", "24h", "7days", "custom"),
        in_form=True,
    ),
    Setting(
        "reconcile_from",
        "Reconcile: from",
        "Start of the custom range: a date, a date and time, or a span back like 30d. Not set: no limit.",
        "",
        parse_moment,
        in_form=True,
    ),
    Setting(
        "reconcile_to",
        "Reconcile: to",
        "End of the custom range, in the same form. A date counts in full. Not set: now.",
        "",
        parse_moment,
        in_form=True,
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
        "A run may take something away from up to this percentage of the linked items without asking. Not set: 30.",
        30,
        number(1, 100, "percent"),
        Form.NUMBER,
    ),
    Setting(
        "brake_items",
        "Brake: items",
        "A run may take something away from up to this many items without asking. Not set: 50.",
        50,
        number(1, 1_000_000, "items"),
        Form.NUMBER,
    ),
    Setting(
        "label_all",
        "Label for all",
        f"A label for every synced item, if policy_labels is not off. {_LABELS_HINT} Not set: none.",
        "",
        parse_text,
    ),
    Setting(
        "label_organized",
        "Label for organized",
        f"A label for organized scenes, if policy_labels is not off. {_LABELS_HINT} Not set: none.",
        "",
        parse_text,
    ),
    Setting("exclude_tags", "Tags to leave out", "Tags that never become genres, separated by ;", (), parse_names),
    Setting(
        "actor_photos",
        "Actor photos",
        "Give Plex the address of each performer's picture. Plex keeps one photo per name for the whole server, "
        "so it changes in all libraries. Plex opens the address by itself, without a password: see photo_url.",
        False,
        parse_flag,
        Form.BOOLEAN,
    ),
    Setting(
        "photo_url",
        "Photo address",
        "Stash's address as Plex opens it, for actor_photos, like http://192.168.1.5:9999. Not set: the address that "
        "PlexSync uses. `plexsync check` tries it.",
        "",
        read_address,
    ),
)

_POLICIES = tuple(_policy(of, Policy.OFF if of is Field.LABELS else Policy.MERGE) for of in Field)

_IMAGES = (
    Setting(
        "image_poster",
        "Image: poster",
        "A scene's cover as poster: on (a person's picture stays), stash, fill or off. Not set: on.",
        "on",
        choice("on", "stash", "fill", "off"),
    ),
    Setting(
        "image_art",
        "Image: art",
        "A scene's cover as background: auto, on, stash, fill or off. Not set: auto, which means on in libraries "
        "without an agent (Other Videos). TV apps show the background there.",
        AUTO,
        choice(AUTO, "on", "stash", "fill", "off"),
    ),
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
