"""The ways of hook.py that need the package: whatever `plexsync.stash_plugin` answers, the agent, and a preview.

A file of its own because Python compiles hook.py anew at each start, and what stands here is not needed on a hook's
usual way. The two functions that hook.py calls stand last: in a file that is only half written they are not there.
"""

# Each import stands where it is needed: Stash starts whatever Python it finds, and an old one is to hear of that.
# ruff: noqa: PLC0415, PTH100, PTH112, PTH113, PTH118, PTH120

import json
import os
import sys

STDIN = 0


class Trouble(Exception):
    """Something a person can understand from its text alone."""


def lacks() -> str:
    """Return what this Python has not and PlexSync needs, "" if it has all."""
    if sys.version_info < (3, 10):  # noqa: UP036 - Stash starts whatever Python it finds
        return "Python 3.10 or newer"
    try:
        import _sqlite3  # noqa: F401
    except ImportError:
        return "a Python with the module sqlite3"
    try:
        import _ssl  # noqa: F401
    except ImportError:
        return "a Python with the module ssl"
    return ""


def open_package(data: str) -> str:
    """Make the package and its libraries importable; return their folder, or raise ImportError where it is not there.

    Compiled Python goes to the data folder: files in the plugin's folder would outlive its removal by Stash.
    """
    lacking = lacks()
    if lacking:
        version = ".".join(map(str, sys.version_info[:3]))
        raise Trouble(
            f"PlexSync needs {lacking}, and Stash started {sys.executable} (Python {version}). "
            "Choose another Python in Stash under Settings, System, Python Executable Path."
        )
    here = os.path.dirname(os.path.abspath(__file__))
    if not os.path.isfile(os.path.join(here, "plexsync", "stash_plugin", "__init__.py")):
        raise ImportError(here)
    os.umask(0o077)  # whatever is made from here on is nobody else's business
    sys.dont_write_bytecode = not os.path.isdir(data)
    sys.pycache_prefix = os.path.join(data, "pycache")
    sys.path[:1] = [here, os.path.join(here, "lib")]  # in place of the folder as hook.py wrote it
    return here


def parse(head: bytes, *, is_hook: bool) -> "dict[str, object]":
    """Return what Stash sent; of a hook's document only the connection to Stash, since the rest may be huge."""
    if not head:
        raise Trouble("nothing on stdin; Stash starts this program")
    try:
        if is_hook:
            text = head.decode("utf-8", "replace")
            start = text.index("{", text.index('"server_connection"'))
            connection, _ = json.JSONDecoder().raw_decode(text, start)
            return {"server_connection": connection, "args": {"mode": "hook"}}
        with open(STDIN, "rb", closefd=False) as stdin:
            return dict(json.loads(head + stdin.read()))
    except (ValueError, TypeError, RecursionError) as problem:
        raise Trouble("what came on stdin is no document of Stash's: " + str(problem)) from problem


def ask_package(document: "dict[str, object]") -> "dict[str, object]":
    """Let `plexsync.stash_plugin` answer."""
    server = document.get("server_connection")
    beside = os.path.join(str(server.get("Dir", "")), "plexsync") if isinstance(server, dict) else ""
    here = open_package(os.environ.get("PLEXSYNC_DATA_DIR") or beside)
    from plexsync.stash_plugin.answer import run as answer_document

    return answer_document(document, here)


def answer(head: bytes, *, is_hook: bool) -> "tuple[bytes, str]":
    """Return the answer for stdout and what is wrong ("" if nothing is); of a hook's document hook.py read the rest."""
    try:
        found = ask_package(parse(head, is_hook=is_hook))
    except Trouble as trouble:
        found = {"error": str(trouble)}
    except (ImportError, SyntaxError) as problem:  # an update that was cut off
        found = {"error": f"the plugin's folder is not complete, install PlexSync again: {problem}"}
    return json.dumps(found, allow_nan=False).encode(), str(found.get("error", ""))


def run(arguments: "list[str]") -> int:
    """Be the agent, or make a preview, of the data folder named in the arguments; return the exit code."""
    what, *others = arguments
    here = open_package(others[0])
    from plexsync.stash_plugin.resident import agent_main, preview_main

    return agent_main(others, here) if what == "agent" else preview_main(others)
