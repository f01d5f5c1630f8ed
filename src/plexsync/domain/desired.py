"""The desired values of a scene in Plex, under a person's settings."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, fields, replace
from datetime import date
from hashlib import blake2b

from plexsync.domain.address import is_own_machine
from plexsync.domain.model import PHOTOS, Desired, Field, Policy, Scene, Value
from plexsync.domain.paths.key import name_of
from plexsync.domain.settings import Settings
from plexsync.domain.text import clean_line, clean_paragraphs, fold, unique

LONGEST_LINE = 1000
"""Characters of a title: nobody reads more in a line, and what is much longer no server takes."""

_ARTICLE = re.compile(r"(?:the|an|a) (?=\S)", re.IGNORECASE)
_DATE = re.compile(r"([0-9]{4})(?:-([0-9]{2}))?(?:-([0-9]{2}))?")
_NAME_SUFFIX = re.compile(r"(?:jr|sr|ii|iii|iv|esq|ph\.?d|m\.?d)\.?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Rules:
    """The settings that shape what is desired.

    ``exclude_tags`` holds :func:`fold` keys. ``photo_base`` is Stash's address as Plex opens it, without a slash at its
    end, or "" where actors get no photos. ``lock`` tells whether what is written is locked.
    """

    policies: Mapping[Field, Policy]
    collection_sources: frozenset[str] = frozenset({"groups"})
    label_all: str = ""
    label_organized: str = ""
    exclude_tags: frozenset[str] = frozenset()
    photo_base: str = ""
    lock: bool = True

    @classmethod
    def from_settings(cls, settings: Settings, stash_url: str) -> Rules:
        """Take the rules from the settings; ``stash_url`` is how PlexSync reaches Stash."""
        return cls(
            policies={of: settings.policy(of) for of in Field},
            collection_sources=frozenset(settings.names("collection_sources")),
            label_all=settings.text("label_all"),
            label_organized=settings.text("label_organized"),
            exclude_tags=frozenset(fold(name) for name in settings.names("exclude_tags")),
            photo_base=photo_base(settings, stash_url) if settings.flag("actor_photos") else "",
            lock=not settings.flag("leave_unlocked"),
        )

    def without(self, off: Collection[str]) -> Rules:
        """Return them with some fields left alone, or without :data:`PHOTOS`."""
        if not off:
            return self
        photo_base = "" if PHOTOS in off else self.photo_base
        return replace(self, policies=policies_without(self.policies, off), photo_base=photo_base)


def policies_without(policies: Mapping[Field, Policy], off: Collection[str]) -> dict[Field, Policy]:
    """Return policies with some fields left alone."""
    return {of: Policy.OFF if of.value in off else policy for of, policy in policies.items()}


def photo_base(settings: Settings, stash_url: str) -> str:
    """Return the address at which Plex is to find performers' photos, "" where none is known.

    Stash's own address does, unless it means "this machine" and Plex is on another one.
    """
    told = settings.text("photo_url")
    if not told and is_own_machine(stash_url) and not is_own_machine(settings.text("plex_url")):
        return ""
    return (told or stash_url).rstrip("/")


def photo_path(performer_id: int) -> str:
    """Return the path of a performer's photo in Stash."""
    return f"/performer/{performer_id}/image"


def desire(scene: Scene, rules: Rules) -> Desired:
    """Work out what a scene ought to look like; a field whose policy is off is left out."""
    values = {
        of: make(scene, rules) for of, make in _MAKERS.items() if rules.policies.get(of, Policy.OFF) is not Policy.OFF
    }
    photos = _photos(scene, rules.photo_base) if rules.photo_base and Field.ACTORS in values else {}
    return Desired(scene.id, values, _stem(scene), photos)


def fingerprint(desired: Desired, rules: Rules) -> str:
    """Return a hash that changes when what is desired, or how it is merged and locked, changes."""
    parts = (desired.fields, desired.stem, desired.photos, rules.policies, rules.lock)
    return blake2b(json.dumps(parts, sort_keys=True).encode(), digest_size=16).hexdigest()


def rules_print(rules: Rules, images: Iterable[str]) -> str:
    """Return a hash of the rules alone, and of the ``images`` that are switched on: another one makes all wanted."""
    each = {one.name: _in_order(getattr(rules, one.name)) for one in fields(rules)}
    return blake2b(json.dumps((each, sorted(images)), sort_keys=True).encode(), digest_size=8).hexdigest()


def _in_order(value: object) -> object:
    """Return a set as a list that is the same each time."""
    return sorted(value) if isinstance(value, frozenset) else value


def sort_form(title: str) -> str:
    """Return a title as it is sorted: without a leading English article."""
    return _ARTICLE.sub("", title, count=1) if _ARTICLE.match(title) else title


def _heading(text: str) -> str:
    """Clean a title, and cut one that is longer than any line."""
    line = clean_line(text)
    return line if len(line) <= LONGEST_LINE else line[: LONGEST_LINE - 1].rstrip() + "…"


def _title(scene: Scene, _: Rules) -> str:
    return _heading(scene.title)


def _sort_title(scene: Scene, _: Rules) -> str:
    return sort_form(_heading(scene.title))


def _summary(scene: Scene, _: Rules) -> str:
    return clean_paragraphs(scene.details)


def _date(scene: Scene, _: Rules) -> str:
    """Return the first day of what may be a year or a month only; "" for no date at all."""
    found = _DATE.fullmatch(scene.date.strip())
    if found is None:
        return ""
    try:
        return date(*(int(part or 1) for part in found.groups())).isoformat()
    except ValueError:
        return ""


def _studio(scene: Scene, _: Rules) -> str:
    return clean_line(scene.studio.name) if scene.studio else ""


def _rating(scene: Scene, _: Rules) -> str:
    """Return Plex's scale of 0 to 10 as text, without a needless ".0"."""
    if not scene.rating100:
        return ""
    whole, tenth = divmod(scene.rating100, 10)
    return f"{whole}.{tenth}" if tenth else str(whole)


def _actors(scene: Scene, _: Rules) -> tuple[str, ...]:
    return unique(performer.name for performer in scene.performers)


def _genres(scene: Scene, rules: Rules) -> tuple[str, ...]:
    names = unique(tag.name for tag in scene.tags)
    return tuple(name for name in names if fold(name) not in rules.exclude_tags)


def _directors(scene: Scene, _: Rules) -> tuple[str, ...]:
    """Split Stash's one text at commas and semicolons: "A. Smith, B. Jones" are two, "A. Smith, Jr." is one.

    Stash has one text for what are often several people (stashapp/stash#5772), and scrapers that find several join
    them by commas. "&" is left alone: it is as often part of a duo's or a company's name.
    """
    names: list[str] = []
    for part in re.split("[,;]", clean_line(scene.director)):
        if names and _NAME_SUFFIX.fullmatch(part.strip()):
            names[-1] += f", {part.strip()}"
        else:
            names.append(part)
    return unique(names)


def _collections(scene: Scene, rules: Rules) -> tuple[str, ...]:
    names = [group.name for group in scene.groups] if "groups" in rules.collection_sources else []
    if "studio" in rules.collection_sources and scene.studio:
        names.append(scene.studio.name)
    return unique(names)


def _labels(scene: Scene, rules: Rules) -> tuple[str, ...]:
    return unique((rules.label_all, rules.label_organized if scene.organized else ""))


def _photos(scene: Scene, base: str) -> dict[str, str]:
    """Map each actor's name to the address of its picture; of two with one name, the first's."""
    ids: dict[str, int] = {}
    for performer in scene.performers:
        ids.setdefault(fold(performer.name), performer.id)
    return {name: base + photo_path(ids[fold(name)]) for name in unique(p.name for p in scene.performers)}


def _stem(scene: Scene) -> str:
    """Return the primary file's name without its ending: the title Plex itself gives an unmatched file."""
    if not scene.files:
        return ""
    name = name_of(scene.files[0].path)
    return clean_line(name.rpartition(".")[0] or name)


_MAKERS: Mapping[Field, Callable[[Scene, Rules], Value]] = {
    Field.TITLE: _title,
    Field.SORT_TITLE: _sort_title,
    Field.DATE: _date,
    Field.SUMMARY: _summary,
    Field.STUDIO: _studio,
    Field.ACTORS: _actors,
    Field.DIRECTORS: _directors,
    Field.GENRES: _genres,
    Field.COLLECTIONS: _collections,
    Field.LABELS: _labels,
    Field.RATING: _rating,
}
