"""Rules by which the probe judges what came."""

from __future__ import annotations

import json

import pytest

from plexsync.plex.exchange import Ask, Exchange
from plexsync.usecases.probe.listening import Heard, named
from plexsync.usecases.probe.listening_questions import LISTENING
from plexsync.usecases.probe.move import MoveResult
from plexsync.usecases.probe.question import Evidence
from plexsync.usecases.probe.reading.judges import size_kept
from plexsync.usecases.probe.saved_item import SavedItem
from plexsync_simulators.shared.json_type import Json


def page(rows: int, total: int | None) -> Exchange:
    container: Json = {"Metadata": [{"ratingKey": str(row)} for row in range(rows)]}
    container |= {} if total is None else {"totalSize": total}
    return Exchange(Ask("GET", "/"), 200, {}, json.dumps({"MediaContainer": container}).encode(), 0.1)


@pytest.mark.parametrize(
    ("first", "second", "total", "finding"),
    [
        (5, 5, 10, "as many"),
        (0, 0, 0, "as many"),
        (0, 0, 1, "fewer"),
        (3, 2, 3, "as many"),
        (3, 2, None, "as many"),
        (3, 3, 10, "fewer"),
        (3, 3, None, "fewer"),
        (3, 2, 10, "fewer"),
        (10, 9, 10, "more"),
        (10, 5, 10, "more"),
    ],
)
def test_a_page_that_is_shorter_than_asked_for_is_not_as_many(
    first: int, second: int, total: int | None, finding: str
) -> None:
    seen = Evidence({"listing": page(first, total), "listing.second": page(second, total)})
    assert size_kept(seen) == finding


@pytest.mark.parametrize(("told", "finding"), [("4711", "yes"), ("4712", "no")])
@pytest.mark.parametrize("kind", ["timeline", "activity"])
def test_only_a_notification_of_the_item_tells_of_its_edit(kind: str, told: str, finding: str) -> None:
    activity = {"type": "library.refresh.items", "Context": {"key": f"/library/metadata/{told}"}}
    entries: dict[str, Json] = {
        "timeline": {"TimelineEntry": [{"itemID": told}]},
        "activity": {"ActivityNotification": {"Activity": activity}},
    }
    item = SavedItem.of({"ratingKey": "4711", "librarySectionID": 1, "type": "movie"}, {})
    heard = Heard(began=0.0, kinds=[kind], items=set(named(entries[kind])))
    seen = Evidence(heard={"websocket": heard}, has_written=True)
    seen.moves["text.value"] = MoveResult(None, item, item, shows=True, seconds=0.1)
    (question,) = (one for one in LISTENING if one.name == "websocket.edits")
    assert question.judge(seen) == finding
