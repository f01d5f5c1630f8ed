"""One reconcile: both servers compared, scene by scene, and every gap named. Nothing is written or asked for here.

Cheap first: a listing of Stash and one of Plex tell of most scenes that nothing has changed since they were synced.
Only what the listings leave in doubt is read in full, and goes through the same planner as a sync. A deep run reads it
all.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice

from plexsync.detect import full_scan
from plexsync.domain.digest import columns
from plexsync.domain.errors import BadAnswer, ItemUnreadable
from plexsync.domain.model import Link, Policy, Reason, Scene, Verdict
from plexsync.domain.reconcile import gaps
from plexsync.domain.reconcile.brakes import takes_away
from plexsync.domain.reconcile.gaps import Gap, GapKind
from plexsync.index.drift import has_ours, has_ours_alone
from plexsync.index.index import Index
from plexsync.index.library_sync import chunks
from plexsync.plex import library as plex_library
from plexsync.plex.editing.capabilities import known_servers
from plexsync.stash import scenes as stash_scenes
from plexsync.stash.changes.source import StashServer
from plexsync.stash.client import StashClient
from plexsync.store import Store
from plexsync.store.links import LinkSummary
from plexsync.sync.batch_sizes import ONE_READ
from plexsync.sync.pictures.plan import may_change
from plexsync.sync.planner import Planner, ScenePlan

PLEX_SHARE, STASH_SHARE = 0.3, 0.6
PROBES = 3
MOST_LEFT_OUT = 1000
Tell = Callable[[float], None]
"""Hears progress (0..1), and may raise to stop the run."""


_HAS_ITEMS = frozenset({Verdict.LINKED, Verdict.AMBIGUOUS})
"""Scenes with items in Plex; whether one that is shared is in doubt, their contents tell."""


_APART = frozenset({Verdict.NO_FILE, Verdict.IGNORED, Verdict.DECLINED})
"""Scenes that are not for Plex."""


@dataclass(frozen=True, slots=True)
class Request:
    """The scenes to compare, and the way to do it.

    ``scope`` is "all", "24h", "7d" or "custom"; with all but the first, ``since`` and ``until`` (UTC seconds, None for
    an open end) bound when a scene was created or updated. ``kinds`` are the gaps of interest. ``only_synced`` leaves
    out scenes that were never synced. ``allowed`` releases the brakes.
    """

    scope: str
    origin: str
    since: float | None = None
    until: float | None = None
    kinds: frozenset[GapKind] = frozenset(GapKind)
    deep: bool = False
    only_synced: bool = False
    allowed: bool = False

    @property
    def is_about_all_kinds(self) -> bool:
        """Tell whether no kind of gap is left out."""
        return self.kinds == frozenset(GapKind) and not self.only_synced

    @property
    def is_full(self) -> bool:
        """Tell whether neither scenes nor kinds of gaps are left out."""
        return self.scope == "all" and self.is_about_all_kinds


@dataclass(frozen=True, slots=True)
class Finding:
    """A gap, or (with ``gap`` None) a scene whose sync record alone is to be brought up to date.

    ``picture`` tells that a sync may change a picture, though there is no gap; of one that ``is_remembered`` its own
    job does that.
    ``taking`` counts the items from which mending it would take something away. ``scene_plan`` is there where the scene
    was read in full.
    """

    scene_id: int
    gap: Gap | None
    taking: int = 0
    scene_plan: ScenePlan | None = None
    picture: bool = False
    is_remembered: bool = False


@dataclass(slots=True)
class Progress:
    """The progress of a run: how many scenes, which in a range or new, how much of what was known is still there.

    Of the ``total`` scenes that are to be looked at, as far as that is known, ``compared`` are judged. ``apart`` are
    those that are not for Plex, ``unasked`` those with no more than gaps of kinds that nobody asked for.
    """

    scenes: int = 0
    compared: int = 0
    total: int = 0
    new: set[int] = field(default_factory=set)
    sample_found: int = 0
    apart: dict[int, Verdict] = field(default_factory=dict)
    unasked: set[int] = field(default_factory=set)
    in_scope: frozenset[int] | None = None
    names: full_scan.Names | None = None


class Reconcile:
    """Compares the two servers of one store; ``sample`` are some paths of files that Stash is known to have had."""

    def __init__(
        self,
        store: Store,
        stash: StashClient,
        index: Index,
        request: Request,
        sample: frozenset[str] = frozenset(),
    ) -> None:
        self._store = store
        self._stash = stash
        self._target = index.target
        self._index = index
        servers = index.target.servers
        self._planner = Planner(store, index, servers.items, servers.scenes)
        self._request = request
        self._sample = sample
        self._contested = store.contests.scenes()
        self.seen = Progress()

    def findings(self, tell: Tell) -> Iterator[Finding]:
        """Yield what is found, all findings of one scene and kind in a row; raises server and settings errors."""
        found = self._of_all(tell) if self._request.scope == "all" else self._of_some(tell)
        for finding in found:
            if self._is_wanted(finding):
                yield finding
            elif finding.gap is None or finding.gap.kind is not GapKind.ORPHAN:
                self.seen.unasked.add(finding.scene_id)

    def _is_wanted(self, finding: Finding) -> bool:
        """Tell whether a finding is of a kind of interest; a picture alone is of none."""
        if finding.gap is None:
            return not finding.picture or self._request.kinds == frozenset(GapKind)
        return finding.gap.kind in self._request.kinds

    def _of_some(self, tell: Tell) -> Iterator[Finding]:
        self._index.make_ready()
        self._index.refresh()
        tell(PLEX_SHARE)
        ids = stash_scenes.within(self._stash, self._request.since, self._request.until)
        self.seen.scenes, self.seen.in_scope = len(ids), frozenset(ids)
        self.seen.total = len(ids)
        yield from self._examine(sorted(ids), tell)

    def _of_all(self, tell: Tell) -> Iterator[Finding]:
        expected = max(1, self._store.library.number())
        self._index.list_all(lambda listed: tell(PLEX_SHARE * min(1.0, listed / expected)))
        self.seen.names = full_scan.names(self._store, StashServer(self._stash))
        doubtful: list[int] = []
        gone: list[int] = []
        known = max(1, self._store.scenes.number())
        self.seen.total = known
        for page in full_scan.pages(self._store, StashServer(self._stash), self._index.now()):
            self._remember_new(page)
            self.seen.scenes += len(page.scenes)
            self.seen.total = max(self.seen.total, self.seen.scenes)
            gone += page.gone
            before = len(doubtful)
            yield from self._of_page(page, doubtful)
            self.seen.compared += len(page.scenes) - (len(doubtful) - before)
            tell(PLEX_SHARE + (STASH_SHARE - PLEX_SHARE) * min(1.0, self.seen.scenes / known))
        yield from (Finding(scene, None) for scene in gone)
        yield from self._examine(doubtful, tell)
        yield from self._orphans(frozenset(gone))
        yield from self._left_out()
        yield from self._twins()

    def _remember_new(self, page: full_scan.ComparedPage) -> None:
        """Keep new scenes' files: who else claims an item has to be known before any of them is judged."""
        if not page.new:
            return
        self.seen.new |= page.new
        with self._store.transaction():
            for scene in page.scenes:
                if scene.id in page.new:
                    files = self._index.file_rows(scene.files)
                    self._store.scenes.remember_listed(scene, "", columns(scene), files, self._index.now())

    def take_back(self) -> None:
        """Forget the scenes that were new: nobody has asked for them, and whoever looks next must see them as new."""
        for part in chunks(self.seen.new):
            with self._store.transaction():
                self._store.scenes.forget(part)

    def _of_page(self, page: full_scan.ComparedPage, doubtful: list[int]) -> Iterator[Finding]:
        """Judge a page by listings alone; who has to be read in full is added to ``doubtful``."""
        if not page.scenes:
            return
        summaries = self._store.links.summaries(*page.span)
        rules = self._target.rules_hash(known_servers(self._store).current.off)
        unfinished = self._store.jobs.unfinished_between(*page.span)
        renamed = frozenset[int]() if self.seen.names is None else self.seen.names.scenes
        suspects = page.changed | page.new | unfinished | self._contested
        suspects |= renamed & {scene.id for scene in page.scenes}
        places = self._index.locate(page.scenes)
        trusted: dict[int, Link] = {}
        stamps = self._store.library.updated({key for place in places.values() for key in place.claims})
        for scene in page.scenes:
            self._count_sample(scene)
            own = summaries.get(scene.id, ())
            if self._request.only_synced and not own:
                continue
            place = places[scene.id]
            link = place.link(scene.id)
            gap = gaps.of_link(link)
            self._count_apart(link)
            if gap is not None and link.verdict is not Verdict.AMBIGUOUS:
                yield Finding(scene.id, gap)
            elif link.verdict in _HAS_ITEMS and (
                self._request.deep
                or scene.id in suspects
                or not page.known[scene.id].is_read
                or not _is_settled(link, own, rules, stamps)
            ):
                doubtful.append(scene.id)
            elif link.verdict in _HAS_ITEMS:
                trusted[scene.id] = link
        doubtful += self._silently_changed(trusted)

    def _silently_changed(self, trusted: Mapping[int, Link]) -> Iterator[int]:
        """Yield scenes whose items were changed although their stamps are the same.

        On some servers certain edits do not move them; then these fields are read.
        """
        known = known_servers(self._store).current
        policies = self._target.merge_rules.without(known.off).policies
        still = {of for of in known.still if policies[of] is not Policy.OFF}
        if not still:
            return
        exact = {of for of in still if policies[of] in {Policy.MIRROR, Policy.STASH}}
        records = self._store.links.of_scenes(tuple(trusted))
        keys = sorted({key for link in trusted.values() for key in link.rating_keys})
        items = plex_library.read_items(self._target.client, keys).items
        for scene, link in trusted.items():
            pairs = [(items[key], records[scene, key].base) for key in link.rating_keys if key in items]
            if not all(has_ours(item, base, still) and has_ours_alone(item, base, exact) for item, base in pairs):
                yield scene

    def _count_sample(self, scene: Scene) -> None:
        if self._sample:
            self.seen.sample_found += len({file.path for file in scene.files} & self._sample)

    def _count_apart(self, link: Link) -> None:
        if link.verdict in _APART:
            self.seen.apart[link.scene_id] = link.verdict

    def _examine(self, scene_ids: Sequence[int], tell: Tell) -> Iterator[Finding]:
        """Read scenes and their items in full."""
        rest = iter(scene_ids)
        done, share = 0, STASH_SHARE if self._request.scope == "all" else PLEX_SHARE
        while batch := list(islice(rest, ONE_READ)):
            read = stash_scenes.read(self._stash, batch)
            yield from self._judge_all(tuple(read.scenes.values()))
            yield from (Finding(scene, None) for scene in read.gone)
            yield from (_unreadable(scene, "Stash", words) for scene, words in read.unreadable.items())
            done += len(batch)
            self.seen.compared += len(batch)
            tell(share + (0.95 - share) * done / len(scene_ids))

    def _judge_all(self, scenes: Sequence[Scene]) -> Iterator[Finding]:
        """Judge scenes; an item that Plex cannot read costs only the scene it belongs to."""
        try:
            scene_plans = self._planner.plan(scenes)
        except (ItemUnreadable, BadAnswer) as error:
            if isinstance(error, BadAnswer) and not self._can_read_others(scenes):
                raise
            middle = len(scenes) // 2
            if middle:
                yield from self._judge_all(scenes[:middle])
                yield from self._judge_all(scenes[middle:])
            else:
                yield _unreadable(scenes[0].id, "Plex", error.data["detail"])
            return
        for scene_plan in scene_plans:
            yield from self._judge(scene_plan)

    def _can_read_others(self, scenes: Sequence[Scene]) -> bool:
        """Tell whether the server reads items of other scenes: then it is these items that it fails at."""
        own = {key for place in self._index.locate(scenes).values() for key in place.claims}
        others = self._store.library.some(PROBES, but=own)
        return bool(plex_library.read_items(self._target.client, others).items) if others else False

    def _judge(self, scene_plan: ScenePlan) -> Iterator[Finding]:
        scene = scene_plan.scene.id
        if self._request.only_synced and not scene_plan.records:
            return
        gap = gaps.of_link(scene_plan.link)
        self._count_apart(scene_plan.link)
        if gap is not None:
            yield Finding(scene, gap, scene_plan=scene_plan)
        found = list(self._of_plans(scene_plan))
        yield from found
        odd = [gaps.of_tag_case(scene_plan.desired, item) for item in scene_plan.items.values()]
        yield from (Finding(scene, one, scene_plan=scene_plan) for one in odd if one is not None)
        if gap is None and not found and scene_plan.link.verdict is Verdict.LINKED:
            yield from self._of_rest(scene_plan)

    @staticmethod
    def _of_plans(scene_plan: ScenePlan) -> Iterator[Finding]:
        """Name the gap on each item, as many as there are items with one."""
        for plan in scene_plan.plans:
            record = scene_plan.records.get(plan.rating_key)
            gap = gaps.of_plan(plan, None if record is None else record.base)
            if gap is not None:
                taking = takes_away(plan, scene_plan.items[plan.rating_key])
                yield Finding(scene_plan.scene.id, gap, int(taking), scene_plan)

    def _of_rest(self, scene_plan: ScenePlan) -> Iterator[Finding]:
        """Name a scene without a gap that is not remembered as it is, or of which a picture may change."""
        is_remembered, picture = self._is_remembered(scene_plan), may_change(self._target, scene_plan)
        if picture or not is_remembered:
            yield Finding(
                scene_plan.scene.id, None, scene_plan=scene_plan, picture=picture, is_remembered=is_remembered
            )

    def _is_remembered(self, scene_plan: ScenePlan) -> bool:
        """Tell whether all is known that a next run needs in order not to read the scene again."""
        known = self._store.scenes.between(scene_plan.scene.id, scene_plan.scene.id).get(scene_plan.scene.id)
        if known is None or not known.is_read or known.updated_at != scene_plan.scene.updated_at:
            return False
        records = scene_plan.records or {}
        return known.columns == columns(scene_plan.scene) and all(
            key in records
            and records[key].fingerprint == scene_plan.fingerprint
            and records[key].rules == scene_plan.rules
            and records[key].item_updated_at == item.updated_at
            for key, item in scene_plan.items.items()
        )

    def _orphans(self, gone: frozenset[int]) -> Iterator[Finding]:
        """Find items we wrote to whose scene is gone, and whose files no other scene has."""
        summaries = [*self._store.links.orphans(), *self._store.links.of_gone(gone)]
        taking = int(self._target.settings.text("orphan_policy") == "clear")
        for summary in summaries:
            keys = self._store.library.keys_of([summary.rating_key])[summary.rating_key]
            claimants = frozenset[int]().union(*self._store.scenes.claimants(keys).values()) - gone
            if keys and not claimants:
                reason = Reason("orphan", {"item": summary.rating_key, "path": keys[0]})
                yield Finding(
                    summary.scene_id,
                    Gap(GapKind.ORPHAN, summary.scene_id, summary.rating_key, reasons=(reason,)),
                    taking,
                )

    def _left_out(self) -> Iterator[Finding]:
        """Name what the listings could not use."""
        for row in self._store.left_out.listed(MOST_LEFT_OUT):
            gap = gaps.of_left_out(row)
            yield Finding(gap.scene_id, gap)

    def _twins(self) -> Iterator[Finding]:
        """Find files that one library shows as two items: both are kept in sync, but one is too many."""
        for twin in self._store.library.twins():
            owners = sorted(frozenset[int]().union(*self._store.scenes.claimants([twin.path_key]).values()))
            reason = Reason("duplicate", {"path": twin.path_key, "items": ", ".join(twin.rating_keys)})
            for scene in owners:
                yield Finding(scene, Gap(GapKind.DUPLICATE, scene, twin.rating_keys[-1], reasons=(reason,)))


def detail_of(gap: Gap) -> Mapping[str, object]:
    """Return what is kept of a gap besides its kind, scene and item."""
    return {
        "fields": {of.value: kind.value for of, kind in gap.fields.items()},
        "reasons": [{"code": reason.code, "data": dict(reason.data)} for reason in gap.reasons],
    }


def _unreadable(scene_id: int, where: str, problem: str) -> Finding:
    """Return the finding of a scene that cannot be compared, because a server fails at it or at its item."""
    reason = Reason("left_out", {"what": f"Scene {scene_id}", "where": where, "detail": problem})
    return Finding(scene_id, Gap(GapKind.UNREADABLE, scene_id, reasons=(reason,)))


def _is_settled(link: Link, summaries: Sequence[LinkSummary], rules: str, stamps: Mapping[str, int]) -> bool:
    """Tell whether each item is as we left it, by the rules of today; what Plex has not touched has not drifted.

    ``stamps`` are Plex's ``updatedAt`` as listed; where there is none, nothing is known.
    """
    done = {
        summary.rating_key: summary.item_updated_at
        for summary in summaries
        if summary.is_complete and summary.rules == rules
    }
    return all(done.get(key) and stamps.get(key) == done[key] for key in link.rating_keys)
