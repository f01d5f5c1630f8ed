"""Probe a Plex that runs, and hold the contract tests against it: `real_plex.py URL MEDIA OUT`.

MEDIA is a folder of videos as the server sees it. The token, if it needs one, is in PLEXSYNC_PLEX_TOKEN. All happens in
libraries that are made for it and taken away afterwards. OUT gets the recording.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tests" / "contract"))

from own_library import OwnLibrary, own_library  # noqa: E402 (a helper of the tests)

from plexsync.plex.client import PlexClient, encoded  # noqa: E402 (after the path is set)
from plexsync.plex.exchange import Ask  # noqa: E402

QUIET = {
    "GenerateBIFBehavior": "never",
    "GenerateChapterThumbBehavior": "never",
    "LoudnessAnalysisBehavior": "never",
    "ScheduledLibraryUpdatesEnabled": "0",
    "FSEventLibraryUpdatesEnabled": "0",
}
"""Preferences that keep a server from work of its own, as plexapi's list of settings names them."""

START_SECONDS = 300.0
IDLE_SECONDS = 180.0


def wait_for(url: str) -> None:
    """Wait until the server answers; raises TimeoutError."""
    until = time.monotonic() + START_SECONDS
    while not answers(url):
        if time.monotonic() > until:
            raise TimeoutError(f"no answer from {url} within {START_SECONDS:.0f} s")
        time.sleep(1)


def answers(url: str) -> bool:
    """Tell whether the server says who it is."""
    try:
        with urllib.request.urlopen(f"{url}/identity", timeout=5):  # noqa: S310 (the address that was given)
            return True
    except OSError:
        return False


def quiet(client: PlexClient, hour: int) -> list[str]:
    """Put maintenance far from this hour and switch analysis off; returns the preferences that this server has."""
    rows = client.exchange(Ask("GET", "/:/prefs")).container.get("Setting") or ()
    known = {str(row.get("id")) for row in rows}
    far = {"ButlerStartHour": str((hour + 11) % 24), "ButlerEndHour": str((hour + 12) % 24)}
    wanted = {name: value for name, value in {**QUIET, **far}.items() if name in known}
    for name, value in wanted.items():
        client.exchange(Ask("PUT", "/:/prefs", encoded({name: value})))
    return sorted(wanted)


def probe(url: str, token: str, media: str, out: Path) -> int:
    """Probe the first item of a library that is made for it; returns the exit code."""
    data = out / "data"
    data.mkdir()
    plexsync = [sys.executable, "-m", "plexsync.cli", "--data", str(data)]
    given = {**os.environ, "PLEXSYNC_PLEX_URL": url, "PLEXSYNC_PLEX_TOKEN": token}
    with own_library(url, token, media) as library:
        if os.environ.get("PLEXSYNC_OWN_SERVER"):
            print("Set for quiet:", ", ".join(quiet(library.client, time.gmtime().tm_hour)) or "nothing")
        give_summary(library)
        wait_until_idle(library.client)
        item = f"plex:{library.keys[0]}"
        options = ["--item", item, "--yes", "--save", str(out / "recording.json")]
        return subprocess.run([*plexsync, "probe", *options], env=given, check=False).returncode


def wait_until_idle(client: PlexClient, patience: float = IDLE_SECONDS) -> None:
    """Wait until the server shows no activity twice in a row; raises TimeoutError."""
    until = time.monotonic() + patience
    idle = 0
    while idle < 2:  # noqa: PLR2004 (between two tasks there may be a moment of rest)
        activities = client.exchange(Ask("GET", "/activities")).container.get("Activity") or ()
        idle = 0 if activities else idle + 1
        if time.monotonic() > until:
            raise TimeoutError(f"the server was busy for {patience:.0f} s")
        time.sleep(0.5)


def give_summary(library: OwnLibrary) -> None:
    """Give the item a text: the probe writes to none that is empty."""
    told = {"type": "1", "id": library.keys[0], "summary.value": "A video of some seconds."}
    library.client.exchange(Ask("PUT", f"/library/sections/{library.section_id}/all", encoded(told)))


def contract(url: str, token: str, media: str) -> int:
    """Hold the contract tests against the server; returns the exit code."""
    tests = ["tests/contract/plex/test_plex_states.py", "-p", "no:cacheprovider"]
    options = [f"--plex-url={url}", f"--plex-token={token}", f"--plex-media={media}"]
    return subprocess.run([sys.executable, "-m", "pytest", "-q", *tests, *options], cwd=ROOT, check=False).returncode


def main(url: str, media: str, out: str) -> int:
    """Do both; returns 1 if one fails."""
    token = os.environ.get("PLEXSYNC_PLEX_TOKEN", "")
    wait_for(url)
    codes = [probe(url, token, media, Path(out).resolve()), contract(url, token, media)]
    return int(any(codes))


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
