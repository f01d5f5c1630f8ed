"""`plexsync choose` and `plexsync unlink`."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import asdict

import click

from plexsync.cli.frame import Code, Frame, json_option
from plexsync.domain.advice import explain
from plexsync.domain.phrases import moment, short, span
from plexsync.usecases.agent import start as agent_start
from plexsync.usecases.needs_you import choosing
from plexsync.usecases.needs_you.candidate import CandidateFile, Candidates, ItemCandidate
from plexsync.usecases.needs_you.candidates import candidates_in

_MEGABYTE = 10**6
_SCENE = click.IntRange(1, 2**63 - 1)


@click.command(
    epilog="\b\nExamples:\n"
    "  plexsync choose 17             the items that scene 17 can choose from\n"
    "  plexsync choose 17 4812        item 4812, and no other, is written for scene 17\n"
    "  plexsync choose --list         what was chosen and unlinked\n"
    "  plexsync choose --undo 17      forget what was decided about scene 17's items"
)
@click.argument("scene", metavar="[SCENE_ID]", type=_SCENE, required=False)
@click.argument("item", metavar="[RATING_KEY]", required=False)
@click.option("--list", "is_list", is_flag=True, help="Name all that was chosen and unlinked.")
@click.option("--undo", is_flag=True, help="Forget what was decided about the scene's items.")
@json_option
@click.pass_obj
def choose(frame: Frame, scene: int | None, item: str | None, *, is_list: bool, undo: bool) -> int:
    """Choose the right Plex item for a scene, or see which there are.

    Only an item that holds one of the scene's files can be chosen. The choice stays with the file,
    also when Plex gives the item a new number. RATING_KEY is Plex's number of an item. Leave it out to see the choices.
    """
    folder = frame.require_folder()
    if is_list:
        return _list(frame, choosing.decided(folder))
    if scene is None:
        raise click.UsageError("Name a scene, or --list.")
    if undo:
        return _answer(
            frame, choosing.undo_choice(folder, scene, time.time()), f"The choice for scene {scene} is forgotten."
        )
    if item is None:
        return _show(frame, candidates_in(folder, scene))
    chosen = choosing.choose(folder, scene, item, time.time())
    return _answer(frame, chosen, f"Item {item} is written for scene {scene} from now on.")


@click.command(
    epilog="\b\nExamples:\n"
    "  plexsync unlink 17 4812           write nothing to item 4812 for scene 17 any more\n"
    "  plexsync unlink --undo 17 4812    write to it again"
)
@click.argument("scene", metavar="SCENE_ID", type=_SCENE)
@click.argument("item", metavar="RATING_KEY")
@click.option("--undo", is_flag=True, help="Write to it again.")
@json_option
@click.pass_obj
def unlink(frame: Frame, scene: int, item: str, *, undo: bool) -> int:
    """Stop writing to an item for a scene; what PlexSync wrote there stays.

    RATING_KEY is Plex's number of the item: `plexsync choose SCENE_ID` shows it.
    """
    folder, now = frame.require_folder(), time.time()
    if undo:
        return _answer(frame, choosing.relink(folder, scene, item, now), f"Item {item} is scene {scene}'s again.")
    done = choosing.unlink(folder, scene, item, now)
    return _answer(frame, done, f"Nothing is written to item {item} for scene {scene} any more. Its values stay.")


def _answer(frame: Frame, done: choosing.Chosen, words: str) -> int:
    if frame.as_json:
        frame.document(asdict(done))
        return Code.OK
    frame.say(words)
    if not agent_start.is_alive(frame.folder):
        frame.tell(str(explain("no_agent", {})))
    return Code.OK


def _list(frame: Frame, page: choosing.DecidedPage) -> int:
    if frame.as_json:
        frame.document(asdict(page))
        return Code.OK
    for row in page.rows:
        title = short(row.title, 60)
        item = f"item {row.rating_key}" if row.rating_key else row.path
        frame.say(f"scene {row.scene_id} {title}: {item} {row.says.value} {moment(row.since)}")
    if not page.rows:
        frame.say(str(explain("nothing_chosen", {})))
    return Code.OK


def _show(frame: Frame, found: Candidates) -> int:
    if frame.as_json:
        frame.document(asdict(found))
        return Code.OK
    frame.say(f"Scene {found.scene_id} {short(found.title, 60)}", "bold")
    for file in found.files:
        frame.say(f"{file.path}: {_size(file.size, file.duration)}", indent=2)
    for item in found.items:
        frame.say(f"Item {item.rating_key} {short(item.title, 60)} in {item.library}", "bold")
        for line in _lines(item):
            frame.say(line, indent=2)
    if not found.items:
        frame.say(str(explain("no_item_holds_it", {"scene": str(found.scene_id)})))
    if found.trouble is not None:
        frame.say(str(found.trouble), "bold red")
    return Code.OK


def _lines(item: ItemCandidate) -> Iterator[str]:
    for file in item.files:
        facts = [word for word, is_so in _facts(file) if is_so]
        yield f"{file.path}: {_size(file.size, file.duration)}" + (f" ({', '.join(facts)})" if facts else "")
    for other in item.others:
        yield f"also holds a file of scene {other.scene_id} {short(other.title, 60)}"
    if item.decision:
        yield explain(item.decision, {"item": item.rating_key, "scenes": "another"}).text


def _facts(file: CandidateFile) -> tuple[tuple[str, bool], ...]:
    return ("same path", file.is_own), ("same size", file.same_size), ("same duration", file.same_duration)


def _size(size: int, duration: float) -> str:
    parts = [f"{size / _MEGABYTE:.1f} MB" if size else "", span(duration) if duration else ""]
    return ", ".join(filter(None, parts)) or "size not known"
