"""Plugins on the simulated Stash: operations, tasks, jobs, settings and loading, each held against its recording."""

from __future__ import annotations

import json
import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from sim_stash_client import BareStash
from sim_stash_library import DEVELOP, recorded
from sim_stash_plugin import Recorder, write_plugin

from plexsync_simulators.process import start_stash
from plexsync_simulators.shared.json_type import Json
from plexsync_simulators.stash.plugins import yml
from plexsync_simulators.stash.plugins.registry import BadPlugin, load

READ = "import sys, json, os, time; args = json.load(sys.stdin)['args']\n"
# Acts of the recorded plugins, by their names and answers.
OPERATIONS = {
    "bareint": "print(5)",
    "barelist": "print('[1,2]')",
    "empty": "",
    "exit1": "sys.exit(1)",
    "exit1out": "print('{\"output\":1}'); sys.exit(1)",
    "jsonboth": 'print(\'{"error":"it failed","output":1}\')',
    "jsonerr": 'print(\'{"error":"it failed"}\')',
    "listout": 'print(\'{"output":[1,2.5,"x",null,true]}\')',
    "nonjson": "print('hello not json')",
    "nooutput": "print('{\"a\":1}')",
    "nullout": "print('{\"output\":null}')",
    "printjson": "print('stray'); print('{\"output\":{\"a\":1}}')",
    "raiser": "raise ValueError('boom')",
    "strout": 'print(\'{"output":"text"}\')',
    "twojson": 'print(\'{"output":{"a":1}}\'); print(\'{"output":{"a":2}}\')',
}
SLEEPER = """
for step in range(19):
    print("\\x01p\\x02%.2f" % ((step + 1) / 20), file=sys.stderr, flush=True)
    time.sleep(float(args.get("step", 0.05)))
"""
TASK = "mutation($id:ID!,$t:String,$a:Map){runPluginTask(plugin_id:$id,task_name:$t,args_map:$a)}"
JOB = "query($i:ID!){findJob(input:{id:$i}){id status subTasks description progress startTime endTime addTime error}}"
OPERATION = "mutation($id:ID!,$a:Map){runPluginOperation(plugin_id:$id,args:$a)}"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("stash")


@pytest.fixture(scope="module")
def stash(folder: Path) -> Iterator[BareStash]:
    plugins = folder / "plugins"
    Recorder(plugins)
    for id_, code in OPERATIONS.items():
        write_plugin(plugins, id_, READ + code)
    write_plugin(plugins, "emptyexec", exec=[])
    write_plugin(plugins, "noexec", exec=["/no/such/program"], tasks=[{"name": "noexec"}])
    write_plugin(plugins, "failtask", READ + OPERATIONS["jsonerr"], tasks=[{"name": "F"}])
    write_plugin(plugins, "sleeper", READ + SLEEPER, tasks=[{"name": "Sleep"}])
    with start_stash(dir=folder, version=DEVELOP) as process:
        yield BareStash(process)


@pytest.mark.parametrize("name", [*OPERATIONS, "emptyexec", "noexec", "unknown_plugin", "wrong_case"])
def test_an_operation_is_answered_as_recorded(stash: BareStash, folder: Path, name: str) -> None:
    recording = recorded("graphql", f"operation_{name}")
    own = json.dumps(stash.post(recording["request"]["body"]).body)
    assert json.loads(own.replace(str(folder), "/root/.stash")) == recording["response"]["body"]


def test_a_disabled_plugin_is_not_run(stash: BareStash) -> None:
    stash.data("mutation($m:BoolMap!){setPluginsEnabled(enabledMap:$m)}", m={"nonjson": False})
    recording = recorded("graphql", "operation_disabled_plugin")
    assert stash.post(recording["request"]["body"]).body == recording["response"]["body"]
    stash.data("mutation($m:BoolMap!){setPluginsEnabled(enabledMap:$m)}", m={"nonjson": True})


def wait(stash: BareStash, job: str, *statuses: str) -> Json:
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        found: Json = stash.data(JOB, i=job)["findJob"]
        if found["status"] in (statuses or ("FINISHED", "FAILED", "CANCELLED")):
            return found
        time.sleep(0.02)
    raise AssertionError(f"job {job} does not become {statuses}")


def timeless(job: Json) -> Json:
    """A job without its id and moments, which only have to be there or not."""
    moments = {name: job[name] is None for name in ("startTime", "endTime", "addTime")}
    return {**job, **moments, "id": "?"}


@pytest.mark.parametrize(
    ("plugin", "task", "recording"),
    [("failtask", "F", "find_job_plugin_error"), ("noexec", "noexec", "find_job_exec_missing")],
)
def test_a_task_that_goes_wrong_ends_as_recorded(
    stash: BareStash, folder: Path, plugin: str, task: str, recording: str
) -> None:
    job = wait(stash, stash.data(TASK, id=plugin, t=task)["runPluginTask"])
    own = json.loads(json.dumps(timeless(job)).replace(str(folder), "/root/.stash"))
    assert own == timeless(recorded("graphql", recording)["response"]["body"]["data"]["findJob"])


@pytest.mark.parametrize("name", ["unknown_plugin", "unknown_task"])
def test_an_unknown_task_gets_a_job_that_fails(stash: BareStash, name: str) -> None:
    recording = recorded("graphql", f"find_job_{name}")
    job = wait(stash, stash.data(TASK, **recording["variables"])["runPluginTask"])
    expected = recording["response"]["findJob"]
    assert {key: job[key] for key in ("status", "description", "progress", "error")} == {
        key: expected[key] for key in ("status", "description", "progress", "error")
    }


def test_jobs_run_one_after_the_other_with_progress_and_can_be_stopped(stash: BareStash) -> None:
    assert stash.ask("{jobQueue{id}}") == recorded("graphql", "job_queue_empty")["response"]["body"]
    first = stash.data(TASK, id="sleeper", t="Sleep", a={"step": 60})["runPluginTask"]
    second = stash.data(TASK, id="recorder", t="Sync all")["runPluginTask"]
    running, waiting = wait(stash, first, "RUNNING"), wait(stash, second, "READY")
    expected = recorded("graphql", "find_job_waiting")["response"]["body"]["data"]["findJob"]
    assert timeless(waiting) == timeless(expected)
    expected = recorded("graphql", "find_job_while_running")["response"]["body"]["data"]["findJob"]
    assert {**timeless(running), "progress": 0.3} == timeless(expected)
    assert [job["id"] for job in stash.data("{jobQueue{id}}")["jobQueue"]] == [first, second]
    while stash.data(JOB, i=first)["findJob"]["progress"] == 0:
        time.sleep(0.02)
    stash.data("mutation($i:ID!){stopJob(job_id:$i)}", i=first)
    cancelled = wait(stash, first)
    assert (cancelled["status"], cancelled["progress"], cancelled["error"]) == ("CANCELLED", 0.05, None)
    assert wait(stash, second)["status"] == "FINISHED"


def test_a_waiting_job_that_is_stopped_never_runs(stash: BareStash) -> None:
    first = stash.data(TASK, id="sleeper", t="Sleep", a={"step": 60})["runPluginTask"]
    second = stash.data(TASK, id="recorder", t="Sync all")["runPluginTask"]
    stash.data("mutation($i:ID!){stopJob(job_id:$i)}", i=second)
    stash.data("mutation{stopAllJobs}")
    assert wait(stash, second)["startTime"] is None
    assert wait(stash, first)["status"] == "CANCELLED"


def test_stopping_kills_the_plugin_only_and_its_children_live_on(stash: BareStash, folder: Path) -> None:
    child = folder / "child.pid"
    code = (
        "import subprocess\n"
        "command = [sys.executable, '-c', 'import time; time.sleep(20)']\n"
        "child = subprocess.Popen(command, stdin=-3, stdout=-3, stderr=-3, start_new_session=True)\n"
        f"open({str(child)!r}, 'w').write(str(child.pid))\n"
        "time.sleep(20)\n"
    )
    write_plugin(folder / "plugins", "parent", READ + code, tasks=[{"name": "T"}])
    stash.data("mutation{reloadPlugins}")
    job = stash.data(TASK, id="parent", t="T")["runPluginTask"]
    while not (child.exists() and child.read_text("utf-8")):
        time.sleep(0.02)
    stash.data("mutation($i:ID!){stopJob(job_id:$i)}", i=job)
    assert wait(stash, job)["status"] == "CANCELLED"
    pid = int(child.read_text("utf-8"))
    # Raises ProcessLookupError if it does not live any more.
    os.kill(pid, signal.SIGKILL)


def test_log_lines_have_their_levels_and_the_plugins_name(stash: BareStash, folder: Path) -> None:
    code = (
        "write = lambda text: (sys.stderr.write(text), sys.stderr.flush())\n"
        "for level in 'tdiwe': write('\\x01%s\\x02level %s\\n' % (level, level))\n"
        "write('plain\\n\\n'); write('\\x01x\\x02odd\\n'); write('\\x01i\\x02no newline')\n"
    )
    write_plugin(folder / "plugins", "talker", READ + code, name="The Talker")
    stash.data("mutation{reloadPlugins}")
    stash.data(OPERATION, id="talker")
    lines = stash.process.control("GET", "log")
    own = [(line["level"], line["message"]) for line in lines if line["message"].startswith("[Plugin / The Talker]")]
    prefix = "[Plugin / The Talker] "
    assert own == [
        ("trace", f"{prefix}level t"),
        ("debug", f"{prefix}level d"),
        ("info", f"{prefix}level i"),
        ("warning", f"{prefix}level w"),
        ("error", f"{prefix}level e"),
        ("error", f"{prefix}plain"),
        ("error", f"{prefix}\x01x\x02odd"),
        ("info", f"{prefix}no newline"),
    ]


def test_a_line_too_long_ends_all_logging_and_breaks_the_pipe(stash: BareStash, folder: Path) -> None:
    code = (
        "sys.stderr.write('before\\n' + 'x' * 70000 + '\\nafter\\n'); sys.stderr.flush()\n"
        "time.sleep(0.3)\n"
        "try:\n    os.write(2, b'more\\n')\nexcept BrokenPipeError: print('broken')\n"
    )
    write_plugin(folder / "plugins", "longline", READ + code)
    stash.data("mutation{reloadPlugins}")
    assert stash.data(OPERATION, id="longline")["runPluginOperation"] == "broken\n"
    own = [one["message"] for one in stash.process.control("GET", "log") if "longline]" in one["message"]]
    assert own == ["[Plugin / longline] before"]


def test_a_plugin_gets_the_parent_of_its_folder_as_python_path(stash: BareStash, folder: Path) -> None:
    write_plugin(
        folder / "plugins",
        "env",
        READ + "print(json.dumps({'output': [os.environ['PYTHONPATH'], sys.argv[0]]}))",
    )
    stash.data("mutation{reloadPlugins}")
    path, script = stash.data(OPERATION, id="env")["runPluginOperation"]
    assert path.split(os.pathsep)[-1] == str(folder / "plugins" / "community")
    assert script == str(folder / "plugins" / "community" / "env" / "run.py")


SETTINGS = (
    "plugin_settings_never_saved configure_plugin plugin_settings_after_save configure_plugin_replaces"
    " plugin_settings_after_replace plugin_settings_case configure_plugin_unknown_id configure_plugin_dotted_key"
    " plugin_settings_after_dotted_key plugin_settings_all"
)


def test_settings_are_kept_as_recorded_and_survive_a_restart(tmp_path: Path) -> None:
    with start_stash(dir=tmp_path, version=DEVELOP) as process:
        for name in SETTINGS.split():
            recording = recorded("graphql", name)
            assert BareStash(process).post(recording["request"]["body"]).body == recording["response"]["body"], name
    with start_stash(dir=tmp_path, version=DEVELOP) as process:
        recording = recorded("graphql", "plugin_settings_dotted_key_after_restart")
        assert BareStash(process).post(recording["request"]["body"]).body == recording["response"]["body"]


def test_the_list_of_plugins_has_the_recorded_shape(stash: BareStash) -> None:
    recording = recorded("graphql", "plugins_list")
    own = {one["id"]: one for one in stash.post(recording["request"]["body"]).body["data"]["plugins"]}
    expected = {one["id"]: one for one in recording["response"]["body"]["data"]["plugins"]}
    for id_ in ("bareint", "failtask", "noexec", "exit1"):
        assert {**own[id_], "tasks": None} == {**expected[id_], "tasks": None}
    assert own["failtask"] == expected["failtask"]


def test_hooks_of_all_plugins_run_in_order_and_a_missing_program_ends_the_round(tmp_path: Path) -> None:
    note = f"open({str(tmp_path / 'order')!r}, 'a').write"
    hook = [{"name": "H", "triggeredBy": ["Scene.Update.Post"]}]
    for id_ in ("a_first", "Z_upper", "c_never"):
        write_plugin(tmp_path / "plugins", id_, f"{note}('{id_} ')", hooks=hook)
    write_plugin(tmp_path / "plugins", "b_missing", exec=["/no/such"], hooks=hook)
    with start_stash(dir=tmp_path, library={"scenes": [{"title": "x"}]}) as process:
        BareStash(process).data('mutation{sceneUpdate(input:{id:1,title:"y"}){id}}')
        errors = [line["message"] for line in process.control("GET", "log") if line["level"] == "error"]
    assert (tmp_path / "order").read_text("utf-8") == "Z_upper a_first "
    assert len(errors) == 1
    assert errors[0].startswith("error executing post hooks: error running plugin: fork/exec")


def test_a_hook_that_edits_its_own_scene_with_the_cookie_runs_ten_times(tmp_path: Path) -> None:
    code = (
        "import json, sys, urllib.request\n"
        "document = json.load(sys.stdin); server = document['server_connection']\n"
        f"open({str(tmp_path / 'runs')!r}, 'a').write('x')\n"
        "body = json.dumps({'query': 'mutation{sceneUpdate(input:{id:1,title:\"z\"}){id}}'}).encode()\n"
        "request = urllib.request.Request('http://127.0.0.1:%d/graphql' % server['Port'], body)\n"
        "request.add_header('Content-Type', 'application/json')\n"
        "request.add_header('Cookie', 'session=' + server['SessionCookie']['Value'])\n"
        "urllib.request.urlopen(request).read()\n"
    )
    write_plugin(tmp_path / "plugins", "loop", code, hooks=[{"name": "H", "triggeredBy": ["Scene.Update.Post"]}])
    with start_stash(dir=tmp_path, library={"scenes": [{"title": "x"}]}) as process:
        BareStash(process).data('mutation{sceneUpdate(input:{id:1,title:"y"}){id}}')
    assert (tmp_path / "runs").read_text("utf-8") == "x" * 10


def test_a_client_that_leaves_kills_the_hook_and_the_rest_of_the_round(tmp_path: Path) -> None:
    code = f"import time; open({str(tmp_path / 'runs')!r}, 'a').write('s'); time.sleep(0.4)\n"
    code += f"open({str(tmp_path / 'runs')!r}, 'a').write('e')\n"
    write_plugin(tmp_path / "plugins", "slow", code, hooks=[{"name": "H", "triggeredBy": ["Scene.Update.Post"]}])
    scenes = [{"title": str(number)} for number in range(30)]
    bulk = 'mutation($i:[ID!]){bulkSceneUpdate(input:{ids:$i,title:"new"}){id}}'
    with start_stash(dir=tmp_path, library={"scenes": scenes}) as process:
        client = BareStash(process)
        with pytest.raises(Exception, match="timed out"):
            client.send(
                "POST",
                "/graphql",
                body=json.dumps({"query": bulk, "variables": {"i": list(range(1, 31))}}),
                headers={"Content-Type": "application/json"},
                timeout=1.2,
            )
        time.sleep(0.6)
        runs = (tmp_path / "runs").read_text("utf-8")
        assert runs.count("s") < 6
        assert runs.count("e") == runs.count("s") - 1
        titles = {
            one["title"]
            for one in client.data("{findScenes(filter:{per_page:-1}){scenes{title}}}")["findScenes"]["scenes"]
        }
        assert titles == {"new"}


GOOD = [
    "name: x",
    "{}",
    "exec: []",
    "name: x\r\nversion: 0.1\r\n",
    "\ufeffname: x",
    "settings:\n",
    "settings:\n  a:\n",
    "settings:\n  a.b:\n    displayName: A",
    "settings:\n  a:\n    displayName: 'It''s'\n    type: STRING",
    "tasks:\n- description: nameless\n",
    "hooks:\n  - name: H\n    triggeredBy: [Scene.Merge.Post]",
    "tasks:\n  - name: T\n    defaultArgs: {a: 5, b: true, c: 1.50, d: on, e: ~}",
    "errLog: loud",
    "name: one\n---\nname: two",
    "description: |\n  several\n  lines\nname: x",
    "ui:\n  javascript:\n    - a.js\n  assets:\n    no-slash: dist",
    "name: Ünïcode # and a comment",
]
BAD = [
    "",
    "# only a comment\n",
    "nosuch: 1",
    "name: x\nname: y",
    "tasks:\n  - name: T\n    nosuch: 1",
    "hooks:\n  - name: H\n    nosuch: 1",
    "settings:\n  a:\n    default: 1",
    "ui:\n  nosuch: 1",
    "name: x\n\ttab: y",
    "interface: python",
    "interface: RAW",
    "settings:\n  a:\n    type: string",
    "settings:\n  a:\n    type: PASSWORD",
    "settings:\n  - a",
    "tasks:\n  - name: T\n    defaultArgs:\n      a: [1]",
    "tasks:\n  - name: T\n    defaultArgs:\n      a: {b: 1}",
    "hooks:\n  - name: H\n    triggeredBy: Scene.Update.Post",
    "exec: python",
    "just text",
]


@pytest.mark.parametrize("text", GOOD)
def test_a_plugin_file_that_the_real_server_loads_is_loaded(tmp_path: Path, text: str) -> None:
    path = tmp_path / "the id.yml"
    path.write_bytes(text.encode())
    assert load(path).id == "the id"


@pytest.mark.parametrize("text", BAD)
def test_a_plugin_file_that_the_real_server_rejects_is_rejected(tmp_path: Path, text: str) -> None:
    path = tmp_path / "x.yml"
    path.write_bytes(text.encode())
    with pytest.raises((BadPlugin, yml.BadYaml)):
        load(path)


def test_default_arguments_become_texts(tmp_path: Path) -> None:
    path = tmp_path / "x.yml"
    path.write_text(
        "tasks:\n  - name: T\n    defaultArgs: {a: 5, b: true, c: 1.50, d: on, e: ~, f: 2024-01-01}", "utf-8"
    )
    assert load(path).tasks[0].arguments == {"a": "5", "b": "true", "c": "1.50", "d": "on", "e": "", "f": "2024-01-01"}


def test_other_ymls_cost_a_log_line_and_ids_are_one_whatever_their_case(tmp_path: Path) -> None:
    for id_ in ("PlexSync", "plexsync"):
        write_plugin(tmp_path / "plugins" / id_, id_)
    (tmp_path / "plugins" / "mkdocs.yml").write_text("site_name: x", "utf-8")
    (tmp_path / "plugins" / "fine.yaml").write_text("site_name: x", "utf-8")
    with start_stash(dir=tmp_path) as process:
        plugins = BareStash(process).data("{plugins{id}}")["plugins"]
        errors = [line["message"] for line in process.control("GET", "log") if line["level"] == "error"]
    assert plugins == [{"id": "PlexSync"}]
    assert [error.split(": ", 1)[1] for error in errors] == [
        "field site_name not found in type plugin.Config",
        "plugin ID plexsync already exists",
    ]
