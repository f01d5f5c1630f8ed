"""Answers of plex.tv that are no success (recordings error_400.json to error_503.html)."""

from __future__ import annotations

from aiohttp import web

from plexsync_simulators.plextv.notation import written

_WORDS: dict[int, tuple[int, str]] = {
    400: (1000, "X-Plex-Client-Identifier is missing"),
    401: (1001, "User could not be authenticated"),
    403: (1041, "A valid PIN is required to perform this action"),
    404: (1020, "Code not found or expired"),
    429: (1003, "API rate limit exceeded"),
}
_WITHOUT_STATUS = frozenset({404})


def refused(status: int, *, as_json: bool, retry_after: int = 0) -> web.Response:
    """The answer for a status: an error of the API where it has words for it, a page of HTML for a 5xx."""
    if status == 498:
        return web.Response(status=status)
    if status not in _WORDS:
        title = f"{status} Service Unavailable" if status == 503 else f"{status} Error"
        page = f"<html><head><title>{title}</title></head><body>{title}</body></html>\n"
        return web.Response(status=status, text=page, content_type="text/html")
    code, message = _WORDS[status]
    row: dict[str, object] = {"code": code, "message": message}
    if status not in _WITHOUT_STATUS:
        row["status"] = status
    answer = written({"errors": [row]}, "response", as_json=as_json, status=status)
    if retry_after:
        answer.headers["Retry-After"] = str(retry_after)
    return answer


def legacy_refused(*, as_json: bool) -> web.Response:
    """The old API's answer for a bad token (recordings error_422_legacy.json and .xml)."""
    if as_json:
        return written({"error": "Invalid token"}, "errors", as_json=True, status=422)
    text = '<?xml version="1.0" encoding="UTF-8"?>\n<errors>\n  <error>Invalid token</error>\n</errors>\n'
    return web.Response(status=422, text=text, content_type="application/xml")
