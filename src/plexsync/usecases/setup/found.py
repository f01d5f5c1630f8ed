"""The set-up's preview as the page looks at it. Loads no client: it is asked again and again while it is made."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from plexsync.domain.advice import APART, CAUSES, Advice
from plexsync.domain.reconcile.preview import PreviewRow
from plexsync.domain.standing.phrase import Sentence, listed, number, sentence
from plexsync.previews.head import DONE, RUNNING, STARTING, Head
from plexsync.previews.rows import decoded
from plexsync.runtime.sync_state import note_preview
from plexsync.usecases.adopt.views import Adopted, ForeignField
from plexsync.usecases.data_folder import open_store
from plexsync.usecases.preview.show import NONE, head_now


@dataclass(frozen=True, slots=True)
class FieldLoss:
    """The losses of one field: how many items have a text overwritten, and how many names are taken away.

    ``file_names`` of the texts are nothing but the name of the item's file, and ``locked`` ones may be a person's.
    ``names`` are the commonest that go, each with its number of items.
    """

    field: str
    overwritten: int
    file_names: int
    locked: int
    taken_away: int
    names: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class SetupPreview:
    """How the set-up's preview stands, and what it found once it is done.

    ``state`` is none, starting, running, done, cancelled or failed; then ``trouble`` says why. It was asked for at
    ``asked_at`` (UTC seconds). ``compared`` of ``total`` scenes are judged. Of the ``items`` some are ``changing`` and
    the others ``equal``; ``kept`` values may be a person's. ``rest`` counts the scenes without an item. ``samples`` are
    fields of the scenes that change most. ``foreign`` are values that another tool may have left, ``adopted`` what was
    taken over of them before the preview.
    """

    state: str
    asked_at: float = 0.0
    compared: int = 0
    total: int = 0
    trouble: Advice | None = None
    items: int = 0
    changing: int = 0
    equal: int = 0
    kept: int = 0
    rest: Sentence = ()
    losses: tuple[FieldLoss, ...] = ()
    samples: tuple[PreviewRow, ...] = ()
    foreign: tuple[ForeignField, ...] = ()
    adopted: Adopted | None = None

    @property
    def is_under_way(self) -> bool:
        """Tell whether it is being made."""
        return self.state in {STARTING, RUNNING}


def setup_preview(folder: Path, now: float) -> SetupPreview:
    """Say how it stands; asks no server."""
    return _shown(*head_now(folder, now))


def seen_preview(folder: Path, now: float) -> SetupPreview:
    """Say so to a person who may start next: one that is done counts as seen from then on."""
    head, trouble = head_now(folder, now)
    if head is not None and head.is_of_set_up and head.state == DONE:
        with open_store(folder) as store:
            note_preview(store, head.figures["by"])
    return _shown(head, trouble)


def _shown(head: Head | None, trouble: Advice | None) -> SetupPreview:
    if head is None or not head.is_of_set_up:
        return SetupPreview(NONE)
    found = head.figures if head.state == DONE else {}
    return SetupPreview(
        state=head.state,
        asked_at=head.asked_at,
        compared=head.compared,
        total=head.total,
        trouble=trouble,
        rest=_rest(found.get("doubts", ())),
        losses=tuple(_loss(one) for one in found.get("losses", ())),
        samples=tuple(map(decoded, found.get("samples", ()))),
        foreign=tuple(map(ForeignField.read, found.get("foreign", ()))),
        adopted=Adopted.read(adopted) if (adopted := found.get("adopted")) else None,
        **{name: found.get(name, 0) for name in ("items", "changing", "equal", "kept")},
    )


def _loss(kept: Mapping[str, Any]) -> FieldLoss:
    return FieldLoss(**{**kept, "names": tuple((name, items) for name, items in kept["names"])})


def _rest(doubts: Iterable[tuple[str, int]]) -> Sentence:
    words = {**CAUSES, **APART}
    parts = [sentence(number(scenes), f" {words.get(verdict, verdict)}") for verdict, scenes in doubts]
    return sentence("Scenes that are left alone: ", *listed(parts), ".") if parts else ()
