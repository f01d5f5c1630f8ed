"""Draw `docs/troubles.md`: every sentence about a trouble, by what a person sees, with what to do.

The sentences are rendered with example data, as they appear in status, tasks, check, why and errors.
"""

from __future__ import annotations

import string
from collections.abc import Iterator, Mapping

from plexsync.domain.advice import CAUSES, GROUPS, WORDS, explain

EXAMPLE: Mapping[str, str] = {
    "account": "example-owner",
    "action": "editing",
    "again": "tries again in 8 seconds",
    "allowed": "an address, like http://192.168.1.5:32400",
    "available": "Movies, Clips",
    "before": "0a1b2c",
    "by": "Plex",
    "code": "brand_new",
    "command": "sync",
    "detail": "connection refused",
    "field": "title",
    "fields": "title",
    "folders": "/media/movies",
    "gone": "320",
    "undo": "13",
    "rule": "first",
    "held": "120",
    "https_url": "https://192.168.1.5:32400",
    "instead": "/mnt/other",
    "item": "4711",
    "items": "100",
    "known": "400",
    "library": "Movies",
    "linked": "400",
    "listed": "12",
    "location": "https://plex.example.org",
    "log": "plexsync.log",
    "mapped": "/media/movies/a.mp4",
    "missing": "findScenes",
    "name": "Living room",
    "nearest": "plex_url, plex_token",
    "now": "9f8e7d",
    "number": "5",
    "origin": "settings.toml",
    "other_pid": "4711",
    "owner": "root",
    "part": "writing to Plex",
    "path": "/data/movies/a.mp4",
    "percent": "10 %",
    "pid": "4242",
    "plex": "/media/movies/a.mp4",
    "plex_sizes": "1048576",
    "problem": "the date 2024-13-01",
    "rating_key": "4711",
    "rules": "/data => /media; /data => /mnt/media",
    "run": "12",
    "scene": "17",
    "scenes": "23",
    "setting": "plex_url",
    "size": "9214",
    "stash": "/data/movies/a.mp4",
    "stash_size": "2097152",
    "status": "503",
    "step": "libraries",
    "takes": "title, genres",
    "taking": "120",
    "times": "twice",
    "title": "A film",
    "url": "http://192.168.1.5:32400",
    "user": "stash",
    "value": "2024-13-01",
    "version": "1.41.0",
    "what": "An item",
    "ids": "17, 23",
    "retry_after": "30",
    "when": "3 minutes",
    "where": "Plex",
}

STASH = {"server": "stash", "url": "http://192.168.1.5:9999"}
STASH_FILE = "/root/.stash/stash-go.sqlite"
SHA256 = "3f0a9c12" * 8
UNTRUSTED = {"detail": "the certificate is self-signed", "value": SHA256}
LOCKED = "database is locked"
DATA_FOLDER = "/root/.stash/plexsync"
PHOTO = "http://192.168.1.5:9999/performer/8/image"

OF_CODE: Mapping[str, Mapping[str, str]] = {
    "bad_answer.plex.tv": {"detail": "text/html in place of application/json"},
    "dropped.plex.tv": {"detail": "Connection reset by peer"},
    "no_reply.plex.tv": {"detail": "Read timed out"},
    "no_such_host.plex.tv": {"detail": "its name cannot be resolved"},
    "tls_failed.plex.tv": {"detail": "its certificate has expired"},
    "bad_answer": {"status": "500", "detail": "no JSON"},
    "set_in_environment": {"setting": "paused", "variable": "PLEXSYNC_PAUSED"},
    "bad_command": {"detail": "'yesterday' is no number"},
    "adopt_left_out": {"scenes": "23 scenes"},
    "adopt_left_out.brake": {"scenes": "23 scenes"},
    "adopted": {"items": "100 values", "scenes": "23 scenes"},
    "adoption_undone": {"items": "100 values"},
    "adoption_undone.all": {"items": "100 values"},
    "bad_setting": {"value": "htp://192.168.1.5"},
    "brake_mostly_gone": {"known": "400"},
    "certificate_public": {"url": "https://192.168.1.5:32400", "setting": "plex_certificate"},
    "certificate_untrusted": {"url": "https://192.168.1.5:32400", "setting": "plex_certificate", **UNTRUSTED},
    "certificate_untrusted.other": {
        "url": "https://192.168.1.5:32400",
        "setting": "plex_certificate",
        "value": SHA256,
    },
    "clock_agrees": {"size": "2"},
    "clock_off": {"size": "300"},
    "held_in_place": {"held": "120 scenes"},
    "locked_values": {"items": "100 values"},
    "dropped": {"detail": "Connection reset by peer"},
    "duplicate": {"items": "4711, 4712"},
    "file_found": {"items": "4711"},
    "file_optimised": {"path": "/data/movies/Plex Versions/Mobile/a.mp4"},
    "file_in_sight": {"path": STASH_FILE},
    "file_out_of_sight": {"path": STASH_FILE},
    "files_in_plex": {"items": "20", "size": "20 files"},
    "files_not_in_plex": {"items": "14", "size": "20 files"},
    "files_not_in_plex.outside": {"items": "14", "size": "20 files"},
    "files_not_in_plex.unmapped": {"items": "14", "size": "20 files"},
    "folder_open_to_all": {"path": DATA_FOLDER},
    "needs_unmapped.one_folder": {"path": "/data/new"},
    "folder_writable": {"path": DATA_FOLDER},
    "folder_unusable": {"path": DATA_FOLDER, "detail": "No space left on device"},
    "image_rejected": {"status": "400", "detail": "Bad Request"},
    "item_rejected": {"value": "A film with a very odd title", "status": "400", "detail": "Bad Request"},
    "item_rejected.database": {"by": "Plex's database", "value": "A film", "status": "500", "detail": LOCKED},
    "item_unreadable": {"detail": "answer 500"},
    "left_out": {"what": "The item 4711", "detail": "its file has no path"},
    "libraries_chosen": {"library": "Movies (/media/movies)"},
    "no_address_answers": {"detail": "No answer came in time."},
    "no_folder": {"path": DATA_FOLDER},
    "no_locks": {"path": DATA_FOLDER, "detail": "No locks available"},
    "no_reply": {"detail": "Read timed out"},
    "no_such_host": {"url": "http://nas.local:32400", "detail": "its name cannot be resolved"},
    "no_such_cause": {"detail": "image", "allowed": "ambiguous, image_rejected, missing"},
    "no_such_server": {"available": "Office, Attic"},
    "no_such_setting": {"setting": "plex_adress"},
    "not_allowed.stash": {**STASH, "action": "a query"},
    "none_found": {"detail": "seventeen"},
    "not_own_server": {"owner": "example-friend"},
    "nothing_lost.planned": {"when": "14 hours"},
    "not_configured": {"setting": "plex_token"},
    "not_ready": {**STASH, "detail": "a migration of its database"},
    "no_such_tool": {"name": "Stash2Plex"},
    "other_tool_unread": {"name": "Stash2Plex", "setting": "plex_url"},
    "other_tool": {"name": "Stash2Plex"},
    "other_agent": {"path": DATA_FOLDER},
    "other_server": {"detail": "answer 404"},
    "part_failed": {"detail": "a mistake of its own (in worker.py, line 12)"},
    "none_in_state": {"status": "given up"},
    "password_set": STASH,
    "path_map_inferred": {"rules": "/data => /media"},
    "path_map_set": {"rules": "/data => /media"},
    "photos_closed": {"url": PHOTO, "detail": "answer 404"},
    "photos_none": STASH,
    "photos_open": {"url": PHOTO},
    "photos_own_machine": {"url": "http://127.0.0.1:9999"},
    "photos_password": {"url": PHOTO},
    "photos_untried": {"url": PHOTO, "detail": "answer 403"},
    "picture_auto": {"setting": "image_poster"},
    "picture_kept_filled": {"setting": "image_poster"},
    "picture_kept_person": {"setting": "image_poster"},
    "picture_off": {"setting": "image_poster"},
    "probe_begun": {"detail": "a scan of a library"},
    "probe_busy": {"detail": "a scan of a library"},
    "probe_damaged": {"path": f"{DATA_FOLDER}/probe.journal", "detail": "no JSON"},
    "probe_file_exists": {"path": "plex-report.json"},
    "probe_item_name": {"value": "seventeen"},
    "probe_left": {"detail": "Plex does not answer"},
    "probe_not_movie": {"value": "show"},
    "probe_not_saved": {"path": "plex-report.json", "detail": "Permission denied"},
    "report_exists": {"path": "plexsync-bug-report.zip"},
    "report_not_saved": {"path": "plexsync-bug-report.zip", "detail": "No space left on device"},
    "rest_waits": {"scenes": "23 scenes"},
    "several_servers": {"available": "0a1b2c, 3d4e5f"},
    "signed_out_elsewhere": {"setting": "plex_token", "origin": "PLEXSYNC_PLEX_TOKEN"},
    "scene_fails": {"status": "500", "detail": "Internal Server Error"},
    "scene_unreadable": {"detail": "converting NULL to string is unsupported"},
    "session_refused": STASH,
    "settings_unreadable": {"path": f"{DATA_FOLDER}/settings.toml", "detail": "Permission denied"},
    "state_damaged": {"path": f"{DATA_FOLDER}/state.db", "detail": "database disk image is malformed"},
    "state_put_back": {"path": f"{DATA_FOLDER}/state.db"},
    "state_exchanged": {"path": f"{DATA_FOLDER}/state.db"},
    "settings_gone": {"path": f"{DATA_FOLDER}/settings.toml"},
    "state_rebuilt": {
        "path": f"{DATA_FOLDER}/state.db.damaged-20260101",
        "detail": "database disk image is malformed",
    },
    "state_too_new": {"path": f"{DATA_FOLDER}/state.db", "version": "9", "known": "8"},
    "probe_kept": {"when": "3 days", "items": "40 questions"},
    "stash_answers": {**STASH, "version": "v0.28.1", "scenes": "400 scenes"},
    "brake_mass_change.portions": {"taken": "40"},
    "not_applied.names": {"fields": "genres", "names": "Comma, and more"},
    "stamp_moves": {"fields": "labels"},
    "stamp_stays": {"fields": "labels"},
    "switched_off": {"fields": "rating", "setting": "policy_rating"},
    "switched_off.labels": {"fields": "labels", "setting": "policy_labels"},
    "taken_back": {"scenes": "23 scenes"},
    "takes_no_edits.database": {"status": "500", "detail": LOCKED},
    "takes_no_edits": {"status": "500", "detail": "Internal Server Error"},
    "tls_failed": {"url": "https://192.168.1.5:32400", "detail": "the certificate is self-signed"},
    "token_refused.stash": STASH,
    "field_contested": {"items": "3 items", "setting": "policy_title"},
    "unknown": {"code": "brand_new"},
    "unsupported": {**STASH, "version": "v0.20.0"},
    "web_page": {"detail": "Sign in"},
    "would_lock_out": {"path": DATA_FOLDER},
}
"""Examples of single codes, where the general ones make no sense."""

HEAD = """\
# Troubles

<!-- Generated by scripts/generate from src/plexsync/domain/advice. -->

For anybody who sees one of these sentences in Stash's log, on a terminal or on the page, and wants to know what to do.
Names, paths and numbers are examples.
"""


def facts_of(code: str) -> dict[str, str]:
    """Return the example data that the words of a code name; raises KeyError where an example is missing."""
    names = {name for text in WORDS[code] for _, name, _, _ in string.Formatter().parse(text) if name}
    variant = code.partition(".")[2]
    examples = {**EXAMPLE, **OF_CODE.get(code, {})}
    facts = {name: examples[name] for name in names - {"server"}}
    if variant.isdigit():
        facts["status"] = variant
    elif variant:
        facts["because"] = variant
    return {**facts, "server": variant if variant in {"plex", "stash"} else examples.get("server", "plex")}


def rendered(code: str) -> tuple[str, str]:
    """Return a sentence and its next step, with example data."""
    advice = explain(code.partition(".")[0], facts_of(code))
    return advice.text, advice.next_step


def troubles_page() -> str:
    """Return the text of docs/troubles.md."""
    parts = [HEAD]
    for group, words in GROUPS.items():
        parts += [f"\n## {group}\n\n", "| You see | Do this |\n|---|---|\n"]
        rows = sorted({rendered(code) for code in words})
        parts += [f"| {_cell(text)} | {_cell(step) or 'Nothing.'} |\n" for text, step in rows]
    return "".join([*parts, *_counts()])


def _counts() -> Iterator[str]:
    """Yield the words of counts and columns, with the code that JSON and `--cause` take and what it means."""
    yield "\n## In counts\n\n| You see | Code | It means |\n|---|---|---|\n"
    for code, words in CAUSES.items():
        yield f"| {words} | `{code}` | {_cell(rendered(code)[0])} |\n"


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("<", "&lt;")
