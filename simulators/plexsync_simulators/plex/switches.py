"""Behaviours of the simulated server that are a choice, changeable while it runs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from plexsync_simulators.shared.switchboard import Switchboard


@dataclass(slots=True)
class Switches(Switchboard):
    """Every choice with its default; times are milliseconds, 0 means "no limit" for counts and sizes."""

    read_ms: float = 2.0
    write_ms: float = 15.0
    # How many writes are worked on at the same time; SQLite has one writer (docs/engineering/plex.md §6).
    writers: int = 1
    # Sources conflict on what `genre[0].tag.tag=` does to the genres not named (docs/engineering/plex.md §2.3).
    tag_semantics: Literal["append", "replace"] = "append"
    # Whether `genre[].tag=` acts before its request's additions or after is unknown (docs/engineering/plex.md §2.3).
    drop_all: Literal["first", "last"] = "first"
    # How long an uploaded picture is missing from the list of pictures (docs/engineering/plex.md §3).
    poster_delay_ms: float = 0.0
    upload_locks: bool = False
    # Whether an upload is shown at once; else it waits in the list until it is selected (docs/engineering/plex.md §3).
    upload_selects: bool = True
    scan_ms: float = 50.0
    # A reply may hold fewer rows than asked for (docs/engineering/plex.md §1.1).
    max_page: int = 0
    max_url_bytes: int = 16_384
    max_edit_ids: int = 1_000
    auto_empty_trash: bool = True
    keep_empty_collections: bool = False
    # Whether an edit that names unknown ids beside known ones edits the known ones; 404 if not.
    partial_edit: bool = True
    # Server-sent events carry a single bare entry (plex-for-kodi's recording of PMS 1.43.3), or the same container
    # as a websocket (the specification's example).
    event_stream: Literal["bare", "container"] = "bare"
    # "silent" sends pings but no events, "dead" nothing at all, "missing" answers 404 for both streams. Only the
    # websocket tells of anything with "websocket", where the event stream is missing, and with "pings", where it has
    # pings alone.
    events: Literal["on", "silent", "dead", "missing", "websocket", "pings"] = "on"
    # The kinds of events, by comma, that the event stream knows; the specification names playing, activity and
    # transcodeSession for it. Empty: all of them.
    stream_kinds: str = ""
    # Clients report a ping every 10 s (Tracearr) or 15 s (plex-for-kodi).
    ping_ms: float = 10_000.0
    # Whether an edit sends a timeline entry: PlexKodiConnect takes state 5 for "new or changed".
    edit_events: bool = True
    # A changed picture's message: PlexKodiConnect saw an activity library.refresh.items "e.g. after having changed
    # a movie poster". Its `updatedAt` must move, for it stands in the picture's URL (docs/engineering/plex.md §3).
    poster_events: Literal["both", "timeline", "activity", "none"] = "both"
    poster_moves_updated: bool = True
    # A recorded item was viewed long after its `updatedAt` (rs_metadata_movie_182_full.json), so watching does not
    # move it; a rating is kept beside the view count, per account. When moved, a timeline entry is sent too.
    watching_moves_updated: bool = False
    rating_moves_updated: bool = False
    # The states 2, 3, 4 before the last one where an agent works (plexapi's alert.py), and the entry with `mediaState`
    # before it where the file is analysed (plex-for-kodi).
    timeline_steps: bool = True
    media_events: bool = True
    # The last state of a new item in a library without agent: plexapi's page says 1, its own tests see 5 for movies.
    final_state: Literal["5", "1"] = "5"
    # A moved file stays with its item ("Part rename detected" in Plex's scanner log, Absolute-Series-Scanner#441), or
    # comes back as a new item.
    moved_files: Literal["same", "new"] = "same"
    move_moves_updated: bool = True
    # Whether another match gives the item another rating key, as some clients report (docs/engineering/plex.md §1.6).
    match_rekeys: bool = False
    # Whether the removal of a library, a folder or all items tells of each item; no source found.
    removal_events: bool = True
    # Whether automatic emptying takes items whose folder is unmounted.
    unmounted_trash: Literal["kept", "emptied"] = "kept"

    # Behaviour of a real server on which the sources disagree; docs/engineering/plex.md says which.
    # A proxy in front refuses longer request lines with 414: nginx allows 8 or 16 kB. 0: no proxy.
    proxy_line_bytes: int = 0
    # Whether a tag that is there and is added again stands there twice (docs/engineering/plex.md §2.3).
    adding: Literal["once", "doubled"] = "once"
    # Whether names stand in the order in which they came, or an edit of their list sorts them; no source found.
    tag_order: Literal["added", "sorted"] = "added"
    # How `tag.tag-` is read (docs/engineering/plex.md §2.4). "joined": split at commas, each name decoded once more.
    # "one": one name in a request, decoded once more. "plain": split at commas, as it is.
    # "whole": one name in a request, as it is.
    # With "none" no name goes by it. One client sends each list whole (docs/engineering/plex.md §2.3).
    removals: Literal["joined", "one", "plain", "whole", "none"] = "joined"
    # Fields, by comma, whose values an edit sets in vain, as a rating that only `/:/rate` sets; locks are taken.
    ignored: str = ""
    # Whether `/:/rate` sets a rating; where neither that nor an edit does, no form works.
    rate: Literal["sets", "ignored"] = "sets"
    # Whether an edit that names an actor's photo gives it to the actor (docs/engineering/plex.md §2.4).
    photos: Literal["kept", "dropped"] = "kept"
    # The version that the server says it has; another one is another server, as after an update.
    version: str = "1.43.1.10611-1e34174b1"
    # Fields, by comma, that move no `updatedAt` when an edit touches nothing else, as label,collection,userRating.
    still_fields: str = ""
    # Every edit is answered with this status and changes nothing, all else works: a database that is busy. 0: none.
    edit_status: int = 0
    # The seconds that answers of 429 and 503 name in Retry-After; 0: no such header.
    retry_after: int = 0
    # A pattern that is looked for in each `name=value` of an edit, percent-decoded once, and the answer to a hit.
    refuse_value: str = ""
    refuse_status: int = 500
    # Words beside the status on the page of a refused edit, as of a locked database; no source says that there are any.
    edit_words: str = ""
    # Items, by comma, that answer 500 for ever: when read by key, when part of a listing, when part of an edit.
    broken_reads: str = ""
    broken_rows: str = ""
    broken_edits: str = ""
    # An upload is stored in other bytes, and so under another hash.
    poster_recode: bool = False
    # A larger picture, or one of these kinds (png, jpeg, webp, gif, avif, jxl, bmp, tiff), is answered with 500
    # (docs/engineering/plex.md §3).
    poster_max_bytes: int = 0
    poster_refused: str = ""
    # A listing that does not name start and size is answered with 400.
    paging_required: bool = False
    # Attributes, by comma, that answers do not have: offset, totalSize, size (with their headers), updatedAt and so on.
    omit: str = ""
    # More requests in a second are answered with 429. 0: no limit.
    requests_per_second: int = 0
    # Plain http is cut off: "secure connections required". It takes --tls-cert and --tls-key.
    secure_required: bool = False
    # Each answer ends its connection.
    close_connections: bool = False
    # How much longer an edit takes, in all and for each of its items; it takes effect at the end.
    edit_ms: float = 0.0
    edit_item_ms: float = 0.0
    # For how long after an edit reads and listings show the item as it was before (docs/engineering/plex.md §6).
    lag_ms: float = 0.0
    # Whether a request needs a token; a server without an owner needs none.
    token_needed: bool = True
    # Control characters stand in JSON as they are, not as escapes (docs/engineering/plex.md §0).
    raw_controls: bool = False


# Everything a server may do that does not keep a client from doing its work, all of it at once.
HOSTILE: dict[str, object] = {
    "proxy_line_bytes": 8_192,
    "adding": "doubled",
    "removals": "one",
    "ignored": "userRating",
    "photos": "dropped",
    "still_fields": "label,collection,userRating",
    "poster_recode": True,
    "poster_max_bytes": 10_480_000,
    "poster_refused": "gif,avif,jxl,bmp,tiff",
    "poster_delay_ms": 300.0,
    "upload_locks": True,
    "paging_required": True,
    "max_page": 7,
    "omit": "offset,totalSize,size,updatedAt",
    "raw_controls": True,
    "requests_per_second": 100,
    "retry_after": 1,
    "events": "pings",
    "close_connections": True,
    "lag_ms": 300.0,
    "keep_empty_collections": True,
    "max_edit_ids": 100,
}
