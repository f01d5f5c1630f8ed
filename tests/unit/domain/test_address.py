"""Addresses as people write and paste them."""

from __future__ import annotations

import pytest

from plexsync.domain.address import read_address


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("http://192.168.1.5:32400", "http://192.168.1.5:32400"),
        ("  HTTP://NAS.Local:32400/ ", "http://nas.local:32400"),
        ("192.168.1.5:32400", "http://192.168.1.5:32400"),
        ("nas:32400", "http://nas:32400"),
        ("http://192.168.1.5:32400/web/index.html#!/server/abc/details?key=1", "http://192.168.1.5:32400"),
        ("http://192.168.1.5:32400/web", "http://192.168.1.5:32400"),
        ("https://example.org/plex/web/index.html", "https://example.org/plex"),
        ("https://example.org/website", "https://example.org/website"),
        ("https://example.org/plex/", "https://example.org/plex"),
        ("http://[FE80::1]:32400", "http://[fe80::1]:32400"),
        ("https://192-168-1-5.ABC.plex.direct:32400", "https://192-168-1-5.abc.plex.direct:32400"),
    ],
)
def test_an_address_is_understood(written: str, meant: str) -> None:
    assert read_address(written) == meant
    assert read_address(meant) == meant


@pytest.mark.parametrize(
    "written",
    [
        "",
        "ftp://nas",
        "http://",
        "http://nas:port",
        "http://nas:0",
        "http://[fe80::1",
        "http://user:secret@nas:32400",
        "my server",
        "http://nas:32400/?X-Plex-Token=secret",
        "http://nas:32400/web/index.html?X-Plex-Token=secret",
        "http://nas:32400/#anything",
        "http://%",
        "http://a%41b:32400",
        "http://\x7f",
    ],
)
def test_anything_else_is_refused_with_an_example(written: str) -> None:
    with pytest.raises(ValueError, match=r"an address like http://192\.168\.1\.5:32400"):
        read_address(written)


def test_plexs_website_is_told_from_a_server() -> None:
    with pytest.raises(ValueError, match="not of Plex's website"):
        read_address("https://app.plex.tv/desktop/#!/")
