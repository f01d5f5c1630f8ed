"""People and agents in the world of the state machine: everything that they do at Stash and at Plex."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import rule
from whole_oracle import LISTS, TEXTS, names, shown_by
from whole_stage import PATHS, WholeStage, paths_of
from whole_world import (
    ASSIGN_FILE,
    BULK,
    KINDS,
    MERGE_PERFORMERS,
    MERGE_SCENES,
    MERGE_TAGS,
    PLEX_PATHS,
    save,
)

from plexsync_simulators.shared.json_type import Json

LOCKS = {"Role": "actor", "Genre": "genre", "Director": "director", "Collection": "collection"}
TABLES = {"Role": "performer", "Genre": "tag", "Collection": "group"}

NUMBERS = st.integers(0, 11)
SOME = st.lists(st.integers(0, 3), max_size=3, unique=True)
PLACES = st.sampled_from(PATHS)
TEXT_FIELDS = st.sampled_from(TEXTS)
LIST_FIELDS = st.sampled_from(LISTS)
EDITED = st.sampled_from(["title", "details", "date", "director", "rating100"])


class WholePeople(WholeStage):
    """The rules of people and of Plex's own agents."""

    # -- people at Stash ----------------------------------------------------------------------------------------------

    def stash(self, mutation: str, **given: Any) -> Json:
        self.tally["edits in Stash"] += 1
        answer = self.servers.ask_stash(mutation, {"input": given})
        self.observe()
        return answer

    def scenes(self) -> list[Json]:
        scenes: list[Json] = self.library()["scenes"]
        return scenes

    def a_scene(self, number: int) -> Json | None:
        scenes = self.scenes()
        return scenes[number % len(scenes)] if scenes else None

    def ids(self, kind: str, numbers: Sequence[int]) -> list[str]:
        rows = [row["id"] for row in self.library()[f"{kind}s"]]
        return sorted({rows[number % len(rows)] for number in numbers}) if rows else []

    @rule(
        number=NUMBERS,
        of=EDITED,
        how=st.sampled_from(["new", "new", "none", "article"]),
    )
    def edit_text(self, number: int, of: str, how: str) -> None:
        scene = self.a_scene(number)
        if scene is None:
            return
        fresh = self.fresh()
        new: Any = {
            "title": f"{'The ' if how == 'article' else ''}S{scene['id']} title {fresh}",
            "details": f"S{scene['id']} details {fresh}",
            "date": f"20{fresh // 28 % 90 + 10}-06-{fresh % 28 + 1:02}",
            "director": f"S{scene['id']} director {fresh}",
            "rating100": 1 + fresh % 100,
        }[of]
        empty: Any = None if of == "rating100" else ""
        if how == "none" and of == "title" and not scene["files"]:
            return
        self.stash(save("scene", "Update"), id=scene["id"], **{of: empty if how == "none" else new})

    @rule(number=NUMBERS, kind=st.sampled_from(KINDS), numbers=SOME)
    def edit_names(self, number: int, kind: str, numbers: list[int]) -> None:
        scene, found = self.a_scene(number), self.ids(kind, numbers)
        if scene is None:
            return
        given: Any = {
            "performer": {"performer_ids": found},
            "tag": {"tag_ids": found},
            "studio": {"studio_id": found[0] if found else None},
            "group": {"groups": [{"group_id": one} for one in found]},
        }[kind]
        self.stash(save("scene", "Update"), id=scene["id"], **given)

    @rule(number=NUMBERS, mode=st.sampled_from(["ADD", "REMOVE", "SET"]))
    def edit_many(self, number: int, mode: str) -> None:
        scenes, tags = [scene["id"] for scene in self.scenes()], self.ids("tag", [number])
        if scenes:
            self.stash(BULK, ids=scenes, tag_ids={"ids": tags, "mode": mode})

    @rule(kind=st.sampled_from(KINDS), number=NUMBERS)
    def rename_entity(self, kind: str, number: int) -> None:
        for found in self.ids(kind, [number]):
            self.stash(save(kind, "Update"), id=found, name=f"{kind.title()} new {self.fresh()}")

    @rule(kind=st.sampled_from(KINDS), number=NUMBERS)
    def delete_entity(self, kind: str, number: int) -> None:
        for found in self.ids(kind, [number]):
            self.stash(save(kind, "Destroy"), id=found)

    @rule(kind=st.sampled_from(KINDS))
    def create_entity(self, kind: str) -> None:
        self.stash(save(kind, "Create"), name=f"{kind.title()} more {self.fresh()}")

    @rule(kind=st.sampled_from(["performer", "tag"]), source=NUMBERS, into=NUMBERS)
    def merge_entities(self, kind: str, source: int, into: int) -> None:
        (source_id,), (target_id,) = self.ids(kind, [source]) or [""], self.ids(kind, [into]) or [""]
        if source_id != target_id:
            self.stash(MERGE_TAGS if kind == "tag" else MERGE_PERFORMERS, source=[source_id], destination=target_id)

    @rule(number=NUMBERS)
    def delete_scene(self, number: int) -> None:
        scene = self.a_scene(number)
        if scene is not None and len(self.scenes()) > 3:
            self.stash(save("scene", "Destroy"), id=scene["id"])

    @rule(path=st.sampled_from(list(PLEX_PATHS)), numbers=SOME)
    def create_scene(self, path: str, numbers: list[int]) -> None:
        """A file that no scene has gets one."""
        library = self.servers.stash.stash.library
        file = library.file_at(path)
        if file is None or library.scene_of(file) is not None:
            return
        fresh = self.fresh()
        self.stash(
            save("scene", "Create"),
            title=f"New title {fresh}",
            details=f"New details {fresh}",
            file_ids=[str(file.id)],
            tag_ids=self.ids("tag", numbers),
        )

    @rule(source=NUMBERS, into=NUMBERS)
    def merge_scenes(self, source: int, into: int) -> None:
        one, other = self.a_scene(source), self.a_scene(into)
        if one is not None and other is not None and one["id"] != other["id"] and len(self.scenes()) > 3:
            self.stash(MERGE_SCENES, source=[one["id"]], destination=other["id"])

    @rule(path=st.sampled_from(list(PLEX_PATHS)), into=NUMBERS)
    def assign_file(self, path: str, into: int) -> None:
        library, scene = self.servers.stash.stash.library, self.a_scene(into)
        file = library.file_at(path)
        if file is None or scene is None:
            return
        owner = library.scene_of(file)
        if owner is not None and (owner.file_ids[0] == file.id or str(owner.id) == scene["id"]):
            return
        self.stash(ASSIGN_FILE, scene_id=scene["id"], file_id=str(file.id))

    @rule(number=NUMBERS, of=st.sampled_from(["title", "details", "rating100"]))
    def write_past_stash(self, number: int, of: str) -> None:
        """An execSQL moves no time stamp, and no listing tells the details."""
        scene = self.a_scene(number)
        if scene is None:
            return
        fresh = self.fresh()
        value = 1 + fresh % 100 if of == "rating100" else f"S{scene['id']} {of} {fresh}"
        self.needs_deep = self.needs_deep or of == "details"
        self.servers.control("stash", "POST", "raw_scene", {"id": scene["id"], of: value})
        self.observe()

    @rule()
    def watch_something(self) -> None:
        """A write that changes nothing PlexSync cares about."""
        self.servers.control("stash", "POST", "silent_write")

    # -- people and agents at Plex ------------------------------------------------------------------------------------

    def at_plex(self, path: str) -> Json | None:
        """An item, a second later: what is done to it is not done in the very second of our own write."""
        self.tally["happenings in Plex"] += 1
        self.time.passed += 1.1
        item = self.items().get(path)
        return item if item is not None and paths_of(item)[0] == path else None

    @property
    def in_the_middle(self) -> bool:
        """Whether a write may be under way that was planned before what a person does now."""
        return bool(self.agent.held)

    def edit_item(self, item: Json, **body: Any) -> None:
        self.servers.control("plex", "POST", f"items/{item['ratingKey']}", body)

    @rule(path=PLACES, of=TEXT_FIELDS, how=st.sampled_from(["new", "new", "none"]))
    def type_in_plex(self, path: str, of: str, how: str) -> None:
        item = self.at_plex(path)
        if item is None or (how == "none" and of == "title"):
            return
        fresh = self.fresh()
        value: Any = {
            "originallyAvailableAt": f"19{fresh // 28 % 90 + 10}-07-{fresh % 28 + 1:02}",
            "userRating": (fresh * 7 % 100 + 1) / 10,
        }.get(of, f"Typed {fresh}")
        self.edit_item(item, set={of: None if how == "none" else value}, lock=[] if of == "userRating" else True)
        text = f"{value:g}" if of == "userRating" else str(value)
        place = self.places[path]
        doubtful = self.in_the_middle or (of == "userRating" and text in place.said[of])
        place.type_in(of, "" if how == "none" else text, doubtful=doubtful)

    @rule(path=PLACES, of=LIST_FIELDS, known=st.none() | NUMBERS)
    def add_in_plex(self, path: str, of: str, known: int | None) -> None:
        """A person adds a name: one of their own, or one that Stash knows too."""
        item = self.at_plex(path)
        if item is None:
            return
        name = f"Added {self.fresh()}"
        if known is not None and of in TABLES:
            rows = [row["name"] for row in self.library()[f"{TABLES[of]}s"]]
            name = rows[known % len(rows)] if rows else name
        before = [role["tag"] for role in item["Role"]] if of == "Role" else item[of]
        (key,) = names([name])
        if key not in names(before):
            self.edit_item(item, set={of: [*before, name]}, lock=True)
            self.places[path].add_name(of, key, doubtful=self.in_the_middle)

    @rule(path=PLACES, of=LIST_FIELDS, number=NUMBERS)
    def remove_in_plex(self, path: str, of: str, number: int) -> None:
        item = self.at_plex(path)
        if item is None or not item[of]:
            return
        before = [role["tag"] for role in item["Role"]] if of == "Role" else item[of]
        gone = before[number % len(before)]
        self.edit_item(item, set={of: [name for name in before if name != gone]}, lock=True)
        for key in names([gone]):
            self.places[path].remove_name(of, key)
            if self.in_the_middle:
                self.places[path].in_doubt[of].add(key)

    @rule(path=PLACES, of=st.sampled_from([*TEXTS, *LISTS]))
    def unlock_in_plex(self, path: str, of: str) -> None:
        """Opening a lock gives the value away: from then on it is nobody's."""
        item = self.at_plex(path)
        if item is None or of == "userRating":
            return
        self.edit_item(item, unlock=[LOCKS.get(of, of)])
        place = self.places[path]
        if of in LISTS:
            place.added[of] -= {name for name in place.added[of] if any(name in said for said in place.said[of])}
        elif of in place.person:
            place.loose[of].add(place.person[of])
            place.doubt_all(of)

    @rule(path=PLACES, of=st.sampled_from(["summary", "studio", "Genre"]), how=st.sampled_from(["refresh", "match"]))
    def agent_of_plex(self, path: str, of: str, how: str) -> None:
        """Plex's own agent finds something, or the item is matched to another film."""
        item = self.at_plex(path)
        if item is None:
            return
        found = f"Found {self.fresh()}"
        data: Json = {of: [found] if of in LISTS else found}
        place = self.places[path]
        is_open = {one: LOCKS.get(one, one) not in item["locked"] for one in (*TEXTS, *LISTS)}
        if how == "refresh":
            self.servers.control("plex", "POST", f"items/{item['ratingKey']}/agent", data)
            self.servers.control("plex", "POST", f"items/{item['ratingKey']}/refresh")
        else:
            body = {"guid": f"plex://{self.fresh()}", "agent": data}
            self.servers.control("plex", "POST", f"items/{item['ratingKey']}/match", body)
            for one in ("Role", "Genre", "Director"):
                if is_open[one]:
                    place.added[one], place.in_doubt[one] = set(), set()
        if is_open[of] and of in LISTS:
            place.add_name(of, found.casefold(), doubtful=self.in_the_middle)
        elif is_open[of]:
            place.loose[of].add(found)

    @rule(path=PLACES, keep=st.booleans())
    def add_anew(self, path: str, *, keep: bool) -> None:
        """Plex drops an item and adds it again under another rating key."""
        item = self.at_plex(path)
        if item is None:
            return
        self.servers.control("plex", "POST", f"items/{item['ratingKey']}/rekey", {"keep": keep})
        if keep:
            self.places[path].moved = shown_by(item)
        else:
            self.places[path].forget()
        self.observe()

    @rule(path=PLACES, other=PLACES)
    def merge_in_plex(self, path: str, other: str) -> None:
        """One item becomes a version of another: its own metadata go, and it may now be two scenes' item."""
        one, two = self.at_plex(path), self.items().get(other)
        if (
            one is None
            or two is None
            or len(paths_of(one)) + len(paths_of(two)) > 2
            or one["ratingKey"] == two["ratingKey"]
        ):
            return
        self.servers.control("plex", "POST", f"items/{one['ratingKey']}/merge", {"ids": [two["ratingKey"]]})
        self.places[other].forget()
        self.observe()

    @rule(path=PLACES)
    def split_in_plex(self, path: str) -> None:
        item = self.at_plex(path)
        if item is not None and len(paths_of(item)) > 1:
            self.servers.control("plex", "POST", f"items/{item['ratingKey']}/split")
            for piece in paths_of(item)[1:]:
                self.places[piece].forget()
            self.observe()
