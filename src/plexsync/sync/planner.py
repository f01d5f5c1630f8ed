"""From scenes to plans: desired, link, items as they are, three-way merge. Nothing is written here.

Everybody who wants to know or to change what Plex shows of a scene goes through :class:`Planner`: the worker, the dry
run and ``why``.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice

from plexsync.domain.desired import Rules, desire, fingerprint
from plexsync.domain.merge.item import MergeRules, merge, spare
from plexsync.domain.model import Base, Desired, Item, Link, Plan, Policy, Scene, Verdict
from plexsync.domain.reconcile.brakes import ChangedBy, taken_away
from plexsync.index import older_items, shared_items
from plexsync.index.file_keys import file_marks
from plexsync.index.index import FileLocations, Index
from plexsync.index.shared_items import Verdicts
from plexsync.plex.editing.capabilities import known_servers
from plexsync.plex.editing.late_values import parts_of
from plexsync.plex.items import ItemReader
from plexsync.stash import stills, timestamps
from plexsync.stash.scene_reader import SceneReader
from plexsync.store import Store
from plexsync.store.links import SyncRecord
from plexsync.store.state import RESTORED_AT

LOSSES = 3
"""How many of a scene's losses are told."""


@dataclass(frozen=True, slots=True)
class ScenePlan:
    """A scene, its link, and a plan per linked item; ``items`` as read, ``records`` of earlier syncs.

    ``fingerprint`` names what is desired and the rules, ``rules`` the rules alone; ``merging`` is how it is merged.
    ``alike`` are scenes that share an item with this one and say the same of it. ``off`` are fields that the server
    takes in no form, ``trying`` those of them that are planned all the same, to see whether it does by now. ``stems``
    are the names that items go back to, where each has its own. Its items were read at ``read_at`` (UTC seconds).
    """

    scene: Scene
    link: Link
    desired: Desired
    fingerprint: str
    rules: str
    merging: MergeRules
    plans: tuple[Plan, ...] = ()
    items: Mapping[str, Item] = field(default_factory=dict)
    records: Mapping[str, SyncRecord] = field(default_factory=dict)
    alike: frozenset[int] = frozenset()
    off: frozenset[str] = frozenset()
    trying: frozenset[str] = frozenset()
    stems: Mapping[str, str] = field(default_factory=dict)
    read_at: float = 0.0

    def desired_of(self, rating_key: str) -> Desired:
        """Return what is desired of one of the items."""
        return replace(self.desired, stem=self.stems.get(rating_key, self.desired.stem))

    @property
    def changes(self) -> int:
        """How many fields would change."""
        return sum(len(plan.changes) for plan in self.plans)

    @property
    def tries(self) -> frozenset[str]:
        """The fields of ``trying`` that would change."""
        changing = {part for plan in self.plans for change in plan.changes for part in parts_of(change)}
        return self.trying & changing

    @property
    def losses(self) -> tuple[str, ...]:
        """Some of what would be taken away, in words."""
        plans = ((plan, self.items[plan.rating_key]) for plan in self.plans)
        return tuple(islice((loss for plan, item in plans for loss in taken_away(plan, item)), LOSSES))

    @property
    def changed_by(self) -> ChangedBy:
        """How the scene came to say something else than at its last sync."""
        own = [record for record in self.records.values() if not record.is_handed_on]
        if not own:
            return ChangedBy.NEW_SCENE if self.records else ChangedBy.FIRST
        stamps = [timestamps.instant(record.stamp) for record in own if record.stamp]
        if not stamps or not self.scene.updated_at:
            return ChangedBy.OTHERS
        now, before = timestamps.instant(self.scene.updated_at), max(stamps)
        return ChangedBy.EDIT if now > before else ChangedBy.EARLIER if now < before else ChangedBy.OTHERS

    def spared(self, off: frozenset[str], rules: str) -> ScenePlan:
        """Return it without the fields (or photos) that the server takes in no form; they are not forgotten either.

        ``rules`` names the rules without them.
        """
        plans = tuple(spare(plan, off) for plan in self.plans)
        return replace(
            self,
            desired=self.desired.without(off),
            merging=self.merging.without(off),
            plans=plans,
            off=off,
            rules=rules,
        )

    def of_undo_alone(self) -> ScenePlan:
        """Return the plan with nothing but what goes back; all other fields are neither changed nor forgotten."""
        return replace(self, plans=tuple(map(_undo_alone, self.plans)), fingerprint="", rules="")

    def without(self, rating_keys: Collection[str]) -> ScenePlan:
        """Return the plan of the scene but for the plans of these items; itself when there are none."""
        plans = tuple(plan for plan in self.plans if plan.rating_key not in rating_keys)
        return self if len(plans) == len(self.plans) else replace(self, plans=plans)


@dataclass(frozen=True, slots=True)
class _Way:
    """The way in which a scene is planned: without the fields that are ``off``, but for those that it is ``trying``."""

    off: frozenset[str]
    trying: frozenset[str]
    rules: Rules
    rules_hash: str
    merging: MergeRules


@dataclass(frozen=True, slots=True)
class _Seen:
    """All that is known of the scenes of one planning: their links, the items in full, and the records by scene."""

    verdicts: Verdicts
    items: Mapping[str, Item]
    records: Mapping[int, Mapping[str, SyncRecord]]
    unmerged: frozenset[int]
    read_at: float

    def items_of(self, scene_id: int) -> dict[str, Item]:
        """Return the items of a linked scene."""
        link = self.verdicts.links[scene_id]
        return {key: self.items[key] for key in link.rating_keys} if link.verdict is Verdict.LINKED else {}

    def is_merged(self, scene_id: int) -> bool:
        """Tell whether the scene's items get plans here."""
        return self.verdicts.links[scene_id].verdict is Verdict.LINKED and scene_id not in self.unmerged


def _undo_alone(plan: Plan) -> Plan:
    others = frozenset(change.field for change in plan.changes if change.field not in plan.undo)
    spared = spare(plan, {of.value for of in others})
    return replace(spared, held=spared.held | others)  # or they would be missed when the item is read back


def _inherited(record: SyncRecord, scene_id: int, *, is_given: bool = False) -> SyncRecord:
    # Plex's item is known; whether it is this scene's is not.
    has_left = not is_given and record.cover.has_ours
    cover = record.cover.handed_on(stills.UNSEEN if has_left else "")
    base = record.base.given_away() if is_given else record.base.handed_on()
    given = replace(record, scene_id=scene_id, base=base, fingerprint="", rules="", cover=cover)
    return replace(given, born="", stamp="", is_handed_on=True)


def _is_another(scene: Scene, record: SyncRecord) -> bool:
    """Tell whether a record is of another scene that had this id before: a new database counts from 1 again."""
    return not timestamps.may_be_same(record.born, scene.created_at)


def _links(places: Mapping[int, FileLocations]) -> dict[int, Link]:
    return {scene: place.link(scene) for scene, place in places.items()}


class Planner:
    """Makes plans with the settings in force."""

    def __init__(self, store: Store, index: Index, items: ItemReader, scenes: SceneReader) -> None:
        self._store = store
        self._items = items
        self._scenes = scenes
        self._target = index.target
        self._index = index
        self._restored_at = 0.0

    def plan(
        self, scenes: Sequence[Scene], unmerged: Collection[int] = (), trying: frozenset[str] = frozenset()
    ) -> tuple[ScenePlan, ...]:
        """Plan many scenes with one read of all their items per 200; raises server errors.

        The items of ``unmerged`` scenes have no plans: whoever asks for that makes them. Of ``trying``, fields that are
        off, one of the scenes is planned all the same.
        """
        read_at, self._restored_at = self._index.now(), self._store.state.get(RESTORED_AT, 0.0)
        verdicts, items = self._link(scenes)
        left = self._records(scenes)
        records = self._as_seen(left | self._inherit(scenes, verdicts.links, left), items)
        seen = _Seen(verdicts, items, records, frozenset(unmerged), read_at)
        usual = self._way(known_servers(self._store).current.off)
        one = next((scene.id for scene in scenes if seen.is_merged(scene.id)), None) if trying else None
        attempt = usual if one is None else self._way(usual.off, trying)
        return tuple(self._planned(scene, seen, attempt if scene.id == one else usual) for scene in scenes)

    def _planned(self, scene: Scene, seen: _Seen, way: _Way) -> ScenePlan:
        desired = desire(scene, way.rules)
        items, records = seen.items_of(scene.id), seen.records.get(scene.id, {})
        merged = items if seen.is_merged(scene.id) else {}
        return ScenePlan(
            scene=scene,
            link=seen.verdicts.links[scene.id],
            desired=desired,
            fingerprint=fingerprint(desired, way.rules),
            rules=way.rules_hash,
            merging=way.merging,
            plans=tuple(self._merge(desired, item, records.get(key), way.merging) for key, item in merged.items()),
            items=items,
            records=records,
            alike=seen.verdicts.alike.get(scene.id, frozenset()),
            off=way.off,
            trying=way.trying,
            read_at=seen.read_at,
        )

    def _way(self, off: frozenset[str], trying: frozenset[str] = frozenset()) -> _Way:
        left = off - trying
        rules, merging = self._target.rules.without(left), self._target.merge_rules.without(left)
        return _Way(left, off & trying, rules, self._target.rules_hash(left), merging)

    def _doubted(self, item: Item | None, record: SyncRecord) -> SyncRecord:
        """Let the cover be looked at anew where a person has unlocked a picture: it is no longer as it was left.

        One that was kept for a person was locked, and so was what PlexSync left, unless it leaves fields unlocked.
        """
        if item is None or not record.cover.etag:
            return record
        is_locking = not self._target.settings.flag("leave_unlocked")
        is_free = any(
            (is_locking or record.cover.uploads.get(image.value) == "")
            and self._target.settings.picture_policy(image) is not Policy.FILL
            and image in item.pictures.keys() - item.locked_pictures
            for image in self._target.artworks(item.section_id)
        )
        return replace(record, cover=replace(record.cover, seen="")) if is_free else record

    def _records(self, scenes: Sequence[Scene]) -> dict[tuple[int, str], SyncRecord]:
        """Return what these very scenes left on items; what others of their ids left is no more than inherited."""
        by_id = {scene.id: scene for scene in scenes}
        return {
            (scene, key): _inherited(record, scene) if _is_another(by_id[scene], record) else record
            for (scene, key), record in self._store.links.of_scenes(tuple(by_id)).items()
        }

    def _as_seen(
        self, records: Mapping[tuple[int, str], SyncRecord], items: Mapping[str, Item]
    ) -> dict[int, dict[str, SyncRecord]]:
        """Return the records by scene, as their items let them be believed."""
        by_scene: dict[int, dict[str, SyncRecord]] = {}
        for (scene, key), record in records.items():
            item = items.get(key)
            by_scene.setdefault(scene, {})[key] = self._doubted(item, self._as_of(item, record))
        return by_scene

    def _inherit(
        self, scenes: Sequence[Scene], links: Mapping[int, Link], records: Mapping[tuple[int, str], SyncRecord]
    ) -> dict[tuple[int, str], SyncRecord]:
        """Return what was left on items that were another scene's until now: it is ours, and no person's.

        Files change scenes when scenes are merged, deleted and found again, or a file is assigned to another one. The
        rest of it stays, unless a person moved the file between old scenes, or both have the item.
        """
        pairs = [(scene, key) for scene, link in links.items() for key in link.rating_keys]
        strange = [pair for pair in pairs if pair not in records]
        left = self._store.links.of_items({key for _, key in strange})
        by_id = {scene.id: scene for scene in scenes}
        return {
            (scene, key): _inherited(left[key], scene, is_given=self._is_given(left[key], by_id[scene]))
            for scene, key in strange
            if key in left
        }

    def _is_given(self, record: SyncRecord, scene: Scene) -> bool:
        """Tell whether a person gave the item's file to the scene that has it now, and not a scan.

        A scene gets a file of the one before by a merge or by hand if it was known while that one was still there. So
        does any scene from one that is still there now. One that never had a file of the one before was found by a
        scan, as where a video was encoded anew: Plex alone took the two for one. A person chose the path map, too.
        """
        if record.is_misplaced:
            return True
        known_since, now = self._store.scenes.known_since(scene), self._index.now()
        has_its_file = not set(record.files).isdisjoint(file_marks(scene.files))
        # A moment that is still to come is from a clock that was ahead: it tells nothing.
        was_there = max((at for at in (record.synced_at, record.there_at) if at <= now), default=0.0)
        if has_its_file and known_since is not None and known_since < was_there:
            return True
        keys = self._store.library.keys_of([record.rating_key])[record.rating_key]
        return not set(keys).isdisjoint(self._store.scenes.keys_of(record.scene_id))

    def _as_of(self, item: Item | None, record: SyncRecord) -> SyncRecord:
        """Return a record as it was at the time of an item's state, which an older database of Plex brings back.

        An item that was touched since has a new stamp, and nobody knows what its state of before is from.
        """
        if item is None:
            return record
        is_older = older_items.is_older(item, record)
        if not is_older and record.synced_at >= self._restored_at:
            return record
        since = item.updated_at - older_items.CLOCK_SECONDS if is_older else 0.0
        written = self._store.journal.written_since(record.scene_id, item.rating_key, since)
        cover = replace(record.cover, seen="", replaced=older_items.replaced_pictures(written))
        return replace(record, base=older_items.base_of_then(record.base, item, written), cover=cover)

    @staticmethod
    def _merge(desired: Desired, item: Item, record: SyncRecord | None, rules: MergeRules) -> Plan:
        return merge(desired, item, Base() if record is None else record.base, rules)

    def _link(self, scenes: Sequence[Scene]) -> tuple[Verdicts, dict[str, Item]]:
        """Link scenes by the index and check each link on the item itself.

        Where the index proves stale (an item is gone or holds other files now), it is refreshed and asked once more.
        """
        items: dict[str, Item] = {}
        places = self._locate(scenes, items)
        links = _links(places)
        doubtful = [scene for scene in scenes if links[scene.id].verdict is Verdict.MISSING]
        if doubtful and self._index.refresh_for(len(scenes)):
            found = self._locate(doubtful, items)
            places.update(found)
            links.update(_links(found))
        claims = {key: scenes for place in places.values() for key, scenes in place.claims.items()}
        return shared_items.settle(self._target, self._scenes, scenes, links, claims), items

    def _locate(self, scenes: Sequence[Scene], items: dict[str, Item]) -> dict[int, FileLocations]:
        places = self._index.locate(scenes)
        wanted = {key for place in places.values() for at in place.located for key in at.rating_keys}
        items.update(self._items.read(sorted(wanted - items.keys())))
        if self._index.correct(wanted, items):
            places = self._index.locate(scenes)
        return places

    def links(self, scenes: Sequence[Scene]) -> dict[int, Link]:
        """Link scenes by the index alone, as it is now."""
        self._index.rules.catch_up()
        return _links(self._index.locate(scenes))
