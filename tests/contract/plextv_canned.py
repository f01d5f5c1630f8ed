"""Rows of plex.tv's list that lead to simulated servers, and a certificate authority for ``plex.direct`` names."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from plexsync_simulators.shared.json_type import Json

HASH = "000000000000000000000000ce000001"
MACHINE = "00000000000000000000000000000000a0000001"


def connection(port: int, address: str = "127.0.0.1", **other: Any) -> Json:
    """A plain connection to a port of this machine, local unless told otherwise."""
    place = f"[{address}]" if ":" in address else address
    row = {"protocol": "http", "address": address, "port": port, "uri": f"http://{place}:{port}"}
    return {**row, "local": True, "relay": False, "IPv6": ":" in address, **other}


def secure(port: int, address: str = "127.0.0.1", hash_: str = HASH, **other: Any) -> Json:
    """A connection by a ``plex.direct`` name."""
    uri = f"https://{address.replace('.', '-')}.{hash_}.plex.direct:{port}"
    return connection(port, address, protocol="https", uri=uri, **other)


def row(*connections: Json, **other: Any) -> Json:
    """A server of the account's own."""
    return {
        "name": "Living room",
        "product": "Plex Media Server",
        "productVersion": "1.43.0.10000-0000000ab",
        "platform": "Linux",
        "clientIdentifier": MACHINE,
        "provides": "server",
        "sourceTitle": None,
        "accessToken": "server-token-1",
        "owned": True,
        "presence": True,
        "httpsRequired": False,
        "publicAddressMatches": True,
        "connections": list(connections),
        **other,
    }


def authority(folder: Path, name: str = f"*.{HASH}.plex.direct") -> tuple[Path, Path, Path]:
    """A certificate for a name, its key, and the certificate of who has signed it."""
    now, ours = dt.datetime.now(dt.timezone.utc), ec.generate_private_key(ec.SECP256R1())
    theirs = ec.generate_private_key(ec.SECP256R1())
    issuer = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "Example authority")])
    subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "plex.direct")])

    def begun(holder: x509.Name, key: ec.EllipticCurvePrivateKey) -> x509.CertificateBuilder:
        builder = x509.CertificateBuilder().subject_name(holder).issuer_name(issuer).public_key(key.public_key())
        builder = builder.serial_number(x509.random_serial_number())
        return builder.not_valid_before(now - dt.timedelta(hours=1)).not_valid_after(now + dt.timedelta(days=1))

    root = begun(issuer, theirs).add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
    names = x509.SubjectAlternativeName([x509.DNSName(name)])
    leaf = begun(subject, ours).add_extension(names, critical=False)
    shown, key, signed = folder / "shown.pem", folder / "key.pem", folder / "authority.pem"
    shown.write_bytes(leaf.sign(theirs, hashes.SHA256()).public_bytes(Encoding.PEM))
    signed.write_bytes(root.sign(theirs, hashes.SHA256()).public_bytes(Encoding.PEM))
    key.write_bytes(ours.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    return shown, key, signed
