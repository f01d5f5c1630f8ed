"""A full disk, a closed folder, a damaged database, a wrong clock, a second agent, a replaced plugin.

Real agents: each time no edit is lost, and somebody says what is the matter.
"""

from __future__ import annotations

import os
import random
import shutil
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from pathlib import Path

import pytest
from agent_stage import Stage, single
from kept_stage import Keeper, end_all_agents, settle
from plugin_process import CONFINED, document, lock_held, run_plugin
from steering import tell

from plexsync.agent.lock import is_held
from plexsync.store import Store
from plexsync.store.schema import MIGRATIONS
from plexsync.store.state import AGENT_STATUS, REBUILD_NEEDS_RUN, AgentStatus

DAY = 24 * 3600.0
NO_ENTRIES = b"\x0a\0\0\0\0\x10\0\0" + bytes(4096 - 8)  # a leaf page of an index
SAVE_MANY = "mutation Do($input: [SceneUpdateInput!]!) { scenesUpdate(input: $input) { id } }"
MINE = {"summary": "A person's own words."}


@pytest.fixture(scope="module")
def keeper() -> Iterator[Keeper]:
    keeper = Keeper()
    yield keeper
    keeper.drop()


@pytest.fixture
def stage(keeper: Keeper, request: pytest.FixtureRequest) -> Iterator[Stage]:
    """All is in sync and no agent lives; the next one is an odd one."""
    failed = request.session.testsfailed
    stage = keeper.stage()
    try:
        settle(stage)
    except BaseException:
        keeper.drop()
        raise
    yield stage
    if request.session.testsfailed > failed:
        keeper.drop()
        return
    stage.kill_agent()
    assert not is_held(stage.data), "a test leaves no agent behind"
    stage.forget_store()
    stage.plex.control("POST", "down", {"seconds": 0})
    stage.plex.control("POST", "faults", [])
    item = stage.item_of(single(stage.world, 1)[0])
    if item.get("summary") == MINE["summary"]:  # an empty field is no person's: Stash's value comes back
        stage.plex.control("POST", f"items/{item['ratingKey']}", {"set": {"summary": ""}})


def command_line(stage: Stage, *words: str, confined: Sequence[str] = ()) -> subprocess.CompletedProcess[str]:
    command = [*confined, sys.executable, "-m", "plexsync.cli", "--data", str(stage.data), *words]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)


def start(stage: Stage, **circumstances: str) -> Callable[[str], float]:
    """Start an agent and return how to wait until its log says something."""
    before = len(stage.log())
    stage.start_agent(**circumstances)

    def wait_to_say(words: str) -> float:
        return stage.wait_until(lambda: words in stage.log()[before:], 40)

    return wait_to_say


def edit_many(stage: Stage, words: str) -> None:
    """Much enough to fill a database that may not grow."""
    scenes = [scene["id"] for scene in stage.world.stash["scenes"] if scene["files"]]
    stage.ask_stash(SAVE_MANY, input=[{"id": scene, "details": f"{words} {scene} {'x' * 4000}"} for scene in scenes])


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux lifts a limit of another process")
def test_a_full_disk_is_waited_for_and_said(stage: Stage) -> None:
    import resource  # noqa: PLC0415  does not exist on Windows

    size = max(file.stat().st_size for file in stage.data.glob("*"))
    space = stage.folder / "space"
    tell(space, size + 150_000)
    wait_to_say = start(stage, ODD_SPACE=str(space))
    wait_to_say("in sight")
    edit_many(stage, "too much")
    wait_to_say("Work goes on once it can")
    assert is_held(stage.data), "it waits, and nobody else begins"
    edit_many(stage, "more")
    tell(space, 0)
    resource.prlimit(stage.agent_pid, resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    stage.wait_equal(30)
    assert stage.agent_exit is None
    assert stage.integrity() == "ok"


def is_allowed_to_mount(folder: Path) -> bool:
    done = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=12m", "tmpfs", folder], capture_output=True, check=False)
    return done.returncode == 0


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="only root may mount a small disk")
def test_a_disk_that_is_really_full_is_waited_for_and_said(stage: Stage) -> None:
    disk, data = stage.folder / "disk", stage.data
    disk.mkdir()
    if not is_allowed_to_mount(disk):
        pytest.skip("mounting is not allowed here")
    try:
        shutil.copy(data / "settings.toml", disk)
        stage.data = disk
        stage.program = ("-m", "plexsync.cli")
        stage.begin()
        stage.sync_all()
        fill_up(disk / "ballast")
        edit_many(stage, "on a full disk")
        stage.wait_until(lambda: is_told_to_be_unusable(stage), 30)
        assert is_held(stage.data)
        (disk / "ballast").unlink()
        stage.wait_equal(30)
        assert stage.integrity() == "ok"
        assert stage.agent_exit is None
    finally:
        stage.kill_agent()
        stage.forget_store()
        stage.data = data
        subprocess.run(["umount", disk], check=True)
    stage.begin()
    stage.sync_all()  # this data folder knows nothing yet of what the other one's agent has written


def fill_up(file: Path) -> None:
    with file.open("wb", buffering=0) as ballast:
        try:
            while True:
                ballast.write(b"\0" * 4096)
        except OSError:
            return


def is_told_to_be_unusable(stage: Stage) -> bool:
    return f"data folder {stage.data} cannot be used" in command_line(stage, "status").stdout


def forbid(folder: Path, mode: int = 0o500) -> None:
    for file in folder.iterdir():
        file.chmod(0o500 if file.is_dir() else 0o400)
    folder.chmod(mode)


def allow(folder: Path) -> None:
    folder.chmod(0o700)
    for file in folder.iterdir():
        file.chmod(0o700 if file.is_dir() else 0o600)


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX permissions")
def test_a_folder_that_cannot_be_written_is_refused_in_words(stage: Stage) -> None:
    (scene,) = single(stage.world, 1)
    forbid(stage.data)
    try:
        stage.edit_scene(scene, details="while nobody could note anything")
        for words in ("agent", "status"):
            refused = command_line(stage, words, confined=CONFINED)
            assert refused.returncode == 6
            assert f"data folder {stage.data} cannot be used" in refused.stderr
            assert "may write there" in refused.stderr
            assert "Traceback" not in refused.stderr
    finally:
        allow(stage.data)
    stage.start_agent()
    stage.wait_equal(30)


def test_a_database_that_becomes_read_only_under_the_agent_is_waited_for_and_said(stage: Stage) -> None:
    barrier = stage.folder / "read_only"
    wait_to_say = start(stage, ODD_READ_ONLY=str(barrier))
    wait_to_say("in sight")
    pid = stage.agent_pid
    barrier.touch()
    edit_many(stage, "nobody can note this")
    wait_to_say("attempt to write a readonly database")
    wait_to_say("Work goes on once it can")
    edit_many(stage, "nor this")
    assert is_held(stage.data), "it waits, and nobody else begins"
    barrier.unlink()
    stage.wait_equal(30)
    assert (stage.agent_exit, stage.agent_pid) == (None, pid)


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX permissions")
def test_a_folder_that_is_closed_under_the_agent_stops_nothing(stage: Stage) -> None:
    """It has its database open; what it cannot make anew meanwhile it does without."""
    os.utime(stage.data / "state.db")  # another hand was at it: that asks for a check
    before = len(stage.log())
    agent = subprocess.Popen([*CONFINED, sys.executable, "-m", "plexsync.cli", "--data", str(stage.data), "agent"])
    try:
        stage.wait_until(lambda: stage.store.state.get(AGENT_STATUS, AgentStatus()).pid == agent.pid, 20)
        stage.wait_until(lambda: "reconcile" in stage.log()[before:], 20)  # each thread has its connection by then
        forbid(stage.data)
        edit_many(stage, "into a closed folder")
        stage.wait_equal(30)
        stage.wait_until(lambda: "the database is sound" in stage.log()[before:], 20)
        edit_many(stage, "into a folder that is closed still")
        stage.wait_equal(30)
        allow(stage.data)
        edit_many(stage, "into an open one")
        stage.wait_equal(30)
        assert agent.poll() is None
        assert stage.integrity() == "ok"
    finally:
        allow(stage.data)
        agent.kill()
        agent.wait()


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX permissions")
@pytest.mark.parametrize("mode", [0o500, 0o000], ids=["read-only", "shut"])
def test_a_folder_that_is_closed_while_the_agent_starts_is_waited_for_and_said(stage: Stage, mode: int) -> None:
    """A thread that cannot open the database does not wait out its own pauses, which grow to minutes."""
    stage.stash.control("POST", "faults", [{"kind": "hold", "times": -1}])
    before = len(stage.log())
    agent = subprocess.Popen([*CONFINED, sys.executable, "-m", "plexsync.cli", "--data", str(stage.data), "agent"])
    try:
        stage.wait_until(lambda: stage.told.pid == agent.pid, 20)
        forbid(stage.data, mode)
        stage.stash.control("POST", "faults", [])
        stage.wait_until(lambda: "Work goes on once it can" in stage.log()[before:], 20)
        edit_many(stage, "while the folder is closed")
        assert is_held(stage.data), "it waits, and nobody else begins"
        allow(stage.data)
        stage.wait_equal(20)
        assert agent.poll() is None
        assert stage.told.pid == agent.pid
        assert stage.integrity() == "ok"
    finally:
        stage.stash.control("POST", "faults", [])
        allow(stage.data)
        agent.kill()
        agent.wait()


def test_a_database_of_a_newer_version_is_refused_in_words_and_left_alone(stage: Stage) -> None:
    path = stage.data / "state.db"
    set_version(path, 999)
    before = path.read_bytes()
    refused = command_line(stage, "agent")
    assert refused.returncode == 4
    assert "was written by a newer PlexSync" in refused.stderr
    assert "Install the newer PlexSync again" in refused.stderr
    assert "was written by a newer PlexSync" in stage.log().splitlines()[-1]
    assert path.read_bytes() == before
    assert not list(stage.data.glob("*.damaged*"))
    set_version(path, len(MIGRATIONS))


def set_version(path: Path, number: int) -> None:
    with sqlite3.connect(path) as state:
        state.execute(f"PRAGMA user_version = {number}")
    state.close()


def spoil(path: Path, how: str) -> None:
    """Damage a database as a failing disk does."""
    size = path.stat().st_size
    if how == "everywhere":
        with path.open("r+b") as file:
            file.seek(4096)
            file.write(random.Random(1).randbytes(size - 4096))
        return
    name = {"queue": "job", "index": "job_cause"}.get(how)
    with closing(sqlite3.connect(path)) as state:
        (page,) = state.execute("SELECT rootpage FROM sqlite_master WHERE name = ?", (name,)).fetchone() or (1,)
    with path.open("r+b") as file:
        file.seek((page - 1) * 4096)
        file.write(NO_ENTRIES if how == "index" else random.Random(1).randbytes(4096))


@pytest.mark.parametrize("how", ["queue", "head"])
def test_a_damaged_database_is_put_aside_and_built_anew(stage: Stage, how: str) -> None:
    persons, other = single(stage.world, 2)
    file, key = stage.world.belongs[persons][0], stage.item_of(persons)["ratingKey"]
    stage.plex.control("POST", f"items/{key}", {"set": MINE, "lock": ["summary"]})
    for older in stage.data.glob("*.damaged*"):
        older.unlink()
    spoil(stage.data / "state.db", how)
    if how == "queue":  # else nobody may be able to tell any more that Plex's title is ours and not a person's
        stage.edit_scene(other, title=f"Edited while {how} was damaged")
    told = command_line(stage, "status")
    assert (told.returncode, "is damaged" in told.stderr) in {(3, False), (6, True)}
    start(stage)("rebuilt database")
    stage.wait_equal(30, besides=file)
    assert stage.item_now(key)["summary"] == MINE["summary"]
    (kept,) = (path for path in stage.data.glob("state.db.damaged-*") if not path.name.endswith(("-wal", "-shm")))
    words = f"is kept as {kept}"
    assert words in stage.log()
    assert words in command_line(stage, "status").stdout
    assert stage.integrity() == "ok"
    stage.edit_scene(other, details=f"after {how}")
    stage.wait_until(lambda: stage.item_of(other).get("summary") == f"after {how}", 20)
    stage.reset_counts()
    stage.sync_all()
    assert stage.plex_counts()["PUT"] == 0
    kept.unlink()
    assert words not in command_line(stage, "status").stdout


def test_a_task_gets_the_agent_going_that_mends_a_damaged_database(stage: Stage, own_plugin: Path) -> None:
    spoil(stage.data / "state.db", "head")
    for older in stage.data.glob("*.damaged*"):
        older.unlink()
    task = document(stage.folder, {"mode": "operation", "operation": "status"})
    environment = {"PLEXSYNC_DATA_DIR": str(stage.data)}
    try:
        refused = run_plugin(own_plugin, task, environment=environment)
        refused.assert_well_behaved()
        assert "output" in refused.answer or "is damaged" in refused.answer["error"], "the agent may have been quicker"
        stage.wait_until(lambda: list(stage.data.glob("*.damaged*")), 20)
        stage.wait_until(lambda: "output" in run_plugin(own_plugin, task, environment=environment).answer, 20)
    finally:
        stage.wait_until(lambda: stage.store.state.get(AGENT_STATUS), 20)
        end_all_agents(stage)  # each task that met none has started one


def test_an_operation_that_meets_the_damage_first_names_it(plugin_folder: Path, tmp_path: Path) -> None:
    data = tmp_path / "plexsync"
    Store(data).close()
    spoil(data / "state.db", "head")
    asked = document(tmp_path, {"mode": "operation", "operation": "status"})
    with lock_held(data):  # as by an agent that has not come so far
        refused = run_plugin(plugin_folder, asked, environment={"PLEXSYNC_DATA_DIR": str(data)})
    assert "is damaged" in refused.answer["error"]


def test_a_database_that_is_damaged_under_the_agent_is_too(stage: Stage) -> None:
    wait_to_say = start(stage)
    wait_to_say("in sight")
    pid = stage.agent_pid
    spoil(stage.data / "state.db", "everywhere")
    edit_many(stage, "into a damaged database")
    wait_to_say("rebuilt database")
    stage.wait_until(lambda: stage.store.state.get(REBUILD_NEEDS_RUN) is False, 20)  # everything has been compared once
    stage.rig_idle()
    edit_many(stage, "into the one built anew")
    stage.wait_equal(30)
    assert stage.agent_exit is None
    assert stage.agent_pid == pid
    assert stage.integrity() == "ok"


def test_a_database_that_is_deleted_under_the_agent_comes_back_with_all_it_knew(stage: Stage) -> None:
    wait_to_say = start(stage)
    wait_to_say("in sight")
    pid, (one, two) = stage.agent_pid, single(stage.world, 2)
    stage.forget_store()
    for name in ("state.db", "state.db-wal", "state.db-shm"):
        (stage.data / name).unlink(missing_ok=True)
    stage.edit_scene(one, title="into a file that has no name any more")
    wait_to_say("it is back, nothing is lost")
    wait_to_say("agent 1.")
    stage.kill_agent()
    stage.edit_scene(two, title="while nobody looked")
    stage.start_agent()
    stage.wait_equal(30)
    assert stage.item_of(two)["title"] == "while nobody looked", "what was there is known to be ours"
    assert stage.integrity() == "ok"
    assert pid != stage.agent_pid


def test_a_database_that_is_exchanged_under_the_agent_is_a_persons_choice(stage: Stage) -> None:
    backup = stage.folder / "backup.db"
    with closing(sqlite3.connect(stage.data / "state.db")) as now, closing(sqlite3.connect(backup)) as copy:
        now.backup(copy)
        copy.execute("INSERT INTO meta (key, value) VALUES ('test', '\"of the backup\"')")
        copy.commit()
    wait_to_say = start(stage)
    wait_to_say("in sight")
    stage.forget_store()
    backup.replace(stage.data / "state.db")
    wait_to_say("goes on with that one")
    edit_many(stage, "after the exchange")
    stage.wait_equal(30)
    kept = stage.store.connection.execute("SELECT value FROM meta WHERE key = 'test'").fetchone()
    assert kept[0] == '"of the backup"'


def test_damage_that_only_a_write_meets_is_found_by_the_next_life(stage: Stage) -> None:
    spoil(stage.data / "state.db", "index")
    before = len(stage.log())
    wait_to_say = start(stage)
    wait_to_say("in sight")
    pid = stage.agent_pid
    stage.edit_scene(single(stage.world, 1)[0], title="into a queue whose index lacks its entries")
    wait_to_say("rebuilt database")
    stage.wait_equal(30)
    assert (stage.agent_exit, stage.agent_pid) == (None, pid)
    assert stage.log()[before:].count("Work goes on once it can") == 1, "not again and again"
    assert stage.integrity() == "ok"


@pytest.mark.parametrize("off_by", [DAY, -DAY], ids=["ahead", "behind"])
def test_a_clock_that_is_wrong_by_a_day_and_set_right_loses_nothing(stage: Stage, off_by: float) -> None:
    one, two, three = single(stage.world, 3)
    clock = stage.folder / "clock"
    tell(clock, off_by)
    wait_to_say = start(stage, ODD_CLOCK=str(clock))
    stage.edit_scene(one, title=f"Edited by a clock off by {off_by}")
    stage.wait_until(lambda: not stage.differences(), 20)  # what is due is another question by the test's own clock
    refuse = {"match": {"method": "PUT", "query_regex": "refused"}, "kind": "status", "status": 400, "times": 9}
    stage.plex.control("POST", "faults", [refuse])
    stage.edit_scene(two, title=f"refused at first, off by {off_by}")
    stage.wait_until(lambda: stage.job(two).cause == "item_rejected", 20)  # a reconcile may revive it: refused again
    stage.plex.control("POST", "faults", [])
    stage.plex.control("POST", "down", {"seconds": 60})
    stage.edit_scene(three, title=f"Edited in an outage, off by {off_by}")
    wait_to_say("waiting (")
    began = time.monotonic()
    tell(clock, 0)
    stage.plex.control("POST", "down", {"seconds": 0})
    stage.wait_until(lambda: not stage.differences(), 30)
    assert time.monotonic() - began < 20
    stage.wait_until(lambda: stage.job(two).state.value == "done", 10)
    stage.edit_scene(one, title="Edited by a clock that is right")
    stage.wait_equal(10)


def test_of_several_agents_started_at_once_one_stays(stage: Stage) -> None:
    command = [sys.executable, "-m", "plexsync.cli", "--data", str(stage.data), "agent"]
    agents = [subprocess.Popen(command, stderr=subprocess.DEVNULL) for _ in range(4)]
    try:
        stage.wait_until(lambda: sum(agent.poll() is not None for agent in agents) == 3, 30)
        assert sorted(agent.returncode for agent in agents if agent.poll() is not None) == [3, 3, 3]
        stage.reset_counts()
        stage.edit_scene(single(stage.world, 1)[0], title="written once")
        stage.wait_equal(20)
        assert stage.plex_counts()["PUT"] == 1
        assert "Traceback" not in stage.log()
    finally:
        for agent in agents:
            agent.kill()
            agent.wait()


@pytest.mark.skipif(sys.platform == "win32", reason="a process cannot become another there")
def test_a_plugin_replaced_under_a_working_agent_loses_nothing(stage: Stage, own_plugin: Path) -> None:
    """As Stash does it: all files go, and the new version's come one by one."""
    new = own_plugin.with_name("new")
    shutil.copytree(own_plugin, new)
    version = new / "plexsync" / "__init__.py"
    version.write_text(version.read_text(encoding="utf-8") + "# newer\n", encoding="utf-8")
    agent = subprocess.Popen([sys.executable, "-I", "-S", own_plugin / "hook.py", "agent", stage.data])
    try:
        stage.wait_until(lambda: stage.store.state.get(AGENT_STATUS, AgentStatus()).pid == agent.pid, 20)
        began = stage.store.state.get(AGENT_STATUS, AgentStatus()).started_at
        edit_many(stage, "before the update")
        shutil.rmtree(own_plugin)
        edit_many(stage, "while there was no plugin")
        shutil.copytree(new, own_plugin)
        edit_many(stage, "after the update")
        stage.wait_until(lambda: stage.store.state.get(AGENT_STATUS, AgentStatus()).started_at > began, 20)
        stage.wait_equal(30)
        assert agent.poll() is None
        assert stage.store.state.get(AGENT_STATUS, AgentStatus()).pid == agent.pid
    finally:
        agent.kill()
        agent.wait()
