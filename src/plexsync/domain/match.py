"""The Plex items that belong to a scene: those that hold one of its files, by full path and nothing else."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from plexsync.domain.model import Link, Reason, Verdict
from plexsync.domain.paths.plex_naming import TakenFor, taken_for
from plexsync.domain.person.decisions import DECLINED

DOUBTS = frozenset({"item_shared", "item_stacked"})
"""Codes of the reasons for which an item of the scene's own files is in doubt."""

_UNDECIDED: Mapping[str, Reason] = {}
_ABSENT: Mapping[TakenFor, str] = {TakenFor.EXTRA: "file_extra", TakenFor.OPTIMISED: "file_optimised"}


@dataclass(frozen=True, slots=True)
class Located:
    """One file of a scene and where Plex has it.

    ``key`` is the path key as Plex sees the file, None where no rule of the path map fits. ``mapped`` is that path as
    Plex writes it. ``in_library`` tells whether it lies in a folder of a chosen library. ``rating_keys`` are the items
    that hold it. Sizes are in bytes, 0 where unknown; ``part_sizes`` are those Plex gives for the file, in the order of
    ``rating_keys``.
    """

    path: str
    key: str | None
    mapped: str
    in_library: bool
    rating_keys: tuple[str, ...]
    size: int
    part_sizes: tuple[int, ...]


def decide(
    scene_id: int,
    located: Sequence[Located],
    claims: Mapping[str, frozenset[int]],
    decided: Mapping[str, Reason] = _UNDECIDED,
) -> Link:
    """Decide which items belong to a scene.

    ``claims`` maps a rating key to the ids of all scenes that have a file in that item, ``decided`` one of them to what
    a person said of it. Reasons come in the order of the files, then what was decided, the doubts last. Their codes and
    data:

    - ``no_file``: none
    - ``file_found``: path, mapped, items
    - ``size_differs``: path, mapped, items, stash_size, plex_sizes (a note: it decides nothing)
    - ``file_unmapped``: path
    - ``file_outside``: path, mapped (no chosen library has that folder)
    - ``file_missing``: path, mapped (in a library's folder, but not in Plex), or what Plex takes it for instead:
      ``file_extra``, ``file_optimised``
    - ``item_chosen``: item, scenes (the others that have a file in it, if any); ``item_given``: item, scenes (the one
      it was chosen for); ``item_unlinked``: item
    - ``item_shared``: item, scenes (the other scenes that have a file in it), or ``item_stacked``: likewise, where one
      of the scene's files is named as a part of a film
    """
    if not located:
        return Link(scene_id, Verdict.NO_FILE, (), (Reason("no_file"),))
    reasons = tuple(reason for file in located for reason in _file_reasons(file))
    held = tuple(dict.fromkeys(key for file in located for key in file.rating_keys))
    said = tuple(decided[key] for key in held if key in decided)
    rating_keys = tuple(key for key in held if key not in decided or decided[key].code not in DECLINED)
    code = "item_stacked" if any(taken_for(file.path) is TakenFor.PART for file in located) else "item_shared"
    doubts = tuple(_shared(scene_id, rating_keys, claims, code))
    return Link(scene_id, _verdict(located, rating_keys, doubts), rating_keys, reasons + said + doubts)


def _verdict(located: Sequence[Located], rating_keys: Sequence[str], doubts: Sequence[Reason]) -> Verdict:
    if doubts:
        return Verdict.AMBIGUOUS
    if rating_keys:
        return Verdict.LINKED
    if any(file.rating_keys for file in located):
        return Verdict.DECLINED
    return Verdict.MISSING if any(file.key is not None and file.in_library for file in located) else Verdict.UNMAPPED


def _file_reasons(file: Located) -> list[Reason]:
    if file.key is None:
        return [Reason("file_unmapped", {"path": file.path})]
    where = {"path": file.path, "mapped": file.mapped}
    if not file.rating_keys:
        return [Reason(_ABSENT.get(taken_for(file.path), "file_missing") if file.in_library else "file_outside", where)]
    where["items"] = ", ".join(file.rating_keys)
    reasons = [Reason("file_found", where)]
    if file.size and any(size and size != file.size for size in file.part_sizes):
        sizes = {"stash_size": str(file.size), "plex_sizes": ", ".join(map(str, file.part_sizes))}
        reasons.append(Reason("size_differs", where | sizes))
    return reasons


def _shared(scene_id: int, rating_keys: Sequence[str], claims: Mapping[str, frozenset[int]], code: str) -> list[Reason]:
    rivals = ((key, sorted(claims.get(key, frozenset()) - {scene_id})) for key in rating_keys)
    return [Reason(code, {"item": key, "scenes": ", ".join(map(str, others))}) for key, others in rivals if others]
