"""The demo's acts in Stash, one after the other, and their traces in Plex."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Iterable

from plexsync.cli.demo.stage import Stage
from plexsync.cli.demo.tell import Row, Teller
from plexsync.cli.demo.truth import Truth
from plexsync.cli.demo.watching import Difference, differences, uncovered, unlike, wait_for
from plexsync.usecases.opening import open_data
from plexsync.usecases.runs.reconcile import summary
from plexsync.usecases.why import why

MANY = 50
OUTAGE_SECONDS = 2.0
TASK_SECONDS = 60.0
REST_SECONDS = 0.5
_LEFT_ALONE = {
    "missing": "Left alone, because Plex does not have their files: scenes",
    "no_file": "Left alone, because they have no file: scenes",
    "ambiguous": "Left alone, because ambiguous (scenes share one Plex item): scenes",
}


class Acts:
    """Each act does one thing as a person would and returns its row; ``wrong`` gathers what differs."""

    def __init__(self, stage: Stage, truth: Truth, teller: Teller) -> None:
        self._stage = stage
        self._truth = truth
        self._teller = teller
        self._linked = sorted(set(truth.owner.values()), key=int)
        self.wrong: list[Difference] = []

    def play(self) -> list[Row]:
        """Do all of it, up to the first act that goes wrong."""
        rows: list[Row] = []
        for act in (
            self.sync_all,
            self.bring_covers,
            self.sync_again,
            self.retitle,
            self.rename_tag,
            self.edit_many,
            self.edit_while_plex_is_away,
            self.plex_adds_anew,
            self.reconcile,
            self.explain,
            self.read_all_once_more,
        ):
            rows.append(act())
            self._teller.row(rows[-1])
            if not rows[-1].ok:
                break
        return rows

    def sync_all(self) -> Row:
        """Start the task that syncs everything."""
        truth, items = self._truth, frozenset(self._truth.owner)
        self._teller.say(f"\nFirst sync: starting the task `Sync All Scenes` for {len(truth.scenes)} scenes.", "bold")
        began = time.monotonic()
        self._stage.person.start_task("Sync All Scenes")
        with self._teller.bar("Plex shows", len(items)) as seen:
            wait_for(unlike(self._stage.viewer, truth), items, seen)
        took = time.monotonic() - began
        right = self._all_is_right()
        alone = f"{sum(map(len, truth.left_alone.values()))} scenes left alone, each named above"
        self._list_left_alone()
        shown = f"{len(items)} items of {len(self._linked)} scenes as Stash says; {alone}"
        return Row(f"Sync all {len(truth.scenes)} scenes (a task)", shown if right else self._told(), took, right)

    def _list_left_alone(self) -> None:
        for verdict, scenes in self._truth.left_alone.items():
            if scenes:
                self._teller.say(f"  {_LEFT_ALONE[verdict]}: {', '.join(scenes)}")

    def bring_covers(self) -> Row:
        """Wait for the covers, which come after the texts."""
        owners = self._truth.covered()
        self._teller.say("\nThe covers follow the texts: comparing each poster with the cover in Stash.", "bold")
        began = time.monotonic()
        pictures = {scene: self._stage.person.cover(scene) for scene in set(owners.values())}
        covers = {item: pictures[scene] for item, scene in owners.items()}
        with self._teller.bar("Posters", len(covers)) as seen:
            left = wait_for(uncovered(self._stage.viewer, covers), covers, seen)
        self._come_to_rest()
        self._note(Difference(item, "poster", "the scene's cover", "another picture") for item in left)
        shown = f"{len(covers) - len(left)} of {len(covers)} items show the scene's cover, byte for byte"
        return Row("Their covers", shown, time.monotonic() - began, not left)

    def _come_to_rest(self) -> None:
        """Wait for the last picture's lock, which is written after the picture shows."""
        before = -1
        while before != (before := self._stage.plex_writes()):
            time.sleep(REST_SECONDS)

    def sync_again(self) -> Row:
        """Sync everything a second time, which must write nothing."""
        self._teller.say("\nThe same task again: nothing has changed, so nothing may be written.", "bold")
        writes, began = self._stage.plex_writes(), time.monotonic()
        ended = self._finish_task("Sync All Scenes") and self._finish_task("Process Queue")
        written = self._stage.plex_writes() - writes
        shown = f"{written} writes" if ended else "the tasks did not end"
        return Row("Sync all again", shown, time.monotonic() - began, ended and not written)

    def retitle(self) -> Row:
        """Edit one title."""
        scene = next(scene for scene in self._linked if self._truth.title(scene))
        title = f"{self._truth.title(scene).strip()} (edited)"
        self._teller.say(f"\nAn edit: scene {scene} gets the title “{title}”.", "bold")
        self._truth.edit([scene], title=title)
        return self._saved(
            f"New title for scene {scene}", f"“{title}”", [scene], lambda: self._stage.person.retitle(scene, title)
        )

    def rename_tag(self) -> Row:
        """Rename a tag that many scenes have; no scene's own time stamp moves."""
        tag, name = self._truth.busiest_tag()
        renamed = f"{name}, renamed"
        scenes = self._truth.rename_tag(tag, renamed)
        self._teller.say(f"\nA rename: the tag “{name}” of {len(scenes)} scenes becomes “{renamed}”.", "bold")
        items = len(self._truth.items_of(scenes))
        shown = f"the genre “{renamed}” on {items} items, “{name}” on none of them"
        return self._saved(
            f"New name for the tag “{name}”", shown, scenes, lambda: self._stage.person.rename_tag(tag, renamed)
        )

    def edit_many(self) -> Row:
        """Edit many scenes in one save."""
        person, scenes, name = self._stage.person, self._linked[-MANY:], "Seen in the demo"
        self._teller.say(f"\nA bulk edit: {len(scenes)} scenes get a rating of 90 and the tag “{name}”.", "bold")
        tag = person.make_tag(name)
        self._truth.edit(scenes, rating100=90)
        self._truth.add_tag(tag, name, scenes)
        shown = f"rating 9 and the genre on {len(self._truth.items_of(scenes))} items, beside the genres they had"
        return self._saved(
            f"Bulk edit of {len(scenes)} scenes", shown, scenes, lambda: person.edit_many(scenes, 90, tag)
        )

    def edit_while_plex_is_away(self) -> Row:
        """Edit while Plex is down; the time is from its return on."""
        scene = self._linked[len(self._linked) // 2]
        title = "Edited while Plex was away"
        self._teller.say(f"\nAn outage: Plex is stopped, and scene {scene} gets another title meanwhile.", "bold")
        self._stage.stop_plex()
        self._stage.person.retitle(scene, title)
        self._truth.edit([scene], title=title)
        time.sleep(OUTAGE_SECONDS)
        self._teller.say(f"  {OUTAGE_SECONDS:g} s later Plex comes back.")
        shown = f"“{title}”, this long after Plex came back"
        return self._saved("An edit during an outage of Plex", shown, [scene], self._stage.start_plex)

    def plex_adds_anew(self) -> Row:
        """Have Plex lose items and find their files again, as after a disk was away; the time is from then on."""
        items = sorted(self._truth.items_of(self._linked[:MANY]))
        self._teller.say(
            f"\nPlex loses {len(items)} items and adds their files anew, without any of their data.", "bold"
        )
        began = time.monotonic()
        self._stage.add_anew(items)
        with self._teller.bar("Plex shows", len(items)) as seen:
            left = wait_for(unlike(self._stage.viewer, self._truth), items, seen)
        shown = f"something else on {len(left)} items" if left else f"all of Stash's data on {len(items)} new items"
        return Row(f"{len(items)} items added anew by Plex", shown, time.monotonic() - began, not left)

    def reconcile(self) -> Row:
        """Compare both sides, which must find nothing but what was left alone before."""
        self._teller.say("\nA reconcile (a task) compares every scene with what Plex shows.", "bold")
        self._finish_task("Process Queue")
        began = time.monotonic()
        ended = self._finish_task("Reconcile Library: All Scenes")
        result = self._stage.newest_reconcile()
        for line in summary(result):
            self._teller.say(f"  {line}")
        kinds = result.get("kinds", {})
        known = {kind: len(self._truth.left_alone[kind]) for kind in ("missing", "ambiguous")}
        is_right = {kind: kinds.get(kind, 0) for kind in (*known, "empty", "stale", "drift")} == {
            **known,
            **dict.fromkeys(("empty", "stale", "drift"), 0),
        }
        shown = f"no gap but the {sum(known.values())} scenes left alone before" if is_right else f"gaps: {dict(kinds)}"
        return Row("Compare both sides", shown, time.monotonic() - began, ended and is_right)

    def explain(self) -> Row:
        """Ask why a scene is not in Plex."""
        scene = self._truth.left_alone["missing"][0]
        self._teller.say(f"\nA question: why is scene {scene} not in Plex? (plexsync why {scene})", "bold")
        with open_data(self._stage.data_folder) as opened:
            explanation = why(opened, int(scene))
        for _, advice in explanation.reasons:
            self._teller.say(f"  {advice.text}\n  {advice.next_step}")
        ok = explanation.verdict == "missing" and bool(explanation.reasons)
        shown = f"nothing: it is {explanation.verdict or 'unexplained'}, and PlexSync says which file and what to do"
        return Row(f"Why is scene {scene} not in Plex?", shown, None, ok)

    def read_all_once_more(self) -> Row:
        """Compare everything at the end."""
        self._teller.say("\nAt last every item is read once more and compared field by field.", "bold")
        self.wrong.clear()
        right = self._all_is_right()
        bystanders = len(self._truth.items) - len(self._truth.owner)
        shown = f"{len(self._truth.owner)} items as Stash says, {bystanders} other items unchanged"
        return Row("Everything once more", shown if right else self._told(), None, right)

    def _saved(self, asked: str, shown: str, scenes: Collection[str], save: Callable[[], None]) -> Row:
        """Save something and wait until all items of some scenes show it."""
        items = self._truth.items_of(scenes)
        began = time.monotonic()
        save()
        with self._teller.bar("Plex shows", len(items)) as seen:
            left = wait_for(unlike(self._stage.viewer, self._truth), items, seen)
        took = time.monotonic() - began
        return Row(asked, f"something else on {len(left)} items" if left else shown, took, not left)

    def _finish_task(self, name: str) -> bool:
        job = self._stage.person.start_task(name)
        deadline = time.monotonic() + TASK_SECONDS
        while time.monotonic() < deadline:
            state = self._stage.person.job_state(job)
            if state not in {"READY", "RUNNING"}:
                return state == "FINISHED"
            time.sleep(0.1)
        return False

    def _all_is_right(self) -> bool:
        there = self._stage.viewer.list_items()
        missing = [Difference(item, "item", "there", "gone") for item in self._truth.items - there]
        found = [*missing, *differences(self._stage.viewer, self._truth, self._truth.items & there)]
        self._note(found)
        return not found

    def _told(self) -> str:
        return f"{len(self.wrong)} fields of {len({one.item for one in self.wrong})} items are not as Stash says"

    def _note(self, found: Iterable[Difference]) -> None:
        self.wrong += found
