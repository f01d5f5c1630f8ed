"""Makes a preview of any number of rows, as one of a large library would be."""

from __future__ import annotations

import random
import time
from collections.abc import Iterator
from pathlib import Path

from plexsync.domain.reconcile.preview import PreviewRow
from plexsync.previews.file import made_anew
from plexsync.previews.rows import CHANGE, LOCK, Added
from plexsync.usecases.preview.maker import figures_of
from plexsync.usecases.runs.reconcile import page_request

WORDS = "harbour dawn letter room market day salt winter garden pier town walk light river stone autumn".split()  # noqa: SIM905
FIELDS = ("title", "date", "summary", "studio", "actors", "genres", "rating")
FIELDS_OF_SCENE = 3


def make_large(folder: Path, number: int) -> None:
    """Keep a preview of so many rows that would be written, and some that only lock."""
    now = time.time()
    with made_anew(folder) as file:
        file.heads.ask(page_request("all", "", "", ()).arguments(), now)
        file.heads.begin(now)
        file.begin()
        file.rows.add(_rows(number))
        file.commit()
        file.rows.put_in_order()
        scenes = number // FIELDS_OF_SCENE
        result = {"scenes": scenes, "nothing_to_do": 0, "apart": {}, "unasked": 0}
        result |= {"taking": 2000, "linked": scenes, "brakes": []}
        file.heads.show(scenes, scenes)
        file.heads.end("done", time.time(), trouble={}, figures=figures_of(file, result))


def _rows(number: int) -> Iterator[Added]:
    dice = random.Random(1)
    for scene in range(1, number // FIELDS_OF_SCENE + 2):
        title, edited = _words(dice, 3).title(), 1_700_000_000 + dice.randrange(10**7)
        for at, field in enumerate(dice.sample(FIELDS, FIELDS_OF_SCENE)):
            if (scene - 1) * FIELDS_OF_SCENE + at < number:
                yield Added(_row(dice, scene, title, field), CHANGE, edited)
        if dice.random() < 0.02:
            yield Added(PreviewRow(scene, title, str(scene), "Movies", "poster", "stale", "lock", ""), LOCK, edited)


def _row(dice: random.Random, scene: int, title: str, field: str) -> PreviewRow:
    place, kind = (scene, title, str(scene), "Movies", field), dice.choice(("stale", "stale", "empty", "drift"))
    if field in {"actors", "genres"}:
        takes = dice.random() < 0.03
        added = tuple(_words(dice, 2).title() for _ in range(dice.randrange(1, 4)))
        gone = (_words(dice, 2),) if takes else ()
        words = {"added": added, "removed": gone, "stay": dice.randrange(6), "takes": takes}
        return PreviewRow(*place, kind, "list_merge", "newer in Stash", **words)  # type: ignore[arg-type]
    after = _words(dice, 30 if field == "summary" else 4)
    return PreviewRow(*place, kind, "update", "newer in Stash", _words(dice, 4), after)


def _words(dice: random.Random, number: int) -> str:
    return " ".join(dice.choice(WORDS) for _ in range(number))
