"""The forms in which one item's values were sent: what is left to try, and what a server has shown by them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from urllib.parse import quote

from plexsync.domain.capabilities import EditForms, RatingForm, Removal
from plexsync.domain.model import Change, Field, Why
from plexsync.plex.edits import going, removal_pieces


class FormsTried:
    """For one item while it is written; ``removal`` and ``rating`` are the forms that were seen to work."""

    def __init__(self, first: EditForms) -> None:
        self.forms = first
        self.removal: Removal | None = None
        self.rating: RatingForm | None = None
        self._first = first
        self._removals = [first.removal]
        self._has_rated_otherwise = False
        self._proved_wrong: set[Removal | RatingForm] = set()

    def has_other(self, changes: Sequence[Change]) -> bool:
        """Tell whether there is a form in which any of these was not sent yet."""
        return self._next_removal(changes) is not None or self._can_rate_otherwise(changes)

    def go_on(self, changes: Sequence[Change], *, is_sure: bool) -> EditForms:
        """Return the forms to try next; ``is_sure`` tells that the last ones do not work, and are not merely late."""
        if is_sure:
            self._proved_wrong |= {self.forms.removal} if any(map(going, changes)) else set()
            self._proved_wrong |= {self.forms.rating} if any(map(_is_rating, changes)) else set()
        removal = self._next_removal(changes)
        if removal is not None:
            self._removals.append(removal)
            self.forms = replace(self.forms, removal=removal)
        if self._can_rate_otherwise(changes):
            self._has_rated_otherwise = True
            self.forms = replace(self.forms, rating=self.forms.rating.other)
        return self.forms

    def worked(self, changes: Sequence[Change]) -> None:
        """Note what arrived; another form than the first has proved itself only where the first had failed for sure."""
        if any(map(_is_rating, changes)) and self._is_proved(self.forms.rating, self._first.rating):
            self.rating = self.forms.rating
        taken = [names for change in changes if (names := going(change))]
        is_telling = self.forms.removal is not Removal.JOINED or any(map(_is_telling, taken))
        if taken and is_telling and self._is_proved(self.forms.removal, self._first.removal):
            self.removal = self.forms.removal

    def _is_proved(self, form: Removal | RatingForm, first: Removal | RatingForm) -> bool:
        return form is first or first in self._proved_wrong

    def _next_removal(self, changes: Sequence[Change]) -> Removal | None:
        """Return the next form that would be another request than all before."""
        taking = [change for change in changes if going(change)]
        sent = {removal_pieces(change, form) for change in taking for form in self._removals}
        others = [form for form in self._first.other_removals if form not in self._removals]
        return next((form for form in others if {removal_pieces(one, form) for one in taking} - sent - {()}), None)

    def _can_rate_otherwise(self, changes: Sequence[Change]) -> bool:
        return not self._has_rated_otherwise and any(map(_is_rating, changes))


def _is_rating(change: Change) -> bool:
    return change.field is Field.RATING and change.why is not Why.LOCK


def _is_telling(names: Sequence[str]) -> bool:
    """Tell whether these names go only where several of them are read at once, and are decoded twice."""
    return len(names) > 1 and any(quote(name, safe="") != name for name in names)
