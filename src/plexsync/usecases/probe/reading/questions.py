"""The questions that requests which only read can answer: steps 0 to 2 of the probe."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from plexsync.usecases.probe.question import ProbeQuestion
from plexsync.usecases.probe.reading import judges
from plexsync.usecases.probe.reading.judges import NO, YES

_BOTH = "PlexSync works the same under both answers."
_TOLERANT = "PlexSync reads such answers too: half a letter becomes one sign, the rest stays."
_ALONE = "PlexSync does without it."

SERVER = (
    ProbeQuestion(
        "identity.no_token",
        0,
        "Does the server say who it is without a token?",
        judges.answered("identity.no_token"),
        (YES,),
        "PlexSync cannot check a new address without sending the token there.",
    ),
    ProbeQuestion("json", 0, "Does JSON come where JSON is asked for?", judges.is_json, (YES,), "PlexSync needs JSON."),
    ProbeQuestion("xml", 0, "Does XML come where XML is asked for?", judges.is_xml, (YES,), _ALONE),
    ProbeQuestion(
        "claimed", 0, "Does the server belong to an account?", judges.is_claimed, ("claimed", "unclaimed"), _BOTH
    ),
    ProbeQuestion("root", 0, "Does the server describe itself?", judges.answered("root"), (YES,), _ALONE),
    ProbeQuestion(
        "pass", 0, "Does the account have Plex Pass?", judges.has_pass, (YES,), "Without it Plex may take no labels."
    ),
    ProbeQuestion(
        "token",
        0,
        "Whose token is it?",
        judges.who_asks,
        ("owner",),
        "Others than the owner may look but not edit: set plex_token to the owner's.",
    ),
    ProbeQuestion("prefs", 0, "Can the settings be read?", judges.answered("prefs"), (YES,), _ALONE),
    ProbeQuestion(
        "providers",
        0,
        "Does the server list its metadata providers?",
        judges.answered("providers"),
        (YES, "404"),
        _BOTH,
    ),
)

TOLERANCE = (
    ProbeQuestion(
        "sections.unpaged",
        1,
        "Is a listing answered if the request names no size?",
        judges.answered("sections.unpaged"),
        (YES, "400"),
        "PlexSync always says start and size.",
    ),
    ProbeQuestion(
        "sections.allow_sync",
        1,
        "Does each library allow what only the owner may?",
        judges.allows_sync,
        (YES,),
        "PlexSync takes the server's refusals for an answer, not this mark.",
    ),
    ProbeQuestion(
        "sections.counter",
        1,
        "Does each library count its changes?",
        judges.counts_content,
        (YES,),
        "PlexSync asks for what changed since a moment, at every poll.",
    ),
    ProbeQuestion(
        "listing",
        1,
        "Is a library listed page by page?",
        judges.answered("listing"),
        (YES,),
        "PlexSync cannot work with this library.",
    ),
    ProbeQuestion(
        "listing.size",
        1,
        "Does a page have as many rows as were asked for?",
        judges.size_kept,
        ("as many",),
        "PlexSync takes whatever rows come, and goes on after them.",
    ),
    ProbeQuestion(
        "listing.counts",
        1,
        "Does a page tell where it begins and how many rows there are?",
        judges.has("listing", "offset", "totalSize", "size"),
        ("all",),
        "PlexSync reads on until a page is empty.",
    ),
    ProbeQuestion(
        "listing.headers",
        1,
        "Do the headers tell how many rows there are?",
        judges.counts_in_headers,
        (YES, NO),
        _BOTH,
    ),
    ProbeQuestion(
        "listing.start",
        1,
        "Does a page begin where it was asked to begin?",
        judges.start_kept,
        (YES,),
        "PlexSync reports the library as unreadable.",
    ),
    ProbeQuestion(
        "listing.order",
        1,
        "Does a listing by id come in that order?",
        judges.in_order,
        (YES,),
        "An item may come twice; PlexSync keeps the last.",
    ),
    ProbeQuestion(
        "listing.zero",
        1,
        "Does a page without rows tell the total?",
        judges.nothing_but_total,
        ("the total",),
        "PlexSync counts by listing.",
    ),
    ProbeQuestion(
        "listing.genres",
        1,
        "Are the genres of a row cut to two?",
        judges.of_rows("listing", lambda rows: all(len(row.get("Genre", ())) <= 2 for row in rows)),  # noqa: PLR2004
        (YES,),
        "PlexSync reads each item in full before it writes.",
    ),
    ProbeQuestion(
        "listing.labels",
        1,
        "Are labels and locks left out of rows?",
        judges.of_rows("listing", lambda rows: not any("Label" in row or "Field" in row for row in rows)),
        (YES,),
        "PlexSync reads each item in full before it writes.",
    ),
    ProbeQuestion(
        "listing.updated",
        1,
        "Does each row tell when it was last changed?",
        judges.of_rows("listing", lambda rows: all("updatedAt" in row for row in rows)),
        (YES,),
        "PlexSync reads items in full where rows do not tell.",
    ),
    ProbeQuestion(
        "listing.key",
        1,
        "Is a rating key a text?",
        judges.of_rows("listing", lambda rows: all(isinstance(row.get("ratingKey"), str) for row in rows)),
        (YES,),
        "PlexSync takes numbers too.",
    ),
    ProbeQuestion(
        "listing.files",
        1,
        "Does each row have the paths of its files?",
        judges.of_rows("listing", lambda rows: all(_has_file(row) for row in rows)),
        (YES,),
        "PlexSync leaves out items without a path and says so.",
    ),
    ProbeQuestion(
        "listing.without", 1, "Are parts left out that are not wanted?", judges.left_out, (YES,), "Answers are longer."
    ),
    ProbeQuestion(
        "item.section",
        1,
        "Does an item name its library?",
        judges.has_section,
        (YES,),
        "PlexSync cannot write to such an item.",
    ),
    ProbeQuestion(
        "item.thumb",
        1,
        "Does a poster's address end with the item's last change?",
        judges.stamp_in_thumb,
        (YES, NO),
        _BOTH,
    ),
    ProbeQuestion(
        "items.gap",
        1,
        "Is an unknown id among others left out?",
        judges.gap_passed,
        ("the others come",),
        "PlexSync asks for the others again, in smaller groups.",
    ),
    ProbeQuestion(
        "items.absent",
        1,
        "Is an item that is not there answered by 404?",
        judges.absent_item,
        ("404",),
        "PlexSync takes an empty answer for the same.",
    ),
    ProbeQuestion(
        "errors.form",
        1,
        "Do errors come as HTML?",
        judges.error_page,
        ("HTML", "nothing"),
        "PlexSync reads an error's status alone.",
    ),
    ProbeQuestion(
        "posters",
        1,
        "Does each picture have a name and say whether it is selected?",
        judges.names_picture,
        (YES,),
        "PlexSync uploads no picture that it cannot find again.",
    ),
    ProbeQuestion("text.utf8", 1, "Are all answers UTF-8?", judges.is_utf8, (YES,), _TOLERANT),
    ProbeQuestion(
        "text.controls", 1, "Do answers hold bare control characters?", judges.has_controls, (NO,), _TOLERANT
    ),
    ProbeQuestion("text.strict", 1, "Can a strict reader read all JSON?", judges.is_strict, (YES,), _TOLERANT),
)

FILTERS = (
    ProbeQuestion(
        "filter.updated",
        2,
        "Does a filter by the last change work?",
        judges.filters_future("updated.future"),
        ("it filters",),
        "PlexSync's polls read more than they need; nothing is missed.",
    ),
    ProbeQuestion(
        "filter.bound",
        2,
        "Does `>>=` leave out the moment itself?",
        judges.bound,
        ("greater", "greater or equal"),
        _BOTH,
    ),
    ProbeQuestion(
        "filter.rated",
        2,
        "Does a filter by the last rating work?",
        judges.filters_future("rated.future"),
        ("it filters",),
        "PlexSync notices ratings when it reads items in full.",
    ),
    ProbeQuestion(
        "filter.viewed",
        2,
        "Does a filter by the last viewing work?",
        judges.filters_future("viewed.future"),
        ("it filters",),
        _ALONE,
    ),
    ProbeQuestion(
        "filter.file",
        2,
        "Is there a filter by path?",
        judges.by_file,
        ("it finds", "passed over", "nothing", "400"),
        _BOTH,
    ),
    ProbeQuestion("history", 2, "Can the viewing history be read?", judges.answered("history"), (YES,), _ALONE),
    ProbeQuestion(
        "sessions",
        2,
        "Does the server tell what is played?",
        judges.answered("sessions"),
        (YES,),
        "The probe writes nothing then, for somebody may be watching.",
    ),
    ProbeQuestion(
        "activities",
        2,
        "Does the server tell what it is busy with?",
        judges.answered("activities"),
        (YES,),
        "The probe writes nothing then, for the server may be busy.",
    ),
)

READING = (*SERVER, *TOLERANCE, *FILTERS)


def _has_file(row: Mapping[str, Any]) -> bool:
    media = row.get("Media") or ()
    return bool(media) and all(part.get("file") for one in media for part in one.get("Part", ()))
