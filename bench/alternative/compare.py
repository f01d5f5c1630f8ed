"""PlexSync beside a script around plexapi: the same work on equal libraries, each on servers of its own."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from functools import partial
from pathlib import Path

from alternative import plexapi_script
from measuring.case import Tools
from measuring.measured import NUMBER, Baseline, Row
from plexsync_simulators.rig import TOKEN, Rig
from plexsync_simulators.world import World, make_world
from prepared.prefilled import aged
from prepared.rigging import PLEX, TEXT_ONLY, come_to_rest, counts, running, sync_all

OURS = "PlexSync"
TAG, NAME = "1", "Another name altogether"
RENAME = "mutation Do($id: ID!, $name: String!) { tagUpdate(input: { id: $id, name: $name }) { id } }"
SCRIPT = Path(plexapi_script.__file__)
PAUSE = 0.5


def measure(tools: Tools, size: int) -> Iterator[Row]:
    """Do with both what people do: sync all, sync all again, save one scene, rename a tag."""
    world = aged(make_world(size, 1))
    scenes = [row["id"] for row in world.stash["scenes"]]
    with ExitStack() as stack:
        ours = stack.enter_context(running(size, no_plex_scan=True))
        theirs = stack.enter_context(Rig(world, plex_options=PLEX, settings=TEXT_ONLY))
        for what in ("first sync", "second sync"):
            yield compared(what, ours, theirs, sync_all, partial(run_script, scenes=scenes))
        yield agreement(world, ours, theirs)
        tagged = [row["id"] for row in world.stash["scenes"] if TAG in row["tag_ids"]]
        yield compared(
            f"a tag of {len(tagged)} scenes renamed", ours, theirs, rename, partial(rename_by_script, scenes=tagged)
        )
        yield from one_save(ours, theirs, tools.times(2, 5, 20))


def run_script(rig: Rig, scenes: Sequence[str]) -> float:
    """Run the script over some scenes, as a process; returns the seconds."""
    words = [sys.executable, str(SCRIPT), rig.plex.url, TOKEN, rig.stash.url, *scenes]
    began = time.monotonic()
    done = subprocess.run(words, check=False, capture_output=True, text=True)
    if "Traceback" in done.stderr:
        raise RuntimeError(done.stderr)
    return time.monotonic() - began


def rename(rig: Rig) -> float:
    """Rename a tag and wait until PlexSync is through."""
    began = time.monotonic()
    rig.ask_stash(RENAME, id=TAG, name=NAME)
    rig.wait_until(lambda: not rig.is_idle(), 30)
    come_to_rest(rig)
    return time.monotonic() - began


def rename_by_script(rig: Rig, scenes: Sequence[str]) -> float:
    """Rename a tag and run the script over the scenes that have it."""
    rig.ask_stash(RENAME, id=TAG, name=NAME)
    return run_script(rig, scenes)


def compared(
    what: str, ours: Rig, theirs: Rig, by_us: Callable[[Rig], float], by_script: Callable[[Rig], float]
) -> Row:
    """Do the same with both; the row is the script's, against ours."""
    counts(ours)
    took = by_us(ours)
    own = asked(ours)
    counts(theirs)
    slow = by_script(theirs)
    note = "PlexSync: " + ", ".join(f"{number:,} {name}" for name, number in own.items())
    return Row(f"script: {what}", (slow,), baseline=Baseline(OURS, (took,)), counts=asked(theirs), note=note)


def asked(rig: Rig) -> dict[str, int]:
    """Tell what was asked and written since the last time."""
    plex, stash = counts(rig)
    return {"PUT": plex.get("PUT", 0), "Plex GET": plex.get("GET", 0), "Stash query": sum(stash.values())}


def agreement(world: World, ours: Rig, theirs: Rig) -> Row:
    """Count the items of single-file scenes that the script left otherwise than PlexSync: both must do the work."""
    shown, other = ours.items(), theirs.items()
    paths = [found[0] for found in world.belongs.values() if len(found) == 1]
    fields = ("title", "summary", "studio", "Genre")
    differ = sum(any(_plain(shown[path].get(of)) != _plain(other[path].get(of)) for of in fields) for path in paths)
    return Row("items of single files the two left different", (differ,), NUMBER, note=f"of {len(paths):,}")


def _plain(value: object) -> object:
    return sorted(one.casefold() for one in value) if isinstance(value, list) else " ".join(str(value or "").split())


def shows(rig: Rig, key: str, title: str) -> bool:
    """Tell whether an item has this title."""
    return bool(rig.plex.control("GET", f"dump?ids={key}")[0]["title"] == title)


def one_save(ours: Rig, theirs: Rig, number: int) -> Iterator[Row]:
    """Save scenes one by one until Plex holds each; the script is started for each save, as a hook would be."""
    scenes = [scene for scene, paths in ours.world.belongs.items() if len(paths) == 1][:number]
    keys = {scene: ours.item_of(scene)["ratingKey"] for scene in scenes}
    fast, slow = [], []
    for turn, scene in enumerate(scenes):
        began = time.monotonic()
        title = f"Saved {turn}"
        ours.edit_scene(scene, title=title)
        ours.wait_until(partial(shows, ours, keys[scene], title), 60)
        fast.append(time.monotonic() - began)
        time.sleep(PAUSE)
        began = time.monotonic()
        theirs.edit_scene(scene, title=title)
        run_script(theirs, [scene])
        slow.append(time.monotonic() - began)
    yield Row("script: one save until Plex holds it", tuple(slow), baseline=Baseline(OURS, tuple(fast)))
