"""Tools for tests of every kind: the built plugin as it is installed, and the Pythons that it must work on."""

from __future__ import annotations

import glob
import os
import shutil
import subprocess
import sys
import tempfile
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import hypothesis
import pytest

from plexsync_simulators.process import FORKSERVER_VARIABLE
from plexsync_simulators.stash.plugins.archive import unpack

ROOT = Path(__file__).parent.parent

# How long an example takes says something about the machine, which may be busy.
hypothesis.settings.register_profile("plexsync", deadline=None)
hypothesis.settings.load_profile("plexsync")


def pythons() -> dict[str, str]:
    """Return one interpreter per supported minor version that this machine has, by version."""
    found = {}
    for minor in range(10, 14):
        pyenv = os.environ.get("PYENV_ROOT", str(Path("~/.pyenv").expanduser()))
        names = [f"python3.{minor}", *glob.glob(f"{pyenv}/versions/3.{minor}.*/bin/python3")]  # noqa: PTH207
        for path in filter(None, map(shutil.which, names)):
            command = [path, "-c", "import sys; print(sys.version_info[1])"]
            answer = subprocess.run(command, capture_output=True, check=False)
            if answer.stdout.strip() == str(minor).encode():
                found[f"3.{minor}"] = path
                break
    return {**found, f"3.{sys.version_info[1]}": sys.executable}


PYTHONS = pythons()


@pytest.fixture(params=list(PYTHONS.values()), ids=list(PYTHONS))
def any_python(request: pytest.FixtureRequest) -> str:
    """Each Python at hand, in turn."""
    return str(request.param)


@pytest.fixture(params=[*PYTHONS.values()][:: max(1, len(PYTHONS) - 1)], ids=[*PYTHONS][:: max(1, len(PYTHONS) - 1)])
def edge_python(request: pytest.FixtureRequest) -> str:
    """The oldest and the newest Python at hand, for what is told by either."""
    return str(request.param)


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder with StashPlexSync.zip and index.yml, made from the files as they are now."""
    folder = tmp_path_factory.mktemp("dist")
    subprocess.run([sys.executable, str(ROOT / "scripts" / "bundle.py"), str(folder)], check=True)
    return folder


def pytest_addoption(parser: pytest.Parser) -> None:
    """Let the tests that state what Plex does run against a real server (tests/contract/plex/test_plex_states.py)."""
    group = parser.getgroup("plexsync")
    group.addoption("--plex-url", default="", help="a Plex that runs already, in place of the simulated one")
    group.addoption("--plex-token", default="", help="its owner's token; a server that nobody has claimed needs none")
    group.addoption("--plex-media", default="", help="a folder of three videos or more, as that server sees it")


def pytest_configure(config: pytest.Config) -> None:
    """Have one forkserver for the simulators of all workers, who inherit the variable."""
    if hasattr(config, "workerinput") or sys.platform != "linux" or FORKSERVER_VARIABLE in os.environ:
        return
    folder = tempfile.TemporaryDirectory(prefix="plexsync-forkserver-")
    config.add_cleanup(folder.cleanup)
    path = f"{folder.name}/socket"
    forkserver = subprocess.Popen(
        [sys.executable, "-m", "plexsync_simulators.forkserver", path], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    config.add_cleanup(lambda: forkserver.communicate() and None)
    assert forkserver.stdout
    assert forkserver.stdout.readline() == b"ready\n"
    os.environ[FORKSERVER_VARIABLE] = path


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say how long the tests of each folder took; a file that PLEXSYNC_TEST_TIMES names is told as well."""
    if hasattr(terminalreporter.config, "workerinput"):
        return
    seconds: defaultdict[str, float] = defaultdict(float)
    for reports in terminalreporter.stats.values():
        for report in reports:
            if isinstance(report, pytest.TestReport):
                seconds[report.nodeid.partition("::")[0].rpartition("/")[0]] += report.duration
    terminalreporter.write_line(" · ".join(f"{folder} {spent:.0f} s" for folder, spent in sorted(seconds.items())))
    if times := os.environ.get("PLEXSYNC_TEST_TIMES"):
        with Path(times).open("a", encoding="utf-8") as file:
            file.writelines(f"{folder} {spent:.1f}\n" for folder, spent in seconds.items())


@pytest.fixture(scope="session")
def plugin_folder(built: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The built plugin, unpacked beside nothing else; nobody may write into it."""
    folder = tmp_path_factory.mktemp("plugins") / "StashPlexSync"
    unpack(built / "StashPlexSync.zip", folder)
    folders = [folder, *(path for path in folder.rglob("*") if path.is_dir())]
    for path in folders:
        path.chmod(0o555)
    yield folder
    for path in folders:
        path.chmod(0o755)


@pytest.fixture
def own_plugin(built: Path, tmp_path: Path) -> Path:
    """The built plugin, unpacked for one test that changes something in it."""
    folder = tmp_path / "StashPlexSync"
    unpack(built / "StashPlexSync.zip", folder)
    return folder
