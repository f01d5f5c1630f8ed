"""The JSON a hook is given as `input`: some inputs are told with every field, others only with what was sent.

The difference was recorded (tests/recordings/stash/hooks): it depends on whether the server's own structure leaves
empty fields out. `inputFields` is what tells the two apart for a plugin.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

from graphql import GraphQLInputObjectType, GraphQLSchema

from plexsync_simulators.shared.json_type import Json

_TOLD_IN_FULL = {
    "SceneUpdateInput",
    "SceneDestroyInput",
    "ScenesDestroyInput",
    "PerformerCreateInput",
    "PerformerUpdateInput",
    "StudioCreateInput",
    "StudioUpdateInput",
    "GalleryUpdateInput",
    "GalleryDestroyInput",
}

# Fields the server's structures still have and the schema has not.
_GONE_FROM_SCHEMA = {
    "PerformerCreateInput": ("height", "aliases"),
    "PerformerUpdateInput": ("height", "aliases"),
}


class Shapes:
    """Fills hook inputs by the input types of one schema."""

    def __init__(self, schema: GraphQLSchema) -> None:
        self._schema = schema

    def full(self, name: str, given: Mapping[str, Any]) -> Json:
        """Return what a hook is told of an input of this type."""
        if name not in _TOLD_IN_FULL:
            return {**given, **({"custom_fields": self._custom(given)} if given.get("custom_fields") else {})}
        fields = (*self.names(name), *_GONE_FROM_SCHEMA.get(name, ()))
        told: Json = {field: given.get(field) for field in fields}
        if given.get("stash_ids"):
            told["stash_ids"] = [{"updated_at": None, **one} for one in given["stash_ids"]]
        if "custom_fields" in told and name in ("PerformerUpdateInput", "StudioUpdateInput"):
            told["custom_fields"] = self._custom(given)
        if "custom_fields" in told and name == "SceneUpdateInput":
            del told["custom_fields"]
            told["CustomFields"] = self._custom(given) if given.get("custom_fields") else None
        return told

    def _custom(self, given: Mapping[str, Any]) -> Json:
        return {**dict.fromkeys(self.names("CustomFieldsInput")), **(given.get("custom_fields") or {})}

    def names(self, name: str) -> list[str]:
        """Return the names of an input type's fields."""
        return list(cast("GraphQLInputObjectType", self._schema.type_map[name]).fields)
