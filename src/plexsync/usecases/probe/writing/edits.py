"""The probe's edits: always of one item that is named, with values that stand nowhere in the request's template."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from urllib.parse import quote

from plexsync.usecases.probe.move import Pairs
from plexsync.usecases.probe.question import Inquiry
from plexsync.usecases.probe.saved_item import SCALARS, SavedItem

_PATH = "/library/sections/{section}/all"
_FORM = "application/x-www-form-urlencoded"
_MOVIE, _COLLECTION = "1", "18"


def edit(name: str, pairs: Pairs, *, in_body: bool = False, of: str = "item") -> tuple[Inquiry, Mapping[str, str]]:
    """Return the request for an edit, and the values that fill it.

    Its id is a template of its own, so a request without one cannot be made: filling it fails. A body names the item as
    well as the query does: a server that reads the body alone would else edit its whole library.
    """
    head = (("type", _COLLECTION if of == "collection" else _MOVIE), ("id", f"{{{of}}}"))
    values = {f"value{place}": value for place, (_, value) in enumerate(pairs)}
    told = (*head, *((parameter, f"{{value{place}}}") for place, (parameter, _) in enumerate(pairs)))
    if in_body:
        return Inquiry(name, _PATH, head, "PUT", headers={"Content-Type": _FORM}, form=told), values
    return Inquiry(name, _PATH, told, "PUT"), values


def added(of: str, names: Iterable[str]) -> Pairs:
    """Return what adds names to a list."""
    return tuple((f"{of}[{place}].tag.tag", name) for place, name in enumerate(names))


def whole_list(of: str, saved: SavedItem, first: int = 0) -> Pairs:
    """Return what names all of a list from one place on, roles and photos too."""
    pairs: list[tuple[str, str]] = []
    for place, (name, role, photo) in enumerate(saved.lists.get(of, ())[first:]):
        pairs.append((f"{of}[{place}].tag.tag", name))
        pairs += [(f"{of}[{place}].tagging.text", role)] if role else []
        pairs += [(f"{of}[{place}].tag.thumb", photo)] if photo else []
    return tuple(pairs)


def joined(of: str, names: Sequence[str]) -> tuple[Pairs, ...]:
    """Return what takes names away, in PlexSync's own form: joined by commas, each encoded once more."""
    return (((f"{of}[].tag.tag-", ",".join(map(_quoted, names))),),)


def single(of: str, names: Sequence[str]) -> tuple[Pairs, ...]:
    """Return what takes names away one by one, each encoded once more."""
    return tuple(((f"{of}[].tag.tag-", _quoted(name)),) for name in names)


def plain(of: str, names: Sequence[str]) -> tuple[Pairs, ...]:
    """Return what takes names away one by one, as they are."""
    return tuple(((f"{of}[].tag.tag-", name),) for name in names)


def everything(of: str, _names: Sequence[str]) -> tuple[Pairs, ...]:
    """Return what empties a list: the last resort, for a name that goes in no other way."""
    return (((f"{of}[].tag", ""),),)


Removal = Callable[[str, Sequence[str]], tuple[Pairs, ...]]
"""Returns the edits that take names from a list."""

REMOVALS: tuple[Removal, ...] = (joined, single, plain)
"""The forms of a removal in the order in which they are tried."""


def put_back(saved: SavedItem, wrong: Iterable[str]) -> Pairs:
    """Return what gives fields and locks their saved values again; no edit puts a picture back."""
    pairs: list[tuple[str, str]] = []
    for name in wrong:
        of, _, lock = name.partition(".")
        if lock:
            pairs.append((name, str(int(of in saved.locks))))
        elif name in SCALARS:
            pairs.append((f"{name}.value", saved.values.get(name, "")))
    return tuple(pairs)


def _quoted(name: str) -> str:
    return quote(name, safe="")
