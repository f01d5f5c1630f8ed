"""Status and why say each thing once, in words of people, and only what is known."""

from __future__ import annotations

from command_line import plexsync
from inside import item, scene, small_world

from plexsync_simulators.rig import Rig


def test_what_everything_waits_for_is_said_once_and_hides_no_path() -> None:
    world = small_world(scene(1, "a.mp4"), scene(2, "b.mp4", details="BAD"), items=[item("a.mp4"), item("b.mp4")])
    with Rig(world, settings={"max_attempts": 1, "image_poster": "off"}) as rig:
        rig.plex.control("POST", "switches", {"refuse_value": "BAD"})
        rig.start_agent()
        rig.wait_until(lambda: plexsync(rig.data, "sync", "--all").code == 1, 30)
        given_up = plexsync(rig.data, "status").out
        assert given_up.count("Plex refuses summary of item") == 1
        assert "(answer 500: PUT /library/sections/1/all: Internal Server Error)" in given_up
        rig.configure(plex_url="http://127.0.0.1:9", policy_title="nonsense")
        rig.wait_until(lambda: "does not answer" in plexsync(rig.data, "status").out, 30)
        said = plexsync(rig.data, "why", 1).out
        assert said.count("Plex does not answer") == 1
        assert "Everything waits for that." in said
        assert "/data/a.mp4" in said
        assert "no place in Plex" not in said, "nobody could look"
        status = plexsync(rig.data, "status").out
        assert "Errno" not in said + status
        assert "Setting: The setting" not in status
