"""The folders of Stash and those of Plex that they are: found out or given, tried on the person's own files."""

from __future__ import annotations

from dataclasses import dataclass

from plexsync.domain.advice import Advice, explain
from plexsync.domain.paths.correspondence import Correspondence, correspond
from plexsync.domain.paths.mapping import MapRules
from plexsync.index.path_mapping import path_map_doubts
from plexsync.runtime.sync_state import note_answer
from plexsync.store.person.set_up import SetupStep
from plexsync.usecases.dry_run.rehearsal import rehearse
from plexsync.usecases.opening import Opened
from plexsync.usecases.settings.values import entered
from plexsync.usecases.sign_in.keeping import keep_values


@dataclass(frozen=True, slots=True)
class FoldersView:
    """The rules and what they make of both sides; ``origin`` is "given", "found" or "same" (both see the same paths).

    ``doubts`` say why rules could not be found out, or that they lead nowhere. ``stash_files`` and ``plex_files`` count
    the files of both sides.
    """

    origin: str
    stash_files: int
    plex_files: int
    files: Correspondence
    doubts: tuple[Advice, ...]


def folders_view(opened: Opened, tried: MapRules | None = None) -> FoldersView:
    """Try the rules in force, or some that a person thinks of; nothing is kept. Raises server and settings errors."""
    with rehearse(opened) as rehearsal:
        rules = rehearsal.index.rules.map.rules if tried is None else tried
        stash = [(path, size) for _, _, path, size in rehearsal.store.scenes.files()]
        plex = list(rehearsal.store.library.files())
        doubts = list(path_map_doubts(rehearsal.store)) if tried is None else []
    files = correspond(rules, stash, plex)
    if stash and plex and not files.found:
        doubts.append(explain("nothing_matches", {}))
    is_given = tried is not None or bool(opened.context.settings.path_map)
    origin = "given" if is_given else "found" if rules else "same"
    return FoldersView(origin, len(stash), len(plex), files, tuple(doubts))


def read_rules(text: str) -> MapRules:
    """Read rules as the setting has them: ``/data => /media; /new => /mnt/new``. Raises :class:`BadSetting`."""
    pairs = entered("path_map", text)
    return tuple((str(pair[0]), str(pair[1])) for pair in pairs) if isinstance(pairs, tuple) else ()


def choose_folders(opened: Opened, rules: MapRules | None) -> None:
    """Keep the rules of a person, or None to go on with those that were found out."""
    if rules is None:
        note_answer(opened.store, SetupStep.FOLDERS)
        return
    text = "; ".join(f"{stash} => {plex}" for stash, plex in rules)
    keep_values(opened, {"path_map": text or None}, answers=SetupStep.FOLDERS)
