"""The nouns every room shares: scene, item, field, link, plan.

Values only: frozen, comparable, without I/O. Scene ids are ints (Stash sends them as strings of digits), rating keys
are strings (as Plex sends them). Times are UTC seconds, except Stash's own time stamps, which stay the strings the
server gave because only the server can compare them (reference: recorded ``tz_filter_*``).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from dataclasses import field as default
from enum import Enum


class Field(str, Enum):
    """A metadata field of a Plex item, by PlexSync's own name, in the order in which people read them."""

    TITLE = "title"
    SORT_TITLE = "sort_title"
    DATE = "date"
    SUMMARY = "summary"
    STUDIO = "studio"
    ACTORS = "actors"
    DIRECTORS = "directors"
    GENRES = "genres"
    COLLECTIONS = "collections"
    LABELS = "labels"
    RATING = "rating"


LIST_FIELDS = frozenset({Field.ACTORS, Field.GENRES, Field.DIRECTORS, Field.COLLECTIONS, Field.LABELS})

PHOTOS = "photos"
"""Stands beside the values of :class:`Field`: the photos that come with actors."""

Value = str | tuple[str, ...]
"""A field's value: text for scalars ("" is empty; a rating is "8.5"; a date is "2024-05-01"), names for list fields."""


def _together(one: Value | None, other: Value | None) -> Value:
    """Join two lists of names; of two texts the first counts."""
    if isinstance(one, tuple) and isinstance(other, tuple):
        return one + other
    return one or other or ""


def empty_value(of: Field) -> Value:
    """Return what "nothing" looks like for a field."""
    return () if of in LIST_FIELDS else ""


class Artwork(str, Enum):
    """An image of a Plex item."""

    POSTER = "poster"
    ART = "art"


ORDER: tuple[str, ...] = tuple(one.value for one in (*Field, *Artwork))
"""Fields and pictures by name, in the one order in which they stand wherever a person reads them."""

_PLACES = {name: place for place, name in enumerate(ORDER)}


def place_of(name: str) -> int:
    """Return the place of a field or picture in that order; a name of neither comes after all."""
    return _PLACES.get(name, len(ORDER))


def in_order(names: Iterable[str]) -> tuple[str, ...]:
    """Return some fields and pictures in that order."""
    return tuple(sorted(names, key=place_of))


AGENTLESS = frozenset({"tv.plex.agents.none", "com.plexapp.agents.none"})
"""Agents, new and old, of libraries that have none: "Other Videos" (recordings ``np_sections.json`` and others)."""


class Policy(str, Enum):
    """How one field is merged (docs/sync-rules.md)."""

    MERGE = "merge"
    STASH = "stash"
    MIRROR = "mirror"
    FILL = "fill"
    OFF = "off"


class EntityKind(str, Enum):
    """A kind of Stash object that scenes refer to by id."""

    PERFORMER = "performer"
    STUDIO = "studio"
    TAG = "tag"
    GROUP = "group"


@dataclass(frozen=True, slots=True)
class Entity:
    """A performer, studio, tag or group as a scene shows it; ``parent`` is a studio's parent."""

    id: int
    name: str
    parent: Entity | None = None


@dataclass(frozen=True, slots=True)
class SceneFile:
    """One video file of a scene; size in bytes, duration in seconds (0.0 where unknown)."""

    path: str
    size: int
    duration: float = 0.0


@dataclass(frozen=True, slots=True)
class Scene:
    """A Stash scene as read at one moment; ``files[0]`` is the primary file.

    ``date`` is "", "YYYY", "YYYY-MM" or "YYYY-MM-DD"; ``rating100`` is 1..100 or None.
    """

    id: int
    title: str = ""
    details: str = ""
    date: str = ""
    director: str = ""
    rating100: int | None = None
    organized: bool = False
    studio: Entity | None = None
    performers: tuple[Entity, ...] = ()
    tags: tuple[Entity, ...] = ()
    groups: tuple[Entity, ...] = ()
    files: tuple[SceneFile, ...] = ()
    created_at: str = ""
    updated_at: str = ""


@dataclass(frozen=True, slots=True)
class Part:
    """One file of a Plex item; size in bytes, duration in milliseconds."""

    path: str
    size: int = 0
    duration: int = 0


@dataclass(frozen=True, slots=True)
class Item:
    """A Plex item in full (never built from a truncated listing row).

    ``fields`` holds every :class:`Field`; ``photos`` maps an actor's name to the thumb URL Plex has for it.
    ``updated_at`` is Plex's own ``updatedAt`` (UTC seconds). ``pictures`` are the addresses of those it shows,
    whichever they are, and ``locked_pictures`` those that agents leave alone.
    Plex's values of the ``unreadable`` fields make no sense: they are left as they are.
    """

    rating_key: str
    section_id: str
    fields: Mapping[Field, Value]
    locked: frozenset[Field] = frozenset()
    parts: tuple[Part, ...] = ()
    updated_at: int = 0
    guid: str = ""
    photos: Mapping[str, str] = default(default_factory=dict)
    pictures: Mapping[Artwork, str] = default(default_factory=dict)
    locked_pictures: frozenset[Artwork] = frozenset()
    unreadable: frozenset[Field] = frozenset()

    def shares_file_with(self, parts: Iterable[Part]) -> bool:
        """Tell whether one of its files is among some, or whether one side has none to go by."""
        paths = {part.path for part in parts}
        return not (paths and self.parts) or any(part.path in paths for part in self.parts)


@dataclass(frozen=True, slots=True)
class ListedItem:
    """An item as a section listing names it: enough for the path index, nothing about its metadata."""

    rating_key: str
    section_id: str
    title: str
    updated_at: int
    added_at: int
    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Section:
    """A Plex library with its folders and agent; ``changed`` is Plex's contentChangedAt counter."""

    id: str
    title: str
    type: str
    locations: tuple[str, ...]
    changed: int = 0
    refreshing: bool = False
    agent: str = ""


@dataclass(frozen=True, slots=True)
class Desired:
    """The values that a scene is to have in Plex.

    ``fields`` lacks a field whose policy is off. ``stem`` (the primary file's name without its ending) replaces a
    title that Stash no longer has. ``photos`` maps actor names to URLs, empty unless photos are switched on.
    """

    scene_id: int
    fields: Mapping[Field, Value]
    stem: str = ""
    photos: Mapping[str, str] = default(default_factory=dict)

    def without(self, off: Collection[str]) -> Desired:
        """Return it without some fields, by their values; ``photos`` is one of them."""
        fields = {of: value for of, value in self.fields.items() if of.value not in off}
        return replace(self, fields=fields, photos={} if PHOTOS in off else self.photos)


class Verdict(str, Enum):
    """Whether a scene has its item(s) in Plex; a person may have declined those it has, or ignore the scene."""

    LINKED = "linked"
    MISSING = "missing"
    AMBIGUOUS = "ambiguous"
    UNMAPPED = "unmapped"
    NO_FILE = "no_file"
    DECLINED = "declined"
    IGNORED = "ignored"


@dataclass(frozen=True, slots=True)
class Reason:
    """Why something was decided: a code for programs and the data a sentence about it needs."""

    code: str
    data: Mapping[str, str] = default(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Link:
    """The items that belong to a scene, and the reason."""

    scene_id: int
    verdict: Verdict
    rating_keys: tuple[str, ...] = ()
    reasons: tuple[Reason, ...] = ()


@dataclass(frozen=True, slots=True)
class Intent:
    """A value that was to be written, noted before it was sent at a moment (UTC seconds, 0.0 if that is to come)."""

    field: Field
    value: Value
    at: float = 0.0


@dataclass(frozen=True, slots=True)
class Base:
    """The values that PlexSync left of one scene on one item.

    ``pushed`` is what it last wrote (or found unlocked and equal) per field; ``wanted`` is Stash's value at that time,
    by which a later change of Stash's own value is recognised. ``intents`` are values, the newest first, whose writes
    were begun and may yet take effect: such a value in Plex is ours as well. ``inherited`` is the part of ``pushed``
    that another scene left on the item before this one had its file, and that this one has never said. ``taken_back``
    are fields whose last write a person has undone: they stay as long as Stash's value is the ``wanted`` one.
    """

    pushed: Mapping[Field, Value] = default(default_factory=dict)
    wanted: Mapping[Field, Value] = default(default_factory=dict)
    intents: tuple[Intent, ...] = ()
    inherited: Mapping[Field, Value] = default(default_factory=dict)
    taken_back: frozenset[Field] = frozenset()

    def given_away(self) -> Base:
        """Return it for another scene that a person gave the item's file.

        Inherited values stay, as they stayed with the scene before.
        """
        return Base(pushed=self.pushed, intents=self.intents, inherited=self.inherited)

    def handed_on(self) -> Base:
        """Return it for another scene, which has the item's file now and has said nothing of all this yet."""
        left = dict(self.pushed)
        for intent in self.intents:
            left[intent.field] = _together(left.get(intent.field), intent.value)
        return Base(pushed=self.pushed, intents=self.intents, inherited=left)

    def taken_as_said(self) -> Base:
        """Return it with nothing inherited: all that was left on the item may go."""
        return Base(self.pushed, self.wanted, self.intents)

    def ours(self, of: Field) -> tuple[Value, ...]:
        """Return the values that we may have left in a field."""
        intended = (intent.value for intent in self.intents if intent.field is of)
        return (self.pushed[of], *intended) if of in self.pushed else tuple(intended)


class Why(str, Enum):
    """Why a field changes or stays (docs/sync-rules.md has the table)."""

    FILL = "fill"
    UPDATE = "update"
    OVERWRITE_UNLOCKED = "overwrite_unlocked"
    STASH_CHANGED = "stash_changed"
    CLEAR = "clear"
    POLICY_STASH = "policy_stash"
    LIST_MERGE = "list_merge"
    LIST_MIRROR = "list_mirror"
    PHOTO = "photo"
    LOCK = "lock"
    KEPT_PERSON = "kept_person"
    KEPT_FILLED = "kept_filled"
    KEPT_INHERITED = "kept_inherited"
    UNDO = "undo"
    UNDONE = "undone"


@dataclass(frozen=True, slots=True)
class Change:
    """One field's observed value and what it becomes; ``photos`` only for actors.

    ``lock`` tells whether the field is locked then, None where that is as for the whole plan.
    """

    field: Field
    before: Value
    after: Value
    why: Why
    photos: Mapping[str, str] = default(default_factory=dict)
    lock: bool | None = None


@dataclass(frozen=True, slots=True)
class Kept:
    """A value that stays in Plex against Stash, and the reason; of a merged list, only the entries that Stash lacks."""

    field: Field
    observed: Value
    desired: Value
    why: Why


@dataclass(frozen=True, slots=True)
class Written:
    """The write of one run to one field of one item, as far as it is to be undone.

    Text: ``before`` is what Plex showed, ``after`` what was left there. List: ``before`` are the names that went,
    ``after`` those that came, and ``left`` is the whole list afterwards. ``was_locked`` and ``base`` (what PlexSync had
    left there before) are None where nothing is known. ``photos`` are the addresses of an actor's photo before and
    after. ``run`` is the undo itself, and ``is_sent`` tells that it is on its way.
    """

    before: Value
    after: Value
    left: Value
    was_locked: bool | None = None
    base: Value | None = None
    photos: Mapping[str, tuple[str, str]] = default(default_factory=dict)
    run: int = 0
    is_sent: bool = False

    def with_lock(self, was_locked: bool | None) -> Written:  # noqa: FBT001  the one thing that is other
        """Return it with another lock of before; made by hand, as there are ten of it for each item."""
        rest = (self.base, self.photos, self.run, self.is_sent)
        return Written(self.before, self.after, self.left, was_locked, *rest)

    def sent(self) -> Written:
        """Return it on its way."""
        return Written(
            self.before, self.after, self.left, self.was_locked, self.base, self.photos, self.run, is_sent=True
        )


@dataclass(frozen=True, slots=True)
class Plan:
    """The changes for one item.

    ``intent`` is to be remembered before the first of them is sent, ``base`` once all are in Plex (or there are none).
    ``held`` are fields that differ and are left as they are, because somebody else keeps changing them or a brake holds
    them. ``undo`` are fields that go back to what was there before a write.
    """

    scene_id: int
    rating_key: str
    section_id: str
    changes: tuple[Change, ...]
    kept: tuple[Kept, ...]
    base: Base
    lock: bool = True
    intent: Base = default(default_factory=Base)
    held: frozenset[Field] = frozenset()
    undo: Mapping[Field, Written] = default(default_factory=dict)
