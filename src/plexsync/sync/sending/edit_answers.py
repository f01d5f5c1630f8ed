"""The meaning of answers to edits: about one value, of one item, or of the whole server.

An edit that Plex refuses (400, 414) is sent again value by value, then item by item. One that it fails at (500) may be
such a value as well, or a sign that the server takes no edits at all, whatever else it answers. An edit that changes
nothing tells which it is; no value is blamed before that.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence

from plexsync.domain.errors import BadAnswer, ItemError, ItemGone, ItemRejected, ServerError, TakesNoEdits
from plexsync.domain.model import Item
from plexsync.plex.edits import Edit, harmless
from plexsync.plex.items import Items
from plexsync.sync.sending.item_write import Care, ItemWrite
from plexsync.sync.sending.sender import Sent

LONGEST_VALUE = 80
"""How much of a refused value is kept, to name it."""

MOST_IN_DOUBT = 3
"""So many edits in a row may fail before the server is asked whether it takes any."""

_FAILED, _NOT_FOUND = "500", "404"
_OF_REFUSAL = ("status", "detail", "by", "because")


class EditAnswers:
    """Judges answers and notes what they say in ``writes``; for one run of the applier."""

    def __init__(self, items: Items, writes: Mapping[str, ItemWrite], others: Callable[[], Sequence[str]]) -> None:
        """Begin; ``others`` names items that may bear witness for the server where all of these are in doubt."""
        self._items = items
        self._others = others
        self._writes = writes
        self._failed: list[Sent] = []
        self._in_doubt = MOST_IN_DOUBT - 1  # as long as nothing got through, the first failure is enough

    def hear(self, answers: Sequence[Sent]) -> None:
        """Note the answers of a round; raises what concerns the whole server."""
        for sent in answers:
            if sent.is_well:
                self._well(sent.edit)
            elif sent.refusal is not None:
                self._refused(sent.edit, sent.refusal)
            elif sent.accident is not None:
                self._accident(sent, sent.accident)
        if any(sent.is_well for sent in answers):
            self._in_doubt = 0
        if self._in_doubt >= MOST_IN_DOUBT and self._failed:
            self._ask()

    def _accident(self, sent: Sent, accident: ServerError) -> None:
        """Let an edit be sent once more as it is, if such tries have been earned; else it is somebody's fault."""
        for key in sent.edit.rating_keys:
            self._writes[key].unanswered.update(piece.field for piece in sent.edit.pieces)
        failed = accident.data.get("status") == _FAILED
        if not (failed and self._has_failed(sent.edit)) and self._items.may_try_again():
            if failed:
                self._note_failure(sent.edit)
        elif failed:
            self._failed.append(sent)
            self._in_doubt += 1
        else:
            raise accident

    def close(self) -> None:
        """Settle what has been in doubt; raises :class:`TakesNoEdits` where it is the server's fault."""
        if self._failed and self._in_doubt:
            self._ask()
        for sent in self._failed:
            if not self._has_failed(sent.edit):
                self._note_failure(sent.edit)  # it may have been in passing
            elif sent.accident is not None:
                facts = {name: sent.accident.data[name] for name in _OF_REFUSAL if name in sent.accident.data}
                self._refused(sent.edit, ItemRejected(rating_key=",".join(sent.edit.rating_keys), **facts))
        self._failed.clear()

    def _has_failed(self, edit: Edit) -> bool:
        return any(self._writes[key].has_failed for key in edit.rating_keys)

    def _note_failure(self, edit: Edit) -> None:
        for key in edit.rating_keys:
            self._writes[key].has_failed = True

    def _ask(self) -> None:
        """Find out whether the server takes any edit."""
        try:
            self._items.send(harmless(self._witness({key for sent in self._failed for key in sent.edit.rating_keys})))
        except BadAnswer as failure:
            raise TakesNoEdits(**failure.data) from failure
        except ItemError:
            pass  # of this one alone; it answers
        self._in_doubt = 0

    def _witness(self, failed: Collection[str]) -> Item:
        """Return an item of no failed edit, if there is one: an item may be what the server fails at."""
        for key, write in self._writes.items():
            if key not in failed and not write.is_gone:
                return write.shown
        found = self._items.read([key for key in self._others() if key not in failed])
        return next(iter(found.values()), self._writes[min(failed)].shown)

    def _well(self, edit: Edit) -> None:
        for key in edit.rating_keys:
            self._writes[key].answered(piece.field for piece in edit.pieces)

    def _refused(self, edit: Edit, refusal: ItemError) -> None:
        is_alone = len(edit.rating_keys) == 1
        for key in edit.rating_keys:
            write = self._writes[key]
            if isinstance(refusal, ItemGone) and is_alone and self._items.read([key]):
                self._denied(write, edit)
            elif isinstance(refusal, ItemGone):
                write.miss(is_alone=is_alone)
            elif is_alone and (write.care is not Care.NONE or edit.is_single):
                write.refuse(edit.pieces[0].field, _named(refusal, edit))
            else:
                write.take_care(Care.BY_VALUE if write.care is Care.NONE else Care.BY_ITEM)

    def _denied(self, write: ItemWrite, edit: Edit) -> None:
        """Judge an edit of an item that is there and is not found by it, as where a proxy lets no edit pass."""
        if self._in_doubt and self._finds_none(edit):
            raise BadAnswer(server="plex", status=_NOT_FOUND, detail="no edit finds its item, which is there")
        self._in_doubt = 0
        refusal = ItemRejected(rating_key=write.plan.rating_key, status=_NOT_FOUND, detail="not found by an edit")
        write.refuse(edit.pieces[0].field, _named(refusal, edit))

    def _finds_none(self, edit: Edit) -> bool:
        """Tell whether an edit of another item finds it as little."""
        try:
            self._items.send(harmless(self._witness(edit.rating_keys)))
        except ItemGone:
            return True
        except ItemError:
            pass  # it found that one
        return False


def _named(refusal: ItemError, edit: Edit) -> ItemRejected:
    """Say of a refusal which value it is about, and how large the request was."""
    piece = edit.pieces[0]
    value = "; ".join(piece.values)
    shown = value if len(value) <= LONGEST_VALUE else f"{value[:LONGEST_VALUE]}…"
    return ItemRejected(**refusal.data, field=piece.field.value, value=shown, size=str(edit.size))
