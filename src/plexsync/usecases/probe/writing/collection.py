"""Steps 6 and 7: a collection of the probe's own, with pictures; it goes with all that was given to it.

Pictures go to this collection and not to the item: Plex keeps each picture that it was given
(docs/engineering/plex.md §3), and what is given to a collection goes with it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, MutableMapping
from contextlib import suppress
from dataclasses import replace
from typing import Any

from plexsync.net.decode import DECODE_ERRORS, key
from plexsync.usecases.probe.asker import Asker
from plexsync.usecases.probe.move import Move, Trial
from plexsync.usecases.probe.pace import Spent
from plexsync.usecases.probe.question import Evidence, Inquiry
from plexsync.usecases.probe.saved_item import SavedItem
from plexsync.usecases.probe.writing.edits import added, edit
from plexsync.usecases.probe.writing.pictures import PICTURES
from plexsync.usecases.probe.writing.restorer import NotRestored, Viewer
from plexsync.usecases.probe.writing.trial_run import TrialRun
from plexsync.usecases.probe.writing.trials import lists, shows_name

NAME, RENAMED = "PlexSync probe", "PlexSync probe renamed"
_LISTED_SECONDS = 1.0
"""A new picture may be missing from the list for a moment (docs/engineering/plex.md §3)."""

_OWN = frozenset({NAME, RENAMED})
_PAGE = (("X-Plex-Container-Start", "0"), ("X-Plex-Container-Size", "50"))
FIND = Inquiry("collection.find", "/library/sections/{section}/all", (("type", "18"), ("title", NAME), *_PAGE))
READ = Inquiry("collection.look", "/library/metadata/{collection}", _PAGE)
DELETE = Inquiry("collection.delete", "/library/collections/{collection}", method="DELETE")
LISTED = Inquiry("picture.list", "/library/metadata/{collection}/posters", _PAGE)
CLEAR = Inquiry("picture.clear", "/library/metadata/{collection}/thumb", method="DELETE")
PREFS = Inquiry("collection.prefs", "/library/metadata/{collection}/prefs", (("collectionMode", "2"),), "PUT")
UPLOADS = tuple(
    Inquiry(
        f"picture.{kind}", "/library/metadata/{collection}/posters", (), "POST", body, {"Content-Type": f"image/{kind}"}
    )
    for kind, body in PICTURES.items()
)
TRIAL = Trial(
    "collection",
    7,
    f"a collection “{NAME}” of its own, with five pictures of one pixel; it is taken away again",
    lists("collection"),
    (Move("collection.add", lambda _views: added("collection", (NAME,)), shows_name("collection", NAME), stamps=True),),
    adds_names=True,
)


def own_collections(asker: Asker, subject: Mapping[str, str], *, restoring: bool = False) -> tuple[str, ...]:
    """Return the rating keys of the collections that bear one of the probe's names."""
    found = asker.ask(FIND, subject, restoring=restoring)
    return tuple(_keys(found.rows))


def remove_own(asker: Asker, subject: Mapping[str, str]) -> None:
    """Take the probe's collections away; raises :class:`NotRestored` where one stays.

    Only what is a collection and bears one of the probe's two names is ever deleted.
    """
    try:
        left = _removed(asker, subject)
    except Spent as spent:
        raise NotRestored(["collection"]) from spent
    if left:
        raise NotRestored(["collection"])


def _removed(asker: Asker, subject: Mapping[str, str]) -> tuple[str, ...]:
    """Take them away; returns those that are still there."""
    for one in own_collections(asker, subject, restoring=True):
        about = {**subject, "collection": one}
        looked = asker.ask(READ, about, restoring=True)
        if tuple(_keys(looked.rows)) == (one,):
            asker.ask(DELETE, about, restoring=True)
    return own_collections(asker, subject, restoring=True)


class CollectionRun:
    """Carries out steps 6 and 7."""

    def __init__(self, trials: TrialRun, subject: Mapping[str, str]) -> None:
        self._trials = trials
        self._asker = trials.asker
        self._subject: MutableMapping[str, str] = dict(subject)
        self._seen: Evidence = trials.seen

    def carry_out(self) -> None:
        """Make the collection, ask of it, and take it away; raises as :meth:`TrialRun.carry_out`."""
        try:
            there = own_collections(self._asker, self._subject)
        except Spent as spent:
            self._seen.skipped["collection.add"] = str(spent)
            return
        if there:
            self._seen.skipped["collection.add"] = f"there is a collection “{NAME}” already"
            return
        self._trials.carry_out_then(TRIAL, self._ask_of_it)
        with suppress(Spent):  # then the next line says what is left
            self._after()
        remove_own(self._asker, self._subject)

    def _ask_of_it(self, viewer: Viewer) -> SavedItem | None:
        """Ask all that needs the item in the collection; returns the item as it is then."""
        added_to = self._seen.moves.get("collection.add")
        if added_to is None or not added_to.shows:
            return None
        keys = tuple(_keys(self._ask(FIND)))
        if len(keys) != 1:
            return None
        self._subject["collection"] = keys[0]
        self._pictures()
        self._ask(PREFS)
        inquiry, values = edit("collection.rename", (("title.value", RENAMED),), of="collection")
        self._ask(inquiry, values)
        now, _ = viewer.read_until(lambda now: RENAMED in now.names("collection"))
        self._seen.views["collection.renamed"] = now
        return now

    def _pictures(self) -> None:
        """Upload one of each kind, and the first one again; see what is listed after the first and at the end."""
        first, *others = UPLOADS
        self._ask(first)
        self._asker.pace.clock.sleep(_LISTED_SECONDS)
        self._ask(LISTED, as_name="picture.list.first")
        self._ask(READ, as_name="picture.look")
        for upload in (*others, replace(first, name="picture.again")):
            self._ask(upload)
        self._asker.pace.clock.sleep(_LISTED_SECONDS)
        self._ask(LISTED, as_name="picture.list.all")
        self._ask(CLEAR)

    def _after(self) -> None:
        """Ask what has become of the collection now that the item has left it."""
        if "collection" in self._subject:
            rows = self._ask(READ, as_name="collection.emptied", restoring=True)
            if tuple(_keys(rows)):
                self._ask(DELETE, restoring=True)
                self._ask(READ, as_name="collection.gone", restoring=True)

    def _ask(
        self, inquiry: Inquiry, values: Mapping[str, str] | None = None, *, as_name: str = "", restoring: bool = False
    ) -> tuple[Mapping[str, Any], ...]:
        found = self._asker.ask(inquiry, {**self._subject, **(values or {})}, restoring=restoring)
        self._seen.exchanges[as_name or inquiry.name] = found
        return found.rows


def _keys(rows: tuple[Mapping[str, Any], ...]) -> Iterator[str]:
    for row in rows:
        if row.get("type") == "collection" and row.get("title") in _OWN:
            try:
                yield key(row.get("ratingKey"))
            except DECODE_ERRORS:
                continue
