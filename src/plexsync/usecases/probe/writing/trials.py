"""The writing part of the probe as a table: steps 4, 5 and 7, on the item that a person picked."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import quote

from plexsync.domain.text import fold
from plexsync.usecases.probe.move import ItemViews, Make, Move, Pairs, Shows, Trial
from plexsync.usecases.probe.saved_item import SavedItem
from plexsync.usecases.probe.writing.edits import added, joined, plain, single

TEXT = "PlexSync probe: one line."
LINES = "PlexSync probe:\nline two\r\nline three\n\n  after a blank line\tand a tab  "
DATE, BAD_DATE = "1999-12-31", "2024-13-01"
FIRST, SECOND, COMMA, LABEL, ACTOR = (
    *("PlexSync probe A", "PlexSync probe B", "PlexSync probe, C"),
    *("plexsync probe", "PlexSync Probe"),
)
LENGTHS = (4, 8, 16, 32, 64)
"""Kilobytes of a request's line."""

_LONGEST = 3_500
"""A longer text or list of the item's own might not come back: nobody knows yet how long an edit may be."""


def text_field(saved: SavedItem) -> str:
    """Return the text that can surely be put back: it is short and has one line.

    An empty one is left alone: whether Plex takes an empty text is a question itself.
    """
    return next((name for name in ("summary", "tagline") if saved.value(name) and _is_plain(saved.value(name))), "")


def rating_of(saved: SavedItem) -> str:
    """Return a rating with a decimal that the item does not have."""
    return "6.7" if saved.values.get("userRating") == "7.3" else "7.3"


def _is_plain(text: str) -> bool:
    return text == " ".join(text.split()) and len(quote(text, safe="")) <= _LONGEST


def lists(of: str) -> Callable[[SavedItem], str]:
    """Return what looks whether a list can surely be put back: it is short, and no name stands there twice."""

    def lacks(saved: SavedItem) -> str:
        names = list(map(fold, saved.names(of)))
        if len(set(names)) < len(names):
            return f"a name stands twice among its {of}s"
        length = len(quote("".join("".join(one) for one in saved.lists.get(of, ())), safe=""))
        return f"the list of its {of}s is long" if length > _LONGEST else ""

    return lacks


def _no_text(saved: SavedItem) -> str:
    return "" if text_field(saved) else "summary and tagline are empty or long, or have several lines"


def _no_date(saved: SavedItem) -> str:
    """Leave out a year of its own too: it follows the date and cannot be edited (docs/engineering/plex.md §2.2)."""
    date = saved.values.get("originallyAvailableAt", "")
    if not date:
        return "the item has no date that could be put back"
    return "" if saved.year in {"", date[:4]} else "the item has another year than its date, which might not come back"


def _no_role(saved: SavedItem) -> str:
    has_role = any(role for _, role, _ in saved.lists.get("actor", ()))
    return lists("actor")(saved) if has_role else "no actor of the item has a role"


def _nothing(_saved: SavedItem) -> str:
    return ""


def _text(value: str, *, lock: bool = False) -> Make:
    def make(views: ItemViews) -> Pairs:
        of = text_field(views.saved)
        return ((f"{of}.value", value), *(((f"{of}.locked", "1"),) if lock else ()))

    return make


def _fixed(*pairs: tuple[str, str]) -> Make:
    return lambda _views: pairs


def _text_is(test: Callable[[str], bool]) -> Shows:
    return lambda views: test(views.now.values.get(text_field(views.saved), ""))


def _value_is(of: str, value: str) -> Shows:
    return lambda views: views.now.values.get(of, "") == value


def _value_moves(of: str) -> Shows:
    return lambda views: views.now.values.get(of, "") != views.before.values.get(of, "")


def _genres_move(views: ItemViews) -> bool:
    return views.now.names("genre") != views.before.names("genre")


def shows_name(of: str, *names: str) -> Shows:
    """Return what looks whether a list has names."""
    wanted = {fold(name) for name in names}
    return lambda views: wanted <= {fold(name) for name in views.now.names(of)}


def _notshows_name(of: str, *names: str) -> Shows:
    gone = {fold(name) for name in names}
    return lambda views: not gone & {fold(name) for name in views.now.names(of)}


def _never(_views: ItemViews) -> bool:
    return False


def _left(form: Callable[[str, tuple[str, ...]], tuple[Pairs, ...]], of: str, *names: str) -> Make:
    """Take away the first of some names that is still there."""

    def make(views: ItemViews) -> Pairs:
        shown = {fold(one) for one in views.now.names(of)}
        there = tuple(name for name in names if fold(name) in shown)
        return form(of, there)[0] if there else ()

    return make


def _length(kilobytes: int) -> Move:
    """Return the move that makes a request's line so long."""
    text = f"PlexSync probe {kilobytes} kB " + "x" * (kilobytes * 1000 - 150)
    return Move(f"length.{kilobytes}", _text(text), _text_is(lambda shown: shown == text), is_vital=True)


TRIALS = (
    Trial(
        "text",
        4,
        "three texts into the summary or the tagline, one after the other: a line, some lines, nothing",
        _no_text,
        (
            Move("text.value", _text(TEXT), _text_is(TEXT.__eq__), stamps=True, is_vital=True),
            Move("text.lines", _text(LINES, lock=True), _text_is(lambda text: "line two" in text)),
            Move("text.clear", _text(""), _text_is("".__eq__)),
        ),
    ),
    Trial(
        "date",
        4,
        "a date, an impossible date and no date",
        _no_date,
        (
            Move(
                "date.value",
                _fixed(("originallyAvailableAt.value", DATE)),
                _value_is("originallyAvailableAt", DATE),
                is_vital=True,
            ),
            Move("date.bad", _fixed(("originallyAvailableAt.value", BAD_DATE)), _never, settles=True),
            Move(
                "date.clear",
                _fixed(("originallyAvailableAt.value", "")),
                _value_is("originallyAvailableAt", ""),
            ),
        ),
    ),
    Trial(
        "rating",
        4,
        "a rating with a decimal, and none",
        _nothing,
        (
            Move(
                "rating.value",
                lambda views: (("userRating.value", rating_of(views.saved)),),
                _value_moves("userRating"),
                stamps=True,
                is_vital=True,
            ),
            Move("rating.clear", _fixed(("userRating.value", "")), _value_is("userRating", "")),
        ),
    ),
    Trial(
        "names",
        4,
        "three genres of its own: added, added again, taken away in three forms",
        lists("genre"),
        (
            Move(
                "names.add",
                _fixed(*added("genre", (FIRST, SECOND))),
                shows_name("genre", FIRST, SECOND),
                stamps=True,
                is_vital=True,
            ),
            Move("names.again", _fixed(*added("genre", (FIRST,))), _never, settles=True),
            Move("names.case", _fixed(*added("genre", (SECOND.upper(),))), _never, settles=True),
            Move("names.comma", _fixed(*added("genre", (COMMA,))), _genres_move),
            Move(
                "names.joined",
                _fixed(*joined("genre", (FIRST, SECOND))[0]),
                _notshows_name("genre", FIRST, SECOND),
            ),
            Move("names.single", _left(single, "genre", FIRST, SECOND), _genres_move),
            Move("names.plain", _left(plain, "genre", FIRST, SECOND), _genres_move),
            Move("names.comma_gone", _left(single, "genre", COMMA), _notshows_name("genre", COMMA)),
        ),
        adds_names=True,
    ),
    Trial(
        "label",
        4,
        "one label of its own",
        lists("label"),
        (Move("label.add", _fixed(*added("label", (LABEL,))), shows_name("label", LABEL), stamps=True, is_vital=True),),
        adds_names=True,
    ),
    Trial(
        "actor",
        4,
        "one actor of its own, only if names of genres are added to those that are there",
        _no_role,
        (Move("actor.add", _fixed(*added("actor", (ACTOR,))), shows_name("actor", ACTOR), is_vital=True),),
        adds_names=True,
    ),
    Trial(
        "unknown",
        4,
        "a field that Plex does not have",
        _nothing,
        (Move("unknown.field", _fixed(("plexsyncProbe.value", "1")), _never, settles=True),),
    ),
    Trial(
        "length",
        5,
        "longer and longer texts into the summary, up to 64 kB, until one is refused",
        _no_text,
        tuple(map(_length, LENGTHS)),
    ),
    Trial(
        "body",
        5,
        "a text in the body of a request",
        _no_text,
        (Move("length.body", _text(TEXT), _text_is(TEXT.__eq__), settles=True, in_body=True),),
    ),
)
