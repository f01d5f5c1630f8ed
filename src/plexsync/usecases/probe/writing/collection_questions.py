"""The questions that a collection of the probe's own answers: steps 6 and 7."""

from __future__ import annotations

import hashlib
from http import HTTPStatus

from plexsync.usecases.probe.question import Evidence, Judge, NotTold, ProbeQuestion
from plexsync.usecases.probe.writing.collection import NAME, RENAMED
from plexsync.usecases.probe.writing.pictures import PICTURES
from plexsync.usecases.probe.writing.questions import arrives, of_move, of_shown, stamps

YES, NO = "yes", "no"
_CONVERTED = "PlexSync makes a JPEG of such covers where it can, and says which ones Plex does not take."
_OWN_KEY = "PlexSync finds such a picture by what it was told when it uploaded it, or uploads it once more."
_BOTH = "PlexSync works the same under both answers."


def taken(kind: str) -> Judge:
    """Tell whether a picture is taken."""
    return lambda seen: YES if seen.of(f"picture.{kind}").is_well else str(seen.of(f"picture.{kind}").status)


def listed(seen: Evidence) -> str:
    """Tell whether a picture that was taken is listed a second later."""
    if not seen.of("picture.png").is_well:
        raise NotTold("the picture was not taken")
    return YES if _uploads(seen, "picture.list.first") else NO


def named_by_hash(seen: Evidence) -> str:
    """Tell whether a picture is named by the SHA-1 of its bytes."""
    if listed(seen) != YES:
        raise NotTold("the picture is not listed")
    digest = hashlib.sha1(PICTURES["png"], usedforsecurity=False).hexdigest()
    return YES if any(one.endswith(digest) for one in _uploads(seen, "picture.list.first")) else NO


def selected(seen: Evidence) -> str:
    """Tell whether an upload selects the picture."""
    if listed(seen) != YES:
        raise NotTold("the picture is not listed")
    chosen = [row for row in seen.well("picture.list.first").rows if row.get("selected") in {1, "1"}]
    return YES if any(str(row.get("ratingKey", "")).startswith("upload:") for row in chosen) else NO


def locked(seen: Evidence) -> str:
    """Tell whether an upload locks the picture's field."""
    rows = seen.well("picture.look").rows
    if not rows:
        raise NotTold("the collection did not come")
    return YES if any(lock.get("name") == "thumb" for lock in rows[0].get("Field") or ()) else NO


def again(seen: Evidence) -> str:
    """Tell whether equal bytes make a second entry."""
    kinds = sum(seen.of(f"picture.{kind}").is_well for kind in PICTURES)
    count = len(_uploads(seen, "picture.list.all"))
    return "one entry" if count == kinds else "two entries" if count > kinds else "fewer than were taken"


def status(name: str) -> Judge:
    """Tell how a request is answered."""
    return lambda seen: "taken" if seen.of(name).is_well else str(seen.of(name).status)


def made(seen: Evidence) -> str:
    """Tell whether a name in the list makes a collection that can be found by its title."""
    if arrives(seen.moves["collection.add"]) != YES:
        raise NotTold("the name did not arrive")
    titles = [row.get("title") for row in seen.well("collection.find").rows]
    return YES if NAME in titles else NO


def follows(seen: Evidence) -> str:
    """Tell whether the name in an item's list is that of the collection after it was renamed."""
    if not seen.of("collection.rename").is_well:
        raise NotTold(f"the answer was {seen.of('collection.rename').status}")
    if "collection.renamed" not in seen.views:
        raise NotTold("the item was not read")
    return YES if RENAMED in seen.views["collection.renamed"].names("collection") else NO


def emptied(seen: Evidence) -> str:
    """Tell what becomes of a collection without items."""
    return "it goes" if seen.of("collection.emptied").status == HTTPStatus.NOT_FOUND else "it stays"


def gone(seen: Evidence) -> str:
    """Tell how a collection is answered that was deleted."""
    name = "collection.gone" if "collection.gone" in seen.exchanges else "collection.emptied"
    return str(seen.of(name).status)


def _uploads(seen: Evidence, name: str) -> list[str]:
    return [one for row in seen.well(name).rows if (one := str(row.get("ratingKey", ""))).startswith("upload:")]


PICTURE_QUESTIONS = (
    *(
        ProbeQuestion(f"picture.{kind}", 6, f"Is a picture of the kind {kind} taken?", taken(kind), (YES,), _CONVERTED)
        for kind in PICTURES
    ),
    ProbeQuestion("picture.listed", 6, "Is a picture listed after a second?", listed, (YES,), _OWN_KEY),
    ProbeQuestion("picture.hash", 6, "Is a picture named by its SHA-1?", named_by_hash, (YES,), _OWN_KEY),
    ProbeQuestion(
        "picture.selected", 6, "Does an upload select the picture?", selected, (YES,), "PlexSync selects it."
    ),
    ProbeQuestion("picture.locked", 6, "Does an upload lock the picture?", locked, (YES, NO), _BOTH),
    ProbeQuestion(
        "picture.again", 6, "Do equal bytes make one entry?", again, ("one entry",), "PlexSync uploads a picture once."
    ),
    ProbeQuestion(
        "picture.clear",
        6,
        "Can the choice of a picture be taken back?",
        status("picture.clear"),
        ("taken", "404"),
        _BOTH,
    ),
)

COLLECTION_QUESTIONS = (
    ProbeQuestion("collection", 7, "Does a name in the list arrive?", of_move("collection.add", arrives), (YES,)),
    ProbeQuestion(
        "collection.stamp",
        7,
        "Does a change of collections move updatedAt?",
        of_shown("collection.add", stamps),
        (YES, NO),
        _BOTH,
    ),
    ProbeQuestion("collection.made", 7, "Does it make a collection that can be found?", made, (YES, NO), _BOTH),
    ProbeQuestion(
        "collection.prefs", 7, "Are a collection's settings taken?", status("collection.prefs"), ("taken", "404"), _BOTH
    ),
    ProbeQuestion(
        "collection.rename",
        7,
        "Is a collection's new name taken?",
        status("collection.rename"),
        ("taken",),
        "PlexSync renames no collection: it changes the items' lists.",
    ),
    ProbeQuestion("collection.follows", 7, "Does the items' list follow a new name?", follows, (YES, NO), _BOTH),
    ProbeQuestion(
        "collection.emptied", 7, "What becomes of a collection without items?", emptied, ("it goes", "it stays"), _BOTH
    ),
    ProbeQuestion("collection.gone", 7, "Is a collection that is gone answered by 404?", gone, ("404",), _BOTH),
)

OWN_COLLECTION = (*PICTURE_QUESTIONS, *COLLECTION_QUESTIONS)
