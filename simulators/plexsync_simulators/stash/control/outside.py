"""The part of the control API that says what the world outside the server holds, and acts on it from outside."""

from __future__ import annotations

from aiohttp import web

from plexsync_simulators.shared.control import Action
from plexsync_simulators.shared.json_type import Json
from plexsync_simulators.stash.library import pictures
from plexsync_simulators.stash.state import Stash

_MATCH = frozenset(["title", "code", "details", "director", "date", "urls", "studio", "performers", "tags", "cover"])


class OutsideControl:
    """One method per path, as in `control.Control`."""

    def __init__(self, stash: Stash) -> None:
        self._stash = stash

    def actions(self) -> dict[tuple[str, str], Action]:
        """The methods by HTTP method and path."""
        return {
            ("POST", "identify"): self.identify,
            ("POST", "stash_box"): self.stash_box,
            ("POST", "funscript"): self.funscript,
            ("POST", "screenshots"): self.screenshots,
            ("POST", "import_seconds"): self.import_seconds,
            ("POST", "play"): self.play,
        }

    async def identify(self, _request: web.Request, body: Json) -> Json:
        """`POST identify {scene id: match}`: what every identify from now on finds, instead of what was said before.

        A match is `{"title", "code", "details", "director", "date", "urls", "studio": name, "performers": [name or
        {"name", "gender", …}], "tags": [name], "cover": picture}`, all of them optional; a list of matches, or
        `{"multiple": true}`, is a scene with several.
        """
        found: Json = {}
        for id_, said in body.items():
            matches = [{}, {}] if said == {"multiple": True} else said if isinstance(said, list) else [said]
            for match in matches:
                if set(match) - _MATCH:
                    raise ValueError(f"unknown {sorted(set(match) - _MATCH)}")
                pictures.from_library(match.get("cover"))
            found[str(id_)] = matches
        self._stash.outside.scenes = found
        return {"scenes": len(found)}

    async def stash_box(self, _request: web.Request, body: Json) -> Json:
        """`POST stash_box {"performers": {id or name: {"name", …}}, "studios": {…}}`: what the stash-box knows.

        The values are written as those of a performerUpdate or studioUpdate are; `parent` names a studio's parent.
        """
        if set(body) - {"performers", "studios"}:
            raise ValueError(f"unknown {sorted(set(body) - {'performers', 'studios'})}")
        for table in ("performers", "studios"):
            setattr(self._stash.outside, table, {str(key): dict(one) for key, one in body.get(table, {}).items()})
        return {}

    async def funscript(self, _request: web.Request, body: Json) -> Json:
        """`POST funscript {"paths": [path]}`: these files are interactive, as if found with a funscript; no write."""
        files = [self._stash.library.file_at(path) for path in body["paths"]]
        for file in files:
            if file is None:
                raise ValueError("no such file")
            file.interactive = True
        return {"files": len(files)}

    async def screenshots(self, _request: web.Request, body: Json) -> Json:
        """`POST screenshots {scene id: picture}`: old cover files for migrateSceneScreenshots to take over."""
        found = {str(id_): pictures.from_library(value) for id_, value in body.items()}
        self._stash.outside.screenshots = {id_: value for id_, value in found.items() if value is not None}
        return {}

    async def import_seconds(self, _request: web.Request, body: Json) -> Json:
        """`POST import_seconds {"seconds": n}`: how long metadataImport leaves the library empty from now on."""
        self._stash.outside.import_seconds = float(body["seconds"])
        return {}

    async def play(self, _request: web.Request, body: Json) -> Json:
        """`POST play {"id", "seconds": n, "times": n}`: a DLNA client has played a scene: history and play time are
        written and a resume point, no time stamp, no hook (v0.31, internal/dlna/activity.go).
        """
        scene = self._stash.library.scenes.one(int(body["id"]))
        scene.play_history += [self._stash.clock.stamp()] * int(body.get("times", 1))
        scene.play_duration += float(body.get("seconds", 0))
        scene.resume_time = float(body.get("seconds", 0))
        self._stash.database.commit()
        return {"play_count": len(scene.play_history)}
