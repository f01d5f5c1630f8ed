"""The proper state of Plex, from a ledger of people's acts: nothing of it comes from the product.

For each file in Plex the ledger keeps which values a person put there and which Stash has said since all was last seen
to be right. From these follows what Plex may show afterwards:

* Stash's own value, unless a person's stands there that Stash has not spoken against since;
* in a list: all that Stash says, all that a person added, and nothing else;
* where both spoke since, who came later in the eyes of the agent is a matter of its timing: either is right.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from plexsync_simulators.shared.json_type import Json

TEXTS = ("title", "summary", "originallyAvailableAt", "studio", "userRating")
LISTS = ("Role", "Genre", "Director", "Collection")
POLICY = {
    "title": "title",
    "summary": "summary",
    "originallyAvailableAt": "date",
    "studio": "studio",
    "userRating": "rating",
    "Role": "actors",
    "Genre": "genres",
    "Director": "directors",
    "Collection": "collections",
}
"""PlexSync's own name of each field of Plex."""
EXACT = {"stash", "mirror"}


def clean(text: str | None) -> str:
    return " ".join(unicodedata.normalize("NFC", text or "").split())


def names(found: Iterable[str]) -> frozenset[str]:
    return frozenset(clean(name).casefold() for name in found if clean(name))


def stem(path: str) -> str:
    return clean(path.rsplit("/", 1)[1].rsplit(".", 1)[0])


def said_by(scene: Json, named: Mapping[str, Mapping[str, str]]) -> Json:
    """Return a scene of Stash in Plex's words; "" and no names for nothing."""
    rating = scene["rating100"]
    return {
        "title": clean(scene["title"]),
        "summary": clean(scene["details"]),
        "originallyAvailableAt": f"{scene['date']}-01-01"[:10] if scene["date"] else "",
        "studio": clean(named["studios"].get(scene["studio_id"], "")),
        "userRating": f"{rating / 10:g}" if rating else "",
        "Role": names(named["performers"][one] for one in scene["performer_ids"]),
        "Genre": names(named["tags"][one] for one in scene["tag_ids"]),
        "Director": names((scene["director"] or "").split(",")),
        "Collection": names(named["groups"][one] for one, _ in scene["group_ids"]),
        "files": {stem(file["path"]) for file in scene["files"]},
    }


def shown_by(item: Json) -> Json:
    """Return an item of the simulated Plex in the same form."""
    rating = item.get("userRating")
    return {
        **{name: clean(str(item.get(name) or "")) for name in TEXTS},
        "userRating": f"{rating:g}" if rating else "",
        "Role": names(role["tag"] for role in item["Role"]),
        **{name: names(item[name]) for name in ("Genre", "Director", "Collection")},
    }


@dataclass
class Place:
    """The ledger of one file in Plex.

    ``person`` and ``added`` are a person's values; those in ``doubt`` may be there or not, for a reason that
    whoever put them there knows. ``loose`` are an agent's finds. ``said`` is what Stash said since all was last right.
    ``files`` are the names of the scene's files, one of which is the title where Stash has none. ``owners`` are the
    scenes that had this file since then, ``typed`` the texts a person edited since, and ``moved`` what the item showed
    when it was given another key.
    """

    path: str
    files: set[str] = field(default_factory=set)
    owner: str = ""
    owners: set[str] = field(default_factory=set)
    typed: set[str] = field(default_factory=set)
    moved: Json | None = None
    person: dict[str, str] = field(default_factory=dict)
    added: dict[str, set[str]] = field(default_factory=lambda: {of: set() for of in LISTS})
    in_doubt: dict[str, set[str]] = field(default_factory=lambda: {of: set() for of in (*LISTS, *TEXTS)})
    left: dict[str, set[str]] = field(default_factory=lambda: {of: set() for of in (*TEXTS, *LISTS)})
    loose: dict[str, set[str]] = field(default_factory=lambda: {of: set() for of in TEXTS})
    said: dict[str, list[Any]] = field(default_factory=lambda: {of: [] for of in (*TEXTS, *LISTS)})
    policies: dict[str, set[str]] = field(default_factory=lambda: {of: set() for of in (*TEXTS, *LISTS)})

    @property
    def is_lost_sight_of(self) -> bool:
        """Whether the item changed its scene and its key between two polls: its values then pass for a person's."""
        return self.moved is not None and len(self.owners) > 1

    def hear(self, said: Json | None, owner: str) -> None:
        """Note what the scene that has this file says now; what one before it said may stay as long as it is silent."""
        if said is not None and self.owners and owner not in self.owners:
            for of, values in self.said.items():
                before = values[-1] if values else None
                self.left[of] |= set(before) if isinstance(before, frozenset) else {before} if before else set()
        self.owner = owner
        self.owners |= {owner} if said is not None else set()
        self.files = said["files"] if said is not None else self.files
        for of, values in self.said.items():
            if said is not None and (not values or values[-1] != said[of]):
                values.append(said[of])

    def type_in(self, of: str, value: str, *, doubtful: bool) -> None:
        """A person edits a text in Plex; an empty one is nobody's."""
        self.person.pop(of, None)
        self.in_doubt[of].clear()
        self.typed.add(of)
        if value:
            self.person[of] = value
            if doubtful or self.policies[of] & EXACT:
                self.in_doubt[of].add(value)

    def add_name(self, of: str, name: str, *, doubtful: bool) -> None:
        """A person, or an agent, adds a name that was not there."""
        if doubtful or self.policies[of] & EXACT or any(name in said for said in self.said[of]):
            self.in_doubt[of].add(name)
            self.added[of].discard(name)
        else:
            self.added[of].add(name)
            self.in_doubt[of].discard(name)

    def remove_name(self, of: str, name: str) -> None:
        """A person takes a name away."""
        self.added[of].discard(name)
        self.in_doubt[of].discard(name)

    def forget(self) -> None:
        """The item is a new one: what people had put into the old one went with it."""
        self.person.clear()
        for of in (*LISTS, *TEXTS):
            self.in_doubt[of] = set()
        for of in LISTS:
            self.added[of] = set()

    def doubt_all(self, of: str) -> None:
        """A person's value there may be gone, or may pass for ours."""
        if of in LISTS:
            self.in_doubt[of] |= self.added[of]
            self.added[of] = set()
        elif of in self.person:
            self.in_doubt[of].add(self.person[of])

    def wrong(self, shown: Json, policies: Mapping[str, str]) -> Iterator[str]:
        """Say what Plex ought not to show."""
        for of in (*TEXTS, *LISTS):
            policy = policies[of]
            if policy == "off" or not self.said[of]:
                continue
            check = self._wrong_list if of in LISTS else self._wrong_text
            yield from check(of, shown[of], policy)

    def _wrong_text(self, of: str, shown: str, policy: str) -> Iterator[str]:
        said, mine = self.said[of][-1], self.person.get(of, "")
        allowed = {said} if said or of != "title" else {stem(self.path), *self.files}
        if policy == "fill":
            if said and not shown:
                yield f"{of} is empty, not {said!r}"
            return
        if not said:
            allowed |= self.left[of]
        if policy not in EXACT:
            if mine and not self._may_lose(of, mine):
                allowed = {mine}
            elif mine and not self._must_lose(of, mine):
                allowed.add(mine)
            if not said:
                allowed |= self.loose[of]
            if self.moved is not None and self.is_lost_sight_of:
                allowed.add(self.moved[of])
        if shown not in allowed:
            yield f"{of} is {shown!r}, not {sorted(allowed)}; Stash said {self.said[of]}, a person {mine!r}"

    def _may_lose(self, of: str, mine: str) -> bool:
        return mine in self.in_doubt[of] or len(self.said[of]) > 1

    def _must_lose(self, of: str, mine: str) -> bool:
        """Whether Stash spoke against a value that a person had put there before all was last right."""
        is_plain = len(self.owners) == 1 and self.moved is None and self.policies[of] == {"merge"}
        is_settled = of not in self.typed and mine not in self.in_doubt[of]
        return is_plain and is_settled and self.said[of][-1] not in {"", self.said[of][0]}

    def _wrong_list(self, of: str, shown: frozenset[str], policy: str) -> Iterator[str]:
        said = self.said[of][-1]
        if policy == "fill":
            said = frozenset() if shown else said
            must, may = said | self._sure(of), shown
        elif policy in EXACT:
            must, may = said, said | (frozenset() if said else self.left[of])
        else:
            must = said | self._sure(of)
            may = must | self.in_doubt[of] | self.added[of] | self.left[of]
            if self.moved is not None and self.is_lost_sight_of:
                may |= self.moved[of]
        if must - shown:
            yield f"{of} lacks {sorted(must - shown)}; Stash said {list(map(sorted, self.said[of]))}"
        if shown - may:
            yield f"{of} has {sorted(shown - may)} too many; Stash said {list(map(sorted, self.said[of]))}"

    def _sure(self, of: str) -> frozenset[str]:
        """Return a person's names that Stash has not said since."""
        return frozenset(self.added[of]).difference(*self.said[of])

    def settle(self, shown: Json, policies: Mapping[str, str]) -> None:
        """Begin anew after all was seen to be right: who has won is known now."""
        for of in (*TEXTS, *LISTS):
            policy = policies[of]
            if policy in {"off", "fill"} or not self.said[of]:
                continue
            now = self.said[of][-1]
            if of in LISTS:
                self._settle_list(of, shown[of], now, exact=policy in EXACT)
            else:
                self._settle_text(of, shown[of], now, exact=policy in EXACT)
            self.said[of], self.policies[of] = [now], {policy}
        self.owners, self.typed, self.moved = {self.owner}, set(), None

    def _settle_text(self, of: str, shown: str, said: str, *, exact: bool) -> None:
        mine = self.person.get(of)
        self.in_doubt[of].clear()
        if self.is_lost_sight_of and shown != said and not exact:
            self.person[of] = shown
            self.in_doubt[of].add(shown)
            return
        if exact or (mine and shown != mine):
            self.person.pop(of, None)
        elif mine and mine == said:
            self.in_doubt[of].add(mine)  # whose it is cannot be seen

    def _settle_list(self, of: str, shown: frozenset[str], said: frozenset[str], *, exact: bool) -> None:
        if exact:
            self.added[of], self.in_doubt[of] = set(), set()
            return
        known = self.added[of] | self.in_doubt[of]
        if self.moved is not None and self.is_lost_sight_of:
            known |= self.moved[of]
        self.added[of] = {name for name in known if name in shown and name not in said}
        self.in_doubt[of] = {name for name in known if name in shown and name in said}
