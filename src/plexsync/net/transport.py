"""Reasons why a request got no whole answer: the errors of urllib3 as those of :mod:`plexsync.domain.errors`."""

from __future__ import annotations

import ssl
from collections.abc import Mapping
from http.client import BadStatusLine

from urllib3.exceptions import (
    DecodeError,
    HTTPError,
    NameResolutionError,
    NewConnectionError,
    ProtocolError,
    SSLError,
    TimeoutError,  # noqa: A004  urllib3's own is no OSError
)

from plexsync.domain.errors import (
    BadAnswer,
    Dropped,
    NoReply,
    NoSuchHost,
    OtherServer,
    ServerError,
    TlsFailed,
    Unreachable,
)

_CERTIFICATES: Mapping[int, str] = {
    9: "its certificate is not valid yet",
    10: "its certificate has expired",
    18: "its certificate is self-signed",
    19: "its certificate is self-signed",
    20: "nobody this machine trusts has signed its certificate",
    21: "nobody this machine trusts has signed its certificate",
    62: "its certificate is for another name",
    64: "its certificate is for another address",
}
"""By OpenSSL's number of what it found (`man verify`)."""


def unanswered(server: str, url: str, error: HTTPError) -> ServerError:
    """Say what is the matter with a server from what urllib3 raised; no text of it holds a header or a query."""
    cause = error.args[-1] if error.args else error
    if isinstance(error, NameResolutionError):
        return NoSuchHost(server=server, url=url, detail="its name cannot be resolved")
    if isinstance(error, SSLError):
        return TlsFailed(server=server, url=url, detail=_insecure(cause))
    if isinstance(error, TimeoutError) and not isinstance(error, NewConnectionError):
        return NoReply(server=server, url=url, detail=_sentence(cause))
    if isinstance(error, ProtocolError | DecodeError):
        return _broken(server, url, cause)
    return Unreachable(server=server, url=url, detail=_sentence(cause))


def _broken(server: str, url: str, cause: object) -> ServerError:
    """Tell an answer that is cut off or no HTTP from none at all."""
    if isinstance(cause, OSError):
        return Dropped(server=server, url=url, detail=cause.strerror or str(cause))
    if isinstance(cause, BadStatusLine):
        return OtherServer(server=server, url=url, status="none", detail="it speaks no HTTP")
    return BadAnswer(server=server, url=url, status="200", detail=f"cut off: {_sentence(cause)}")


def _insecure(cause: object) -> str:
    if isinstance(cause, ssl.SSLCertVerificationError):
        return _CERTIFICATES.get(cause.verify_code, f"its certificate is not accepted ({cause.verify_message})")
    if isinstance(cause, ssl.SSLError) and cause.reason in {"WRONG_VERSION_NUMBER", "RECORD_LAYER_FAILURE"}:
        return "no TLS is spoken there, only http://"
    if "Fingerprints did not match" in str(cause):
        return "it shows another certificate than the one that is trusted"
    return f"no TLS connection comes about ({cause})"


def _sentence(cause: object) -> str:
    """Leave out what urllib3 and Python put before the words, as ``Pool(host=…, port=…): … [Errno 111] words``."""
    said = str(cause).rsplit("): ", 1)[-1]
    return said.rpartition("] ")[2] if "[Errno" in said else said
