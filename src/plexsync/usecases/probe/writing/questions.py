"""The questions that edits of one item answer: steps 4 and 5 of the probe."""

from __future__ import annotations

from collections.abc import Callable

from plexsync.domain.text import fold
from plexsync.usecases.probe.move import MoveResult
from plexsync.usecases.probe.question import Evidence, Judge, NotTold, ProbeQuestion
from plexsync.usecases.probe.writing.trials import ACTOR, COMMA, FIRST, LABEL, LENGTHS, LINES, SECOND, text_field

YES, NO = "yes", "no"
_BOTH = "PlexSync works the same under both answers."
_READ_BACK = "PlexSync reads each write back, says what did not arrive, and tries another form where there is one."
_SAMPLES = "PlexSync does not rely on the stamp: it reads items in full, a part of the library at a time."
_REMOVALS = "PlexSync tries one form after the other, and keeps to the one that works."


def _move(seen: Evidence, name: str) -> MoveResult:
    if name not in seen.moves:
        raise NotTold(seen.skipped.get(name, "the probe did not come so far"))
    return seen.moves[name]


def of_move(name: str, judge: Callable[[MoveResult], str]) -> Judge:
    """Judge a move that was made."""
    return lambda seen: judge(_move(seen, name))


def of_shown(name: str, judge: Callable[[MoveResult], str]) -> Judge:
    """Judge a move that shows."""

    def of(seen: Evidence) -> str:
        result = _move(seen, name)
        if not result.shows:
            raise NotTold("what was written does not show")
        return judge(result)

    return of


def arrives(result: MoveResult) -> str:
    """Tell whether what was written shows, or why not."""
    if result.shows:
        return YES
    return _status(result) if result.is_refused else "in vain"


def answered(result: MoveResult) -> str:
    """Tell how an edit is answered."""
    return _status(result) if result.is_refused else "taken"


def _status(result: MoveResult) -> str:
    return "it hangs up" if result.exchange is None else str(result.exchange.status)


def stamps(result: MoveResult) -> str:
    """Tell whether ``updatedAt`` moves."""
    if not result.before.updated:
        raise NotTold("the item does not tell when it was last changed")
    return YES if result.after.updated != result.before.updated else NO


def body_of(result: MoveResult) -> str:
    """Tell whether the answer to an edit is empty."""
    if result.exchange is None or result.is_refused:
        raise NotTold("the edit was not taken")
    return "empty" if not result.exchange.body.strip() else "something"


def lag_of(result: MoveResult) -> str:
    """Tell how long a write takes to show."""
    return "at once" if result.seconds < 1.0 else "within 2 s" if result.seconds <= 2.0 else "later"  # noqa: PLR2004


def locks_by_itself(result: MoveResult) -> str:
    """Tell whether an edit of a value locks it."""
    of = text_field(result.before)
    if of in result.before.locks:
        raise NotTold("the field was locked before")
    return YES if of in result.after.locks else NO


def only_it(result: MoveResult) -> str:
    """Tell whether nothing but the field changes."""
    changed = [name for name in result.before.differences(result.after) if not name.endswith(".locked")]
    return YES if len(changed) == 1 else NO


def locks(seen: Evidence) -> str:
    """Tell whether a lock that is sent with a value is kept."""
    result = _move(seen, "text.lines")
    return YES if text_field(_move(seen, "text.value").before) in result.after.locks else NO


def lines_of(seen: Evidence) -> str:
    """Tell in which form the ends of lines come back."""
    result = _move(seen, "text.lines")
    if not result.shows:
        return "in vain"
    shown = result.after.values.get(text_field(_move(seen, "text.value").before), "")
    if shown in {LINES, LINES.strip()}:
        return "as sent"
    plain = LINES.replace("\r\n", "\n")
    return "as line feeds" if shown in {plain, plain.strip()} else "otherwise"


def year_follows(result: MoveResult) -> str:
    """Tell whether the year is that of the date."""
    return YES if result.after.year == "1999" else NO


def decimal(result: MoveResult) -> str:
    """Tell what becomes of a decimal in a rating."""
    if result.is_refused or not result.shows:
        return arrives(result)
    return "kept" if "." in result.after.values.get("userRating", "") else "rounded"


def adds(result: MoveResult) -> str:
    """Tell what becomes of the names that are not sent."""
    if not result.shows:
        return arrives(result)
    before = set(result.before.names("genre"))
    if not before:
        raise NotTold("the item had no genres")
    return "adds" if before <= set(result.after.names("genre")) else "replaces"


def keeps_order(result: MoveResult) -> str:
    """Tell whether names that are added come after the others."""
    before = result.before.names("genre")
    return YES if result.after.names("genre")[: len(before)] == before else NO


def times(name: str) -> Callable[[MoveResult], str]:
    """Tell how often a name stands there after it was sent once more."""

    def judge(result: MoveResult) -> str:
        if result.is_refused:
            return _status(result)
        count = [fold(one) for one in result.after.names("genre")].count(fold(name))
        return {0: "gone", 1: "once", 2: "twice"}.get(count, "more often")

    return judge


def comma(result: MoveResult) -> str:
    """Tell whether a name with a comma stays one."""
    return "one name" if COMMA in result.after.names("genre") else "several" if result.shows else arrives(result)


def removed(*names: str) -> Callable[[MoveResult], str]:
    """Tell how many of some names are gone."""

    def judge(result: MoveResult) -> str:
        if result.is_refused:
            return _status(result)
        left = {fold(name) for name in result.after.names("genre")} & {fold(name) for name in names}
        return "all" if not left else "some" if len(left) < len(names) else "none"

    return judge


def spelled(result: MoveResult) -> str:
    """Tell how a label of small letters is spelled."""
    return "as sent" if LABEL in result.after.names("label") else "with a capital"


def roles_stay(result: MoveResult) -> str:
    """Tell whether the roles of the other actors survive."""
    others = [one for one in result.after.lists.get("actor", ()) if one[0] != ACTOR]
    return YES if sorted(others) == sorted(result.before.lists.get("actor", ())) else NO


def longest(seen: Evidence) -> str:
    """Tell the longest line of a request that was taken."""
    taken = [size for size in LENGTHS if (result := seen.moves.get(f"length.{size}")) and result.shows]
    _move(seen, f"length.{LENGTHS[0]}")
    return f"{max(taken)} kB" if taken else f"less than {LENGTHS[0]} kB"


def refusal(seen: Evidence) -> str:
    """Tell how a line is answered that is too long."""
    for size in LENGTHS:
        if arrives(result := _move(seen, f"length.{size}")) != YES:
            return arrives(result)
    raise NotTold("none was too long")


WRITING = (
    ProbeQuestion("edit", 4, "Is an edit taken?", of_move("text.value", answered), ("taken",), _READ_BACK),
    ProbeQuestion("edit.body", 4, "Is the answer to an edit empty?", of_move("text.value", body_of), ("empty",), _BOTH),
    ProbeQuestion("edit.arrives", 4, "Does a text arrive?", of_move("text.value", arrives), (YES,), _READ_BACK),
    ProbeQuestion(
        "edit.lag", 4, "Does it show soon?", of_shown("text.value", lag_of), ("at once", "within 2 s"), _READ_BACK
    ),
    ProbeQuestion("edit.alone", 4, "Does nothing else change?", of_shown("text.value", only_it), (YES,), _READ_BACK),
    ProbeQuestion(
        "edit.stamp", 4, "Does an edit of a text move updatedAt?", of_shown("text.value", stamps), (YES,), _SAMPLES
    ),
    ProbeQuestion(
        "lock.by_itself",
        4,
        "Does a value lock its field by itself?",
        of_shown("text.value", locks_by_itself),
        (NO,),
        _BOTH,
    ),
    ProbeQuestion("lock", 4, "Is a lock kept?", locks, (YES,), "Plex's agents may overwrite what PlexSync writes."),
    ProbeQuestion(
        "text.lines",
        4,
        "How do line ends come back?",
        lines_of,
        ("as sent", "as line feeds"),
        "PlexSync compares texts without regard to the form of line ends.",
    ),
    ProbeQuestion(
        "text.clear", 4, "Does an empty value clear a text?", of_move("text.clear", arrives), (YES,), _READ_BACK
    ),
    ProbeQuestion("date", 4, "Does a date arrive?", of_move("date.value", arrives), (YES,), _READ_BACK),
    ProbeQuestion(
        "date.year", 4, "Does the year follow the date?", of_shown("date.value", year_follows), (YES, NO), _BOTH
    ),
    ProbeQuestion(
        "date.bad",
        4,
        "What is the answer to an impossible date?",
        of_move("date.bad", answered),
        ("500", "400"),
        "PlexSync sends no such date.",
    ),
    ProbeQuestion(
        "date.clear", 4, "Does an empty value clear a date?", of_move("date.clear", arrives), (YES,), _READ_BACK
    ),
    ProbeQuestion(
        "rating",
        4,
        "What becomes of a rating with a decimal?",
        of_move("rating.value", decimal),
        ("kept",),
        "PlexSync sends the rating by the other address that Plex has for it, or says that it does not arrive.",
    ),
    ProbeQuestion(
        "rating.stamp", 4, "Does a rating move updatedAt?", of_shown("rating.value", stamps), (YES, NO), _SAMPLES
    ),
    ProbeQuestion(
        "rating.clear", 4, "Does an empty value clear a rating?", of_move("rating.clear", arrives), (YES,), _READ_BACK
    ),
    ProbeQuestion(
        "names.arrive", 4, "Do two names of one request arrive?", of_move("names.add", arrives), (YES,), _READ_BACK
    ),
    ProbeQuestion(
        "names.add",
        4,
        "Are names added to those that are there, or do they replace them?",
        of_move("names.add", adds),
        ("adds", "replaces"),
        _BOTH,
    ),
    ProbeQuestion(
        "names.order", 4, "Do the names keep their order?", of_shown("names.add", keeps_order), (YES, NO), _BOTH
    ),
    ProbeQuestion(
        "names.stamp", 4, "Does a change of names move updatedAt?", of_shown("names.add", stamps), (YES,), _SAMPLES
    ),
    ProbeQuestion(
        "names.again",
        4,
        "How many times is a name listed after it is sent again?",
        of_move("names.again", times(FIRST)),
        ("once",),
        "PlexSync sends only names that are not there.",
    ),
    ProbeQuestion(
        "names.case",
        4,
        "How many times is a name listed after it is sent in capitals?",
        of_move("names.case", times(SECOND)),
        ("once",),
        "PlexSync compares names without regard to capitals.",
    ),
    ProbeQuestion(
        "names.comma", 4, "Does a name with a comma stay one?", of_move("names.comma", comma), ("one name",), _READ_BACK
    ),
    ProbeQuestion(
        "removal.joined",
        4,
        "How many of two names go if one request names both?",
        of_move("names.joined", removed(FIRST, SECOND)),
        ("all",),
        _REMOVALS,
    ),
    ProbeQuestion(
        "removal.single",
        4,
        "Does a name go if a request names it alone?",
        of_move("names.single", arrives),
        (YES,),
        _REMOVALS,
    ),
    ProbeQuestion(
        "removal.plain",
        4,
        "Does a name go if it is encoded once?",
        of_move("names.plain", arrives),
        (YES,),
        _REMOVALS,
    ),
    ProbeQuestion(
        "removal.comma", 4, "Does a name with a comma go?", of_move("names.comma_gone", arrives), (YES,), _REMOVALS
    ),
    ProbeQuestion(
        "label",
        4,
        "Does a label arrive?",
        of_move("label.add", arrives),
        (YES,),
        "Plex takes labels with Plex Pass alone.",
    ),
    ProbeQuestion(
        "label.case",
        4,
        "How does Plex spell a label in small letters?",
        of_shown("label.add", spelled),
        ("as sent", "with a capital"),
        _BOTH,
    ),
    ProbeQuestion("label.stamp", 4, "Does a label move updatedAt?", of_shown("label.add", stamps), (YES, NO), _SAMPLES),
    ProbeQuestion(
        "actor.roles",
        4,
        "Do the roles of the other actors stay?",
        of_shown("actor.add", roles_stay),
        (YES,),
        "PlexSync writes no roles, so they are lost where actors change: set policy_actors to off if you need them.",
    ),
    ProbeQuestion(
        "field.unknown",
        4,
        "What is the answer to a field that Plex does not have?",
        of_move("unknown.field", answered),
        ("400", "taken"),
        _BOTH,
    ),
    ProbeQuestion(
        "length",
        5,
        "How long may the line of a request be?",
        longest,
        ("8 kB", "16 kB", "32 kB", "64 kB"),
        "PlexSync's requests have at most 6 kB, save for one long value.",
    ),
    ProbeQuestion(
        "length.refusal",
        5,
        "What is the answer to a line that is too long?",
        refusal,
        ("400", "414", "431"),
        "PlexSync takes it for a server that is away, and tries again later.",
    ),
    ProbeQuestion(
        "length.body",
        5,
        "Does a text in the body of a request arrive?",
        of_move("length.body", arrives),
        (YES, "in vain", "400"),
        _BOTH,
    ),
)
