"""Answers of a Plex Media Server that are no success."""

from __future__ import annotations

import html
from http import HTTPStatus

from plexsync_simulators.shared.control import Refusal


class Refused(Refusal):
    """A request the server turns down with `status`; the body is HTML whatever the client accepts.

    Source: recordings ws_sections_get_401.json and spec_error_bodies.json.
    """

    def __init__(self, status: int, reason: str, *, by_proxy: bool = False, words: str = "") -> None:
        super().__init__(status, reason)
        self.by_proxy = by_proxy
        self.words = words


def proxy_page(title: str) -> str:
    """The HTML page of nginx, which stands before some servers."""
    head = f"<html>\r\n<head><title>{title}</title></head>\r\n<body>\r\n<center><h1>{title}</h1></center>\r\n"
    return f"{head}<hr><center>nginx</center>\r\n</body>\r\n</html>\r\n"


def html_body(status: int, words: str = "") -> str:
    """The HTML page for a status, worded as the recordings have it, with more words where a switch has some."""
    if status == HTTPStatus.SERVICE_UNAVAILABLE:
        return (
            "<html><head><title>Maintenance</title></head><body><h1>Maintenance</h1>"
            "Plex Media Server is currently running startup maintenance tasks.</body></html>"
        )
    phrase = "Token Expired" if status == 498 else HTTPStatus(status).phrase
    return (
        f"<html><head><title>{phrase}</title></head><body><h1>{status} {phrase}</h1>{html.escape(words)}</body></html>"
    )
