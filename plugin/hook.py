"""Stash starts this for a new file, a task and a page operation.

Run as `python -I -S {pluginDir}/hook.py` (one JSON document on stdin, one JSON object on stdout, exit code 0 whatever
happens, one line on stderr if something is wrong), or as `hook.py agent DATA_FOLDER` or `hook.py preview DATA_FOLDER`.
While a hook runs, Stash waits, scene after scene, and Python compiles this file anew at each start. So nothing heavy is
imported on a hook's usual way (the agent lives), stdin, which can be megabytes, is read but not kept, and here stands
only what that way needs, or a page every few seconds. Everything else is the work of `package.py` beside this file.
"""

# Each import stands where it is needed, and `os` is not needed at all: loading it alone would cost a sixth of what an
# empty Python costs (scripts/bench hook).
# ruff: noqa: PLC0415, SIM105

import sys

if sys.platform == "win32":
    import nt as system

    NULL = "nul"
else:
    import posix as system

    NULL = "/dev/null"

FOLDER = __file__[: -len("hook.py")]
STDIN, STDOUT, STDERR = 0, 1, 2
MEGABYTE = 1 << 20
PART = MEGABYTE // 4  # of it in memory at a time
OPERATION = b'"args":{"mode":"operation","operation":"'
KEPT_SECONDS = 60  # less than the agent goes on keeping the overview after a page has asked
HEAD = 65536  # Stash writes `server_connection` first, then `args` with its keys sorted: all that counts is in here


def read_head() -> bytes:
    """Return the first 64 KB of stdin."""
    head = b""
    while len(head) < HEAD:
        chunk = system.read(STDIN, HEAD - len(head))
        if not chunk:
            break
        head += chunk
    return head


def drain() -> None:
    """Read stdin to its end without keeping it; Stash warns about a document nobody read.

    Through a pipe of 64 KB the two processes would have to wake each other a hundred times for a large one.
    """
    if sys.platform == "linux":
        import fcntl

        try:
            fcntl.fcntl(STDIN, fcntl.F_SETPIPE_SZ, MEGABYTE)
        except OSError:
            pass  # no pipe, or not allowed: slower, and as good
    while system.read(STDIN, PART):
        pass


def variable(name: str) -> bytes:
    """Return a variable of the environment, empty if it is not set."""
    if sys.platform == "win32":
        return system.environ.get(name, "").encode()
    return system.environ.get(name.encode(), b"")


def data_folder(head: bytes) -> bytes:
    """Return the folder of PlexSync's own data, empty where only a JSON parser can tell."""
    chosen = variable("PLEXSYNC_DATA_DIR")
    if chosen:
        return chosen
    path = head.partition(b'"Dir"')[2].lstrip(b" :").partition(b'"')[2].partition(b'"')[0]
    if not path or b"\\" in path.replace(b"\\\\", b""):
        return b""
    return path.replace(b"\\\\", b"\\") + b"/plexsync"


def agent_lives(data: bytes) -> bool:
    """Tell whether a process holds the agent's lock.

    A free lock is taken for an instant, so an agent that starts must try more than once.
    """
    try:
        lock = system.open(data + b"/agent.lock", system.O_RDONLY)
    except OSError:
        return False  # never started, or a folder we may not read: `plexsync.stash_plugin` finds out and says so
    try:
        if sys.platform == "win32":
            import msvcrt

            msvcrt.locking(lock, msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except (BlockingIOError, PermissionError):
        return True
    except OSError:
        return False  # a file system without locks: `plexsync.stash_plugin` says so
    finally:
        system.close(lock)
    return False


def quick_answer(head: bytes) -> bytes:
    """Return the answer to a question that needs no package, b"" for any other, and where the agent does not live.

    A page with the overview on it asks every few seconds: that costs an empty Python, and the agent's file.
    """
    name = head.partition(OPERATION)[2].partition(b'"}')[0]
    data = data_folder(head) if name in {b"wake", b"overview"} else b""
    kept = b'{"alive": true}'
    if data and name == b"overview":
        is_kept = 0 <= age(data + b"/overview.wanted") <= KEPT_SECONDS
        touch(data + b"/overview.wanted")
        kept = whole_file(data + b"/overview.json") if is_kept else b""
    if not data or not kept or not agent_lives(data) or age(data + b"/session.wanted") >= 0:
        return b""
    return b'{"output": ' + kept + b"}"


def age(path: bytes) -> float:
    """Return for how many seconds a file has not been written, -1 if there is none."""
    import time

    try:
        return max(0.0, time.time() - system.stat(path).st_mtime)
    except OSError:
        return -1.0


def touch(path: bytes) -> None:
    """Write a file's time anew; an empty one is made where none is."""
    try:
        system.utime(path)
    except OSError:
        try:
            system.close(system.open(path, system.O_CREAT | system.O_WRONLY, 0o600))
        except OSError:
            pass  # `plexsync.stash_plugin` says what is wrong with the folder


def whole_file(path: bytes) -> bytes:
    """Return a file's content, b"" if there is none, or too much of it."""
    try:
        descriptor = system.open(path, system.O_RDONLY)
    except OSError:
        return b""
    found = system.read(descriptor, MEGABYTE)
    system.close(descriptor)
    return found if len(found) < MEGABYTE else b""


def look_beside() -> None:
    """Make `package.py` importable; compiled files beside it would outlive the plugin's removal by Stash."""
    sys.dont_write_bytecode = True
    sys.path.insert(0, FOLDER)


def answer_by_package(head: bytes, *, is_hook: bool) -> "tuple[bytes, str]":
    """Let `package.py` answer; raise ImportError where that file is missing or half written."""
    look_beside()
    try:
        from package import answer
    except Exception as problem:
        told = "the plugin's folder is not complete, install PlexSync again: " + FOLDER + " (" + str(problem) + ")"
        raise ImportError(told) from problem
    return answer(head, is_hook=is_hook)


def answer_stash() -> "tuple[bytes, str]":
    """Return the answer for stdout and what is wrong ("" if nothing is)."""
    head = read_head()
    is_hook = b'"hookContext"' in head
    if is_hook:
        drain()
        data = data_folder(head)
        if variable("PLEXSYNC_NO_AGENT") not in (b"", b"0") or (data and agent_lives(data)):
            return b'{"output": "ok"}', ""
    else:
        answer = quick_answer(head)
        if answer:
            drain()
            return answer, ""
    return answer_by_package(head, is_hook=is_hook)


def main() -> None:
    """Answer Stash; a print of anybody's goes to stderr, never into the answer."""
    while system.open(NULL, system.O_RDONLY) <= STDERR:
        pass  # a standard descriptor handed over closed would become the next file opened
    stdout = system.dup(STDOUT)
    system.dup2(STDERR, STDOUT)
    try:
        answer, wrong = answer_stash()
    except BaseException as problem:  # noqa: BLE001 - the edge of the process
        import json

        wrong = str(problem) if isinstance(problem, ImportError) else repr(problem)
        answer = json.dumps({"error": wrong}).encode()
    try:
        while answer:
            answer = answer[system.write(stdout, answer) :]
    except OSError as problem:
        wrong = "Stash did not get the answer: " + str(problem)
    if wrong:
        line = " ".join(wrong.split())[:10000]
        system.write(STDERR, b"\x01e\x02" + line.encode("utf-8", "replace") + b"\n")


if __name__ == "__main__":
    if len(sys.argv) > 1:
        look_beside()
        from package import run

        sys.exit(run(sys.argv[1:]))
    try:
        main()
    finally:
        # Skips what Python does at its end: nothing here needs it, and Stash is waiting.
        system._exit(0)  # noqa: SLF001 - also called os._exit
