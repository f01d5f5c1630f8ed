"""The built files: the zip that Stash installs, its index, wheel and sdist."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest
from plugin_process import document, run_plugin

import plexsync
from plexsync.domain.settings import SETTINGS

ROOT = Path(__file__).parents[3]
ZIP = "StashPlexSync.zip"
IMPORT_ALL = """
import os, sys
here = sys.argv[1]
sys.path[:0] = [here, os.path.join(here, "lib")]
sys.dont_write_bytecode = True
import pkgutil, tomlkit, urllib3, plexsync
for module in pkgutil.walk_packages(plexsync.__path__, "plexsync."):
    __import__(module.name)
import json
files = {name: getattr(module, "__file__", None) or "" for name, module in sys.modules.items()}
print(json.dumps(files))
"""


@pytest.fixture(scope="module")
def entries(built: Path) -> dict[str, zipfile.ZipInfo]:
    with zipfile.ZipFile(built / ZIP) as archive:
        assert archive.testzip() is None
        return {entry.filename: entry for entry in archive.infolist()}


@pytest.fixture(scope="module")
def yml(built: Path) -> str:
    with zipfile.ZipFile(built / ZIP) as archive:
        return archive.read("StashPlexSync.yml").decode()


def test_the_root_holds_what_stash_looks_for(entries: dict[str, zipfile.ZipInfo]) -> None:
    root = {name for name in entries if "/" not in name}
    assert root == {"StashPlexSync.yml", "hook.py", "package.py", "plexsync.js", "LICENSE"}
    assert {name.split("/")[0] for name in entries if "/" in name} == {"plexsync", "lib", "assets"}
    assets = {name for name in entries if name.startswith("assets/")}
    assert assets == {f"assets/{path.name}" for path in (ROOT / "plugin" / "assets").iterdir()}
    assert {"assets/page.js", "assets/page.css"} < assets
    assert {name.split("/")[1] for name in entries if name.startswith("lib/") and ".dist-info" not in name} == {
        "tomlkit",
        "urllib3",
        "websocket",
    }


def test_stash_finds_one_plugin_only(entries: dict[str, zipfile.ZipInfo]) -> None:
    assert [name for name in entries if name.lower().endswith((".yml", ".yaml"))] == ["StashPlexSync.yml"]


def test_only_pure_python_is_shipped(entries: dict[str, zipfile.ZipInfo]) -> None:
    endings = {Path(name).suffix for name in entries if name.startswith(("lib/", "plexsync/"))}
    assert endings <= {".py", ".typed", ".txt", ""}


def test_parts_for_developers_stay_at_home(entries: dict[str, zipfile.ZipInfo]) -> None:
    parts = {part for name in entries if name.startswith("plexsync/") for part in Path(name).parts}
    assert not parts & {"cli", "tests", "__pycache__"}


def test_every_file_can_be_read_by_everybody(entries: dict[str, zipfile.ZipInfo]) -> None:
    assert {oct(entry.external_attr >> 16) for entry in entries.values()} == {"0o644"}
    assert not [name for name, entry in entries.items() if entry.is_dir()]


def test_licences_of_what_is_shipped_come_along(entries: dict[str, zipfile.ZipInfo]) -> None:
    assert {re.split(r"[/-]", name)[1] for name in entries if "/licenses/" in name} == {
        "tomlkit",
        "urllib3",
        "websocket_client",
    }


def test_the_same_files_give_the_same_bytes(built: Path, tmp_path: Path) -> None:
    shutil.copy2(ROOT / "LICENSE", tmp_path)
    for folder in (*map(ROOT.joinpath, ("scripts", "plugin", "src", "requirements")), *ROOT.glob("build/wheels-*")):
        shutil.copytree(folder, tmp_path / folder.relative_to(ROOT))  # nobody edits the copy meanwhile
    bundle, differences = str(tmp_path / "scripts" / "bundle.py"), {"TZ": "Pacific/Auckland", "PYTHONHASHSEED": "7"}
    subprocess.run([sys.executable, bundle, str(tmp_path / "one")], check=True)
    for path in tmp_path.rglob("*"):
        path.chmod(0o700)
    command = [sys.executable, bundle, str(tmp_path / "two")]
    subprocess.run(command, check=True, env={**os.environ, **differences}, umask=0o077)
    for name in (ZIP, "index.yml"):
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes()


def test_every_module_loads_from_the_zip_alone(any_python: str, plugin_folder: Path) -> None:
    command = [any_python, "-I", "-S", "-W", "error", "-c", IMPORT_ALL, str(plugin_folder)]
    files = json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout)
    shipped = {name: path for name, path in files.items() if name.split(".")[0] in {"plexsync", "tomlkit", "urllib3"}}
    assert {"plexsync.domain.settings", "plexsync.stash_plugin", "urllib3", "tomlkit"} <= shipped.keys()
    assert all(path.startswith(str(plugin_folder)) for path in shipped.values())
    assert not [path for path in files.values() if "site-packages" in path or "dist-packages" in path]


def test_the_index_names_this_zip(built: Path) -> None:
    rows = dict(re.findall(r'^[- ] +(\w+): "(.*)"$', (built / "index.yml").read_text("utf-8"), re.MULTILINE))
    assert rows["id"] == "StashPlexSync"
    assert rows["version"] == plexsync.__version__
    assert rows["path"] == ZIP
    assert rows["sha256"] == hashlib.sha256((built / ZIP).read_bytes()).hexdigest()
    assert dt.datetime.strptime(rows["date"] + "+0000", "%Y-%m-%d %H:%M:%S%z").year >= 2026


def test_generated_files_are_up_to_date() -> None:
    subprocess.run([sys.executable, str(ROOT / "scripts" / "generate.py"), "--check"], check=True)


def test_the_yml_has_no_key_stash_does_not_know(yml: str) -> None:
    keys: dict[int, set[str]] = {}
    for line in yml.splitlines():
        if found := re.match(r"( *(?:- )?)([\w/]+):", line):
            keys.setdefault(len(found[1]), set()).add(found[2])
        else:
            assert line.startswith("#"), line
    form = {setting.key for setting in SETTINGS if setting.in_form}
    top = {"name", "description", "version", "interface", "exec", "errLog", "ui", "settings", "hooks", "tasks"}
    assert keys[0] == top
    assert keys[2] == {"javascript", "assets"} | form
    assert keys[4] == {"/", "displayName", "description", "type", "name", "triggeredBy", "defaultArgs"}
    assert keys[6] == {"mode", "task"}
    assert keys.keys() == {0, 2, 4, 6}
    assert "\t" not in yml


def test_the_yml_says_how_it_is_run(yml: str) -> None:
    assert '\nexec: ["python", "-I", "-S", "{pluginDir}/hook.py"]\n' in yml
    assert f'\nversion: "{plexsync.__version__}"\n' in yml
    assert '\ninterface: "raw"\n' in yml
    assert re.findall(r"triggeredBy: (.*)", yml) == ['["Scene.Create.Post"]']


def test_the_menu_has_the_fixed_names(yml: str) -> None:
    assert re.findall(r'^  - name: "(.*)"', yml.partition("\ntasks:\n")[2], re.MULTILINE) == [
        "Sync All Scenes",
        "Sync Recent Scenes",
        "Process Queue",
        "View Queue Status",
        "Retry Dead Letters",
        "Clear Queue",
        "Clear Dead Letters",
        "Purge Old Dead Letters",
        "Health Check",
        "Reconcile Library",
        "Reconcile Library: All Scenes",
        "Reconcile Library: Last 24 Hours",
        "Reconcile Library: Last 7 Days",
        "Reconcile Library: Custom Range",
        "Preview Reconcile",
        "Allow Mass Change",
        "Restart Agent",
    ]


@pytest.mark.slow
def test_wheel_and_sdist(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "build", "--no-isolation", "--outdir", str(tmp_path), str(ROOT)]
    subprocess.run(
        command, check=True, stdout=subprocess.DEVNULL, env={**os.environ, "SOURCE_DATE_EPOCH": "1790000000"}
    )
    name = f"stash_plexsync-{plexsync.__version__}"
    with zipfile.ZipFile(tmp_path / f"{name}-py3-none-any.whl") as wheel:
        names = wheel.namelist()
    assert "plexsync/stash_plugin/__init__.py" in names
    assert {part.split("/")[0] for part in names} == {"plexsync", f"{name}.dist-info"}
    with tarfile.open(tmp_path / f"{name}.tar.gz") as sdist:
        assert f"{name}/plugin/hook.py" in sdist.getnames()


@pytest.mark.slow
def test_the_simulators_have_a_wheel_of_their_own(built: Path, tmp_path: Path) -> None:
    copy = tmp_path / "tree"
    for part in ("simulators", "src/plexsync"):
        shutil.copytree(ROOT / part, copy / part, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(built / "StashPlexSync.zip", copy / "simulators" / "plexsync_simulators")
    command = [sys.executable, "-m", "build", "--no-isolation", "--wheel", "--outdir", str(tmp_path), "simulators"]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, cwd=copy)
    name = f"plexsync_simulators-{plexsync.__version__}"
    with zipfile.ZipFile(tmp_path / f"{name}-py3-none-any.whl") as wheel:
        names = wheel.namelist()
    assert {part.split("/")[0] for part in names} == {"plexsync_simulators", f"{name}.dist-info"}
    assert "plexsync_simulators/StashPlexSync.zip" in names
    assert "plexsync_simulators/stash/graphql/schema/v0.30.1.graphql" in names
    with zipfile.ZipFile(built / "StashPlexSync.zip") as plugin:
        assert [entry for entry in plugin.namelist() if "simulat" in entry or "yaml" in entry] == []


def test_nothing_is_left_in_the_plugins_folder_that_stash_did_not_put_there(own_plugin: Path, tmp_path: Path) -> None:
    """Stash removes the files it installed and the folder only if it is then empty (docs/engineering/stash.md §6)."""
    before = {path.relative_to(own_plugin) for path in own_plugin.rglob("*")}
    wake = document(tmp_path, {"mode": "operation", "operation": "wake"})
    for _ in range(2):  # the first run makes the data folder, the second finds it
        run_plugin(own_plugin, wake, environment={"PLEXSYNC_NO_AGENT": "1"}).assert_well_behaved()
    assert {path.relative_to(own_plugin) for path in own_plugin.rglob("*")} == before
    assert any((tmp_path / "plexsync" / "pycache").rglob("*.pyc"))
