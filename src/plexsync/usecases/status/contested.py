"""Sentences about fields that another tool keeps changing."""

from __future__ import annotations

from plexsync.domain.advice import Advice, explain
from plexsync.domain.model import Field, Policy
from plexsync.domain.phrases import counted
from plexsync.domain.settings import Settings
from plexsync.store import Store


def contested(store: Store, settings: Settings) -> tuple[Advice, ...]:
    """Name each field that is left alone on some items, but for those whose policy is off by now."""
    return tuple(
        _advice(one.field, counted(one.items, "item"), one.scene_id)
        for one in store.contests.held()
        if settings.policy(one.field) is not Policy.OFF
    )


def contested_of(store: Store, settings: Settings, scene_id: int) -> tuple[Advice, ...]:
    """Name the fields of one scene's items that are left alone."""
    return tuple(
        _advice(one.field, f"item {one.rating_key}", scene_id)
        for one in store.contests.of_scene(scene_id)
        if settings.policy(one.field) is not Policy.OFF
    )


def _advice(of: Field, items: str, scene_id: int) -> Advice:
    facts = {"fields": of.value, "items": items, "scene": str(scene_id), "setting": f"policy_{of.value}"}
    return explain("field_contested", facts)
