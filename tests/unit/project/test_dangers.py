"""Nothing is run, loaded or believed that should not be: in our own code, and in what the zip carries."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest
from dangers import dangers

ROOT = Path(__file__).parents[3]
# All there is, and why.
OWN = {
    "src/plexsync/net/tls.py": {"CERT_NONE"},  # this machine itself, or a certificate that was named
    "src/plexsync/plex/picture_conversion.py": {"subprocess"},  # ffmpeg, with our own words
    "src/plexsync/agent/spawn.py": {"subprocess"},  # the agent: our own interpreter and file
    "src/plexsync/cli/commands/bench.py": {"subprocess"},  # our own interpreter and a file of the source tree
    # The simulators are in no zip. They start plugins and themselves, and take back in memory what failed half-way.
    "simulators/plexsync_simulators/forked_process.py": {"subprocess"},
    "simulators/plexsync_simulators/process.py": {"subprocess"},
    "simulators/plexsync_simulators/rig.py": {"subprocess"},
    "simulators/plexsync_simulators/stash/library/tables.py": {"pickle"},
    "simulators/plexsync_simulators/stash/plugins/processes.py": {"subprocess"},
    # Its loader inherits from the safe one, which makes nothing but texts, lists and mappings.
    "simulators/plexsync_simulators/stash/plugins/yml.py": {"yaml"},
}
SHIPPED = {  # docs/engineering/dependencies.md
    "lib/urllib3/connection.py": {"CERT_NONE"},
    "lib/urllib3/contrib/pyopenssl.py": {"CERT_NONE"},
    "lib/websocket/_http.py": {"CERT_NONE"},
}


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("eval('1')", "eval()"),
        ("exec(text)", "exec()"),
        ("import os\nos.system('x')", "os.system()"),
        ("def f():\n import pickle", "pickle"),
        ("from pickle import loads", "pickle"),
        ("import yaml\nyaml.load(x)", "yaml"),
        ("run(x, shell=True)", "shell=True"),
        ("run(x, shell=y)", "shell=True"),
        ("pool(cert_reqs='CERT_NONE')", "CERT_NONE"),
        ("context.verify_mode = ssl.CERT_NONE", "CERT_NONE"),
        ("ssl._create_unverified_context()", "ssl._create_unverified_context()"),
        ("__import__('x')", "__import__()"),
    ],
)
def test_what_is_dangerous_is_seen(source: str, found: str) -> None:
    assert found in dangers(source)


@pytest.mark.parametrize("source", ["re.compile('x')", "connection.execute('x')", "run(x, shell=False)", "'eval(x)'"])
def test_what_is_not_is_let_by(source: str) -> None:
    assert dangers(source) == frozenset()


def test_our_own_code_holds_nothing_dangerous_but_what_is_named() -> None:
    sources = [file for part in ("src", "simulators", "plugin") for file in (ROOT / part).rglob("*.py")]
    found = {str(path.relative_to(ROOT)): set(dangers(path.read_text("utf-8"))) for path in sources}
    assert len(found) > 200
    assert {name: what for name, what in found.items() if what} == OWN


def test_what_the_zip_carries_holds_nothing_dangerous_but_what_is_named(built: Path) -> None:
    with zipfile.ZipFile(built / "StashPlexSync.zip") as archive:
        sources = {name: archive.read(name).decode() for name in archive.namelist() if name.endswith(".py")}
    found = {name: set(dangers(text)) for name, text in sources.items() if name.startswith("lib/")}
    assert {name: what for name, what in found.items() if what} == SHIPPED
