"""The arguments of an undo, as a command carries them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from plexsync.domain.model import Artwork, Field
from plexsync.net.decode import DECODE_ERRORS, misfit, text, whole


class BadUndo(Exception):
    """A command whose arguments make no sense as an undo."""


@dataclass(frozen=True, slots=True)
class AskedUndo:
    """The arguments of an undo: the ``run`` to take back, or :data:`LIFT`; of one ``scene`` and of some fields alone.

    ``scene`` is 0 and ``fields`` are empty for all of them.
    """

    run: int
    scene: int
    fields: frozenset[Field | Artwork]
    origin: str

    @classmethod
    def of(cls, arguments: Mapping[str, Any]) -> AskedUndo:
        """Read a command's arguments; raises :class:`BadUndo`."""
        try:
            names = [text(name) for name in arguments.get("fields", ())]
            scene = whole(arguments.get("scene", 0))
            return cls(whole(arguments["run"]), scene, frozenset(map(field_of, names)), text(arguments["origin"]))
        except DECODE_ERRORS as problem:
            raise BadUndo(misfit(problem)) from problem

    def is_about(self, of: Field | Artwork) -> bool:
        """Tell whether a field is meant; a sort title goes with its title."""
        if not self.fields or of in self.fields:
            return True
        return of is Field.SORT_TITLE and Field.TITLE in self.fields


def field_of(name: str) -> Field | Artwork:
    """Return the field or picture of a name; raises ValueError."""
    return Artwork(name) if name in {image.value for image in Artwork} else Field(name)
