"""The data folder opened by several connections and processes at once."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from plexsync.store import Store
from plexsync.store.state import CLIENT_ID

VISITOR = """
import sys
from pathlib import Path
from plexsync.store import Store
from plexsync.store.state import CLIENT_ID
store = Store(Path(sys.argv[1]))
print(store.state.get(CLIENT_ID))
store.close()
"""


def visit(folder: Path) -> str:
    """Let another process open the store, read, and leave."""
    command = [sys.executable, "-c", VISITOR, str(folder)]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()


def test_a_visitor_does_not_cut_off_a_process_with_several_connections(tmp_path: Path) -> None:
    stores = [Store(tmp_path) for _ in range(3)]
    stores[0].state.put(CLIENT_ID, "before")
    assert visit(tmp_path) == "before"
    stores[0].state.put(CLIENT_ID, "after")
    assert visit(tmp_path) == "after"
    assert stores[2].state.get(CLIENT_ID) == "after"
    for store in stores:
        store.close()


def test_the_state_is_nobody_elses(tmp_path: Path) -> None:
    Store(tmp_path / "data").close()
    assert (tmp_path / "data").stat().st_mode & 0o777 == 0o700
    assert (tmp_path / "data" / "state.db").stat().st_mode & 0o777 == 0o600
