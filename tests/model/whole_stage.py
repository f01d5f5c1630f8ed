"""The world of the state machine: both servers and an agent, how they begin and end, and what is seen of them."""

from __future__ import annotations

import tempfile
from collections import Counter
from pathlib import Path

from hypothesis.stateful import RuleBasedStateMachine
from whole_agent import Agent
from whole_oracle import LISTS, POLICY, TEXTS, Place, clean, said_by
from whole_servers import servers
from whole_world import (
    KINDS,
    PLEX_PATHS,
)

from plexsync_simulators.shared.json_type import Json

PATHS = tuple(PLEX_PATHS.values())


class WholeStage(RuleBasedStateMachine):
    """Stash, Plex, and an agent between them; nothing happens yet."""

    def __init__(self) -> None:
        super().__init__()
        self.servers = servers()
        self.time = self.servers.time
        self._folder = tempfile.TemporaryDirectory(prefix="plexsync-states-")
        self.lives = self.counter = 0
        self.tally: Counter[str] = Counter()
        self.agent: Agent
        self.places = {path: Place(path) for path in PATHS}
        self.owners: dict[str, set[str]] = {path: set() for path in PATHS}
        self.words: dict[str, set[str]] = {}
        self.settings: Json = {}
        self.where: dict[str, tuple[str, ...]] = {}
        self.edits_after = 0.0
        self.needs_full_scan = self.needs_deep = False

    # -- lives --------------------------------------------------------------------------------------------------------

    def next_folder(self) -> Path:
        self.lives += 1
        return Path(self._folder.name) / str(self.lives)

    def close(self) -> None:
        if hasattr(self, "agent"):
            self.servers.release(cut=True)
            self.agent.close()
        self._folder.cleanup()

    # -- what is seen -------------------------------------------------------------------------------------------------

    def library(self) -> Json:
        return self.servers.library()

    def items(self) -> dict[str, Json]:
        """Plex's items by path."""
        return self.servers.items()

    def observe(self) -> None:
        """Write down what Stash says now, whose each file is, and judge what was written since."""
        document = self.library()
        named = {f"{kind}s": {row["id"]: row["name"] for row in document[f"{kind}s"]} for kind in KINDS}
        said: dict[str, Json] = {}
        self.owner: dict[str, str] = {}
        for scene in document["scenes"]:
            words = said_by(scene, named)
            self.words.setdefault(scene["id"], set()).update(
                {words["title"], words["summary"], *words["Director"]} - {""}
            )
            for file in scene["files"]:
                path = PLEX_PATHS[file["path"]]
                said[path] = words
                self.owner[path] = scene["id"]
                self.owners[path].add(scene["id"])
        for path, place in self.places.items():
            place.hear(said.get(path), self.owner.get(path, ""))
            for of in (*TEXTS, *LISTS):
                place.policies[of].add(self.policy(of))
        self.said = said
        self.where |= {item["ratingKey"]: paths_of(item) for item in self.items().values()}
        self.judge_writes()

    def policy(self, of: str) -> str:
        return str(self.settings.get(f"policy_{POLICY[of]}", "merge"))

    def policies(self) -> dict[str, str]:
        return {of: self.policy(of) for of in (*TEXTS, *LISTS)}

    def judge_writes(self) -> None:
        """No item may ever bear what belongs to another scene, and none be edited that no scene has."""
        for edit in self.servers.edits(self.edits_after):
            self.edits_after = max(self.edits_after, edit["time"])
            assert not edit["everything"], "an edit without ids"
            assert edit["ids"]
            for key in edit["ids"]:
                owners = set().union(*(self.owners[path] for path in self.where[key]))
                assert owners, f"item {key} is no scene's: {edit}"
                allowed = set().union(*(self.words[owner] for owner in owners))
                strange = set().union(*self.words.values()) - allowed
                written = {clean(value) for name, value in edit["params"] if not name.endswith("tag-")}
                assert not {word.casefold() for word in written} & {word.casefold() for word in strange}, (
                    f"item {key} of {self.where[key]} got another scene's: {edit}"
                )

    def fresh(self) -> int:
        self.counter += 1
        return self.counter


def paths_of(item: Json) -> tuple[str, ...]:
    return tuple(part["path"] for media in item["media"] for part in media["parts"])
