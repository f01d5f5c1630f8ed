"""`.ci/real-plex` with the simulated Plex in the place of the real one: everything but the container's start."""

from __future__ import annotations

import importlib.util
import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest
from probe_stage import probe_stage

from plexsync.usecases.probe.recording.checking import faults
from plexsync_simulators.process import start_plex
from plexsync_simulators.rig import TOKEN

ROOT = Path(__file__).parents[3]


@pytest.mark.slow
@pytest.mark.timeout(400)
@pytest.mark.skipif(shutil.which("ffmpeg") is None, reason="the stub videos are made with ffmpeg")
def test_it_probes_and_holds_the_contract_and_leaves_no_library() -> None:
    with start_plex(token=TOKEN) as plex:
        given = {**os.environ, "PLEXSYNC_PLEX_URL": plex.url, "PLEXSYNC_PLEX_TOKEN": TOKEN}
        ran = subprocess.run([ROOT / ".ci" / "real-plex"], env=given, capture_output=True, text=True, check=False)
        assert ran.returncode == 0, ran.stdout + ran.stderr
        assert plex.control("GET", "dump")["sections"] == []
    recording = json.loads((ROOT / "build" / "real-plex" / "recording.json").read_text("utf-8"))
    assert faults(recording) == []
    assert sum(answer["judgement"] != "not tried" for answer in recording["answers"].values()) >= 80
    assert "passed" in ran.stdout


def test_it_waits_for_an_idle_server_and_not_for_ever(tmp_path: Path) -> None:
    spec = importlib.util.spec_from_file_location("real_plex", ROOT / ".ci" / "real_plex.py")
    assert spec
    assert spec.loader
    script = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(script)
    with probe_stage(tmp_path) as stage:
        stage.plex.control("POST", "switches", {"scan_ms": 2_000})
        client = stage.target.client
        client.trigger("/library/sections/1/refresh", {})
        with pytest.raises(TimeoutError, match="busy"):
            script.wait_until_idle(client, 0.3)
        script.wait_until_idle(client, 20.0)
        assert script.quiet(client, 3) == [], "it sets only what the server has"
        assert not client.exchange(script.Ask("GET", "/activities")).container.get("Activity")
