"""The path map: from Stash's folders to Plex's."""

from __future__ import annotations

from dataclasses import dataclass
from dataclasses import field as default

from plexsync.domain.paths.key import Parsed, joined_key, parse, parsed_key, path_key

MapRules = tuple[tuple[str, str], ...]
"""Pairs of Stash's folder and Plex's folder."""


@dataclass(frozen=True, slots=True)
class PathMap:
    """From Stash's paths to Plex's; without rules both see the same paths."""

    rules: MapRules = ()
    _targets: dict[str, Parsed] = default(init=False, repr=False, compare=False)
    _depths: tuple[int, ...] = default(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        sources = [parse(stash) for stash, _ in self.rules]
        targets = {path_key(stash): parse(plex) for stash, plex in self.rules}
        object.__setattr__(self, "_targets", targets)
        object.__setattr__(self, "_depths", tuple(sorted({len(source.names) for source in sources}, reverse=True)))

    def to_plex(self, path: str) -> str | None:
        """Return a path as Plex sees it by the rule with the longest matching folder, or None where none matches.

        Nor does one match for a name with a backslash that would have to become Windows': there it would be two names,
        and so the path of another file.
        """
        if not self.rules:
            return path
        found = self._to_plex(path)
        return None if found is None else found.text()

    def key_of(self, path: str) -> str:
        """Return the key of a path as Plex sees it, "" where no rule matches."""
        found = self._to_plex(path) if self.rules else parse(path)
        return "" if found is None else parsed_key(found)

    def _to_plex(self, path: str) -> Parsed | None:
        source = parse(path)
        names = source.folded()
        for depth in self._depths:
            target = self._targets.get(joined_key(source.root, names[:depth])) if depth <= len(names) else None
            if target is not None:
                if target.is_windows and any("\\" in name for name in source.names[depth:]):
                    return None
                return Parsed(target.root, target.names + source.names[depth:])
        return None

    @staticmethod
    def folder_of(plex_path: str) -> str:
        """Return the folder a file lies in, written as Plex's system writes it."""
        return parse(plex_path).parent().text()
