"""The rule of each field, with an example from the person's own library."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from plexsync.domain.model import LIST_FIELDS, Field, Policy, Value
from plexsync.domain.settings import BY_KEY
from plexsync.domain.settings.page_words import choice_name, name_of
from plexsync.store.person.set_up import SetupStep
from plexsync.usecases.dry_run.item_view import FieldView
from plexsync.usecases.dry_run.rehearsal import rehearse
from plexsync.usecases.dry_run.sync import Prospect, prospects_in
from plexsync.usecases.opening import Opened
from plexsync.usecases.sign_in.keeping import keep_values

SAMPLE = 100
"""How many scenes are looked at for examples."""


@dataclass(frozen=True, slots=True)
class FieldExample:
    """A field of a real scene: what Plex has, what Stash has, what Plex would have, and why."""

    scene_id: int
    title: str
    plex: Value
    stash: Value
    after: Value
    outcome: str
    why: str


@dataclass(frozen=True, slots=True)
class FieldChoice:
    """A field with its policy, the usual one, and an example if the library has one.

    ``name`` is what a person calls it, ``rules`` are the policies to choose from, each with its name.
    """

    field: str
    name: str
    rules: tuple[tuple[str, str], ...]
    policy: str
    usual: str
    example: FieldExample | None


@dataclass(frozen=True, slots=True)
class FieldChoices:
    """Every field with its rule."""

    fields: tuple[FieldChoice, ...]


def fields_view(opened: Opened) -> tuple[FieldChoice, ...]:
    """Return every field; raises server and settings errors."""
    with rehearse(opened) as rehearsal:
        ids = rehearsal.store.scenes.with_files()
        chosen = ids[:: max(1, len(ids) // SAMPLE)][:SAMPLE]
        found = list(prospects_in(opened, rehearsal, iter(chosen)))
    settings = opened.context.settings
    return tuple(
        FieldChoice(
            of.value,
            name_of(BY_KEY[_key(of)]),
            tuple(_rules(of)),
            settings.policy(of).value,
            str(BY_KEY[_key(of)].default),
            _example(of, found),
        )
        for of in Field
    )


def choose_fields(opened: Opened, policies: Mapping[Field, Policy]) -> None:
    """Keep what a person chose for some fields; the others stay as they are."""
    values = {_key(of): policy.value for of, policy in policies.items()}
    keep_values(opened, values, answers=SetupStep.FIELDS)


def _rules(of: Field) -> Iterator[tuple[str, str]]:
    """Yield the policies that differ for a field; a text is as in Stash or it is not."""
    for policy in Policy:
        if policy is not Policy.MIRROR or of in LIST_FIELDS:
            yield policy.value, choice_name(BY_KEY[_key(of)], policy.value)


def _key(of: Field) -> str:
    return f"policy_{of.value}"


def _example(of: Field, found: list[Prospect]) -> FieldExample | None:
    """Take a scene where the field would change, else one where Stash says something; one with a title if there is."""
    rows = [(prospect, view) for prospect in found for item in prospect.items for view in item.fields]
    named = [(prospect, view) for prospect, view in rows if view.field == of.value and view.stash]
    best = min(named, key=lambda row: (row[1].outcome != "changes", not row[0].title), default=None)
    return None if best is None else _of(*best)


def _of(prospect: Prospect, view: FieldView) -> FieldExample:
    return FieldExample(
        prospect.scene_id, prospect.title, view.plex, view.stash, view.after, view.outcome, view.advice.text
    )
