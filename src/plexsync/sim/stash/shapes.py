"""The JSON a hook is given as `input`: some inputs are told with every field, others only with what was sent.

Which is which was recorded (tests/recordings/stash/hooks): it depends on whether the server's own structure leaves
empty fields out. `inputFields` is what tells the two apart for a plugin.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

from graphql import GraphQLInputObjectType, GraphQLSchema

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


class Shapes:
    """Fills hook inputs by the input types of one schema."""

    def __init__(self, schema: GraphQLSchema) -> None:
        self._schema = schema

    def full(self, name: str, given: Mapping[str, Any]) -> dict[str, Any]:
        """Return what a hook is told of an input of this type."""
        if name not in _TOLD_IN_FULL:
            return dict(given)
        type_ = cast("GraphQLInputObjectType", self._schema.type_map[name])
        told: dict[str, Any] = {field: given.get(field) for field in type_.fields}
        if given.get("stash_ids"):
            told["stash_ids"] = [{"updated_at": None, **one} for one in given["stash_ids"]]
        return told
