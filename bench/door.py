"""What a hook costs Stash: the whole process of hook.py against `python -I -S -c pass`, in pairs.

The agent's lock is held by this process, as it is while an agent lives. Prints the ratio of the medians for a small
document and for one of 5 MB, and the milliseconds they come from.
"""

from __future__ import annotations

import argparse
import fcntl
import json
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

HOOK = Path(__file__).parent.parent / "plugin" / "hook.py"
SIZES = {"small": 0, "5 MB": 5_000_000}


def document(folder: str, payload: int) -> bytes:
    """Return a hook's stdin in Stash's own order of keys, with `payload` bytes of cover image."""
    connection = {"Scheme": "http", "Host": "0.0.0.0", "Port": 9999, "SessionCookie": None, "Dir": folder}  # noqa: S104
    context = {"id": 1, "type": "Scene.Create.Post", "input": {"cover_image": "A" * payload} if payload else None}
    whole = {"server_connection": connection, "args": {"hookContext": context, "mode": "hook"}}
    return json.dumps(whole, separators=(",", ":")).encode()


def seconds(command: list[str], stdin: bytes) -> float:
    """Run a process to its end and return how long that took; stdin is written in one go, as Stash does."""
    start = time.perf_counter()
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, bufsize=0) as process:
        if process.stdin and stdin:
            process.stdin.write(stdin)
        process.communicate()
    if process.returncode:
        raise RuntimeError(f"{command} ended with {process.returncode}")
    return time.perf_counter() - start


def measure(python: str, pairs: int) -> dict[str, dict[str, float]]:
    """Run every size in pairs with an empty Python; return milliseconds and ratios."""
    empty, hook = [python, "-I", "-S", "-c", "pass"], [python, "-I", "-S", str(HOOK)]
    results = {}
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder, "plexsync")
        data.mkdir()
        with (data / "agent.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            for name, size in SIZES.items():
                stdin = document(folder, size)
                runs = [(seconds(empty, b""), seconds(hook, stdin)) for _ in range(pairs)]
                base, ours = (statistics.median(column) for column in zip(*runs, strict=True))
                results[name] = {"python_ms": base * 1000, "hook_ms": ours * 1000, "ratio": ours / base}
    return results


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--python", default=sys.executable, help="the Python to run (default: this one)")
    parser.add_argument("--pairs", type=int, default=60)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    results = measure(options.python, options.pairs)
    if options.json:
        print(json.dumps(results))
        return
    for name, row in results.items():
        print(f"{name:>6}: {row['hook_ms']:.1f} ms, empty Python {row['python_ms']:.1f} ms, ratio {row['ratio']:.2f}")


if __name__ == "__main__":
    main()
