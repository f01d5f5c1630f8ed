"""The forms of edits that one Plex server understands, as far as ordinary writes have shown it.

Sources disagree about each of them (docs/engineering/plex.md §2.3, §2.4, §4.3, §9). None, or a field that is absent,
is not known yet, and taken to be as assumed.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from dataclasses import field as default
from enum import Enum

from plexsync.domain.model import PHOTOS, Field

STAMPED = (Field.LABELS, Field.COLLECTIONS, Field.RATING)
"""The fields of which it is not known whether an edit moves ``updatedAt`` (docs/engineering/plex.md §9)."""

ENOUGH = 3
"""On so many items a field is written in vain before it is switched off: one value may be at fault itself."""

AGAIN_SECONDS = 7 * 24 * 3600.0
"""So long a field that is off is left alone before it is tried on one more item."""

MOST_SERVERS = 8
"""Of so many servers and versions is remembered what they can do."""


class Adding(str, Enum):
    """The effect of a name in an edit: it comes to the others (perhaps twice), or all others go."""

    ADDS = "adds"
    DOUBLES = "doubles"
    REPLACES = "replaces"


class Removal(str, Enum):
    """How names that go are told: joined and encoded twice, one in a request, one encoded once, or by what stays.

    The last is for a server that takes a list for all there is. The last names of a list go by themselves all the same.
    """

    JOINED = "joined"
    SINGLE = "single"
    PLAIN = "plain"
    WHOLE = "whole"

    @property
    def others(self) -> tuple[Removal, ...]:
        """The forms to try after this one, in their order."""
        return {
            Removal.JOINED: (Removal.SINGLE, Removal.PLAIN),
            Removal.SINGLE: (Removal.PLAIN,),
            Removal.PLAIN: (Removal.SINGLE,),
            Removal.WHOLE: (Removal.JOINED, Removal.SINGLE, Removal.PLAIN),
        }[self]


class RatingForm(str, Enum):
    """How a rating is set: by an edit like any other field, or by ``/:/rate``."""

    EDIT = "edit"
    RATE = "rate"

    @property
    def other(self) -> RatingForm:
        """The form to try after this one."""
        return RatingForm.EDIT if self is RatingForm.RATE else RatingForm.RATE


@dataclass(frozen=True, slots=True)
class EditForms:
    """The forms in which an item's edits are sent; ``replaces`` tells that a list that is sent is all that stays."""

    removal: Removal = Removal.JOINED
    rating: RatingForm = RatingForm.EDIT
    replaces: bool = False

    @property
    def other_removals(self) -> tuple[Removal, ...]:
        """The forms of removals to try after this one, in their order."""
        whole = (Removal.WHOLE,) if self.replaces and self.removal is not Removal.WHOLE else ()
        return (*self.removal.others, *whole)


@dataclass(frozen=True, slots=True)
class Lesson:
    """The evidence of one write, to one ``item``.

    ``removal`` and ``rating`` are the forms that were seen to work. ``arrived`` and ``refused`` are fields, or
    :data:`~plexsync.domain.model.PHOTOS`; one that was taken and does not show yet is in neither: it may show late.
    """

    removal: Removal | None = None
    rating: RatingForm | None = None
    arrived: frozenset[str] = frozenset()
    refused: frozenset[str] = frozenset()
    item: str = ""

    @property
    def is_telling(self) -> bool:
        """Tell whether it shows anything of the server."""
        return bool(self.removal or self.rating or self.arrived or self.refused)


class Seen(str, Enum):
    """How a server does, beside what is assumed of it."""

    ASSUMED = "as assumed"
    OTHERWISE = "otherwise"
    NOT_SEEN = "not seen yet"


@dataclass(frozen=True, slots=True)
class CapabilityAnswer:
    """The state of one question: ``code`` names the sentence that says it, ``field`` the field it is about, if any."""

    question: str
    seen: Seen
    code: str
    field: str = ""


_AS_ASSUMED = frozenset({"adding_adds", "removal_joined", "rating_edit", "stamp_moves", "photos_kept"})


def _answer(question: str, code: str | None, field: str = "") -> CapabilityAnswer:
    seen = Seen.NOT_SEEN if not code else Seen.ASSUMED if code in _AS_ASSUMED else Seen.OTHERWISE
    return CapabilityAnswer(question, seen, code or "not_seen", field)


def setting_of(name: str) -> str:
    """Return the setting that decides about a field, or about the photos."""
    return "actor_photos" if name == PHOTOS else f"policy_{name}"


@dataclass(frozen=True, slots=True)
class EditCapabilities:
    """One server (machine id and version).

    ``stamps`` tells by field whether an edit of it alone moves ``updatedAt``. ``arrived`` are fields that once arrived,
    and ``in_vain`` has the items on which others did not. ``tried`` tells when one that is off was tried last (UTC
    seconds).
    """

    server: tuple[str, ...] = ()
    adding: Adding | None = None
    removal: Removal | None = None
    rating: RatingForm | None = None
    stamps: Mapping[str, bool] = default(default_factory=dict)
    arrived: tuple[str, ...] = ()
    in_vain: Mapping[str, tuple[str, ...]] = default(default_factory=dict)
    tried: Mapping[str, float] = default(default_factory=dict)

    @property
    def forms(self) -> EditForms:
        """The forms to begin with."""
        replaces = self.adding is Adding.REPLACES
        removal = self.removal or Removal.JOINED
        return EditForms(removal, self.rating or RatingForm.EDIT, replaces)

    @property
    def off(self) -> frozenset[str]:
        """The fields for which no form works, :data:`~plexsync.domain.model.PHOTOS` among them."""
        return frozenset(name for name, items in self.in_vain.items() if len(items) >= ENOUGH)

    def due_again(self, now: float) -> frozenset[str]:
        """Return the fields that are off and were not tried for long: something else than Plex may have changed."""
        long_ago = now - AGAIN_SECONDS
        return frozenset(name for name in self.off if not long_ago < self.tried.get(name, long_ago) <= now)

    @property
    def still(self) -> frozenset[Field]:
        """The fields that somebody can change without a new ``updatedAt``."""
        return frozenset(of for of in STAMPED if self.stamps.get(of.value) is False)

    @property
    def is_as_assumed(self) -> bool:
        """Tell whether an edit is sent as to a server of which nothing is known."""
        return replace(self.forms, replaces=False) == EditForms() and not self.in_vain

    @property
    def answers(self) -> tuple[CapabilityAnswer, ...]:
        """All there is to know, question by question."""
        stamps = (
            _answer(f"A change of {of.value}", {None: "", True: "stamp_moves", False: "stamp_stays"}[known], of.value)
            for of in STAMPED
            for known in [self.stamps.get(of.value)]
        )
        return (
            _answer("Adding names", self.adding and f"adding_{self.adding.value}"),
            _answer("Removing names", self.removal and f"removal_{self.removal.value}"),
            _answer("Rating", self.rating and f"rating_{self.rating.value}"),
            *stamps,
            _answer("Photos of actors", "photos_kept" if PHOTOS in self.arrived else ""),
        )

    def taught(self, lessons: Sequence[Lesson]) -> EditCapabilities:
        """Return it after some writes."""
        arrived = tuple(sorted({*self.arrived, *(name for lesson in lessons for name in lesson.arrived)}))
        in_vain = {name: items for name, items in self.in_vain.items() if name not in arrived}
        for lesson in lessons if arrived else ():  # else it is no matter of these fields
            for name in lesson.refused.difference(arrived):
                in_vain[name] = tuple(dict.fromkeys((*in_vain.get(name, ()), lesson.item)))[:ENOUGH]
        return replace(
            self,
            removal=next((one.removal for one in lessons if one.removal), self.removal),
            rating=next((one.rating for one in lessons if one.rating), self.rating),
            arrived=arrived,
            in_vain=in_vain,
        )

    def tried_now(self, names: Iterable[str], now: float) -> EditCapabilities:
        """Return it after fields that are off were tried (UTC seconds)."""
        return replace(self, tried={**self.tried, **dict.fromkeys(names, now)})

    def anew(self, names: Collection[str]) -> EditCapabilities:
        """Return it with nothing known of some fields, so that they are tried again."""
        in_vain = {name: items for name, items in self.in_vain.items() if name not in names}
        return replace(self, arrived=tuple(name for name in self.arrived if name not in names), in_vain=in_vain)
