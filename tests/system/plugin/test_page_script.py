"""The script in Stash's page: it wakes the agent, and however many tabs are open they take turns."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

import pytest

SCRIPT = Path(__file__).parents[3] / "plugin" / "plexsync.js"
NODE = shutil.which("node")
BROWSER = """
const [file, tabs, minutes, hidden] = process.argv.slice(1);
const source = require("fs").readFileSync(file, "utf8");
let now = 1e12, woken = [];
const kept = new Map();
const page = { now: () => now, each: [] };
const localStorage = { getItem: (k) => kept.get(k) ?? null, setItem: (k, v) => kept.set(k, v) };
for (let tab = 0; tab < Number(tabs); tab += 1) {
  const document = {
    visibilityState: hidden === "yes" ? "hidden" : "visible",
    baseURI: "http://stash/prefix/",
    addEventListener: () => {},
  };
  const fetch = (url) => { woken.push([String(url), now]); return Promise.resolve(); };
  new Function("document", "localStorage", "fetch", "setInterval", "Date", source)(
    document, localStorage, fetch, (f) => page.each.push(f), { now: page.now });
  now += 500;
}
for (let minute = 0; minute < Number(minutes); minute += 1) { now += 60000; page.each.forEach((f) => f()); }
console.log(JSON.stringify(woken));
"""


def woken(tabs: int, minutes: int, hidden: str = "no") -> list[list[object]]:
    assert NODE is not None
    words = [NODE, "-e", BROWSER, str(SCRIPT), str(tabs), str(minutes), hidden]
    done = subprocess.run(words, capture_output=True, text=True, check=True, timeout=30)
    found = json.loads(done.stdout)
    assert isinstance(found, list)
    return found


@pytest.mark.skipif(NODE is None, reason="needs Node")
def test_the_first_tab_wakes_the_agent_below_the_prefix() -> None:
    assert [url for url, _ in woken(1, 0)] == ["http://stash/prefix/graphql"]


@pytest.mark.skipif(NODE is None, reason="needs Node")
def test_ten_open_tabs_start_four_processes_in_an_hour_and_not_six_hundred() -> None:
    assert len(woken(10, 60)) <= 1 + 4


@pytest.mark.skipif(NODE is None, reason="needs Node")
def test_hidden_tabs_start_none() -> None:
    assert woken(3, 60, "yes") == []
