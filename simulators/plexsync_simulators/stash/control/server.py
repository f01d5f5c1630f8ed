"""The control API under `/_sim/`: what a test or a demo does to the server, and reads from it.

Everything is JSON and needs no login. Errors are `{"error": …}` with status 400.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import asdict
from typing import Any

from aiohttp import web

from plexsync_simulators.shared.control import Action, TroubleControl, page
from plexsync_simulators.shared.json_type import Json
from plexsync_simulators.shared.request_log import Asked, RequestLog
from plexsync_simulators.shared.trouble import Trouble
from plexsync_simulators.stash.control.outside import OutsideControl
from plexsync_simulators.stash.library import dumping, oddities, pictures
from plexsync_simulators.stash.library.loading import Loader
from plexsync_simulators.stash.state import Stash
from plexsync_simulators.stash.switches import HOSTILE

Restart = Callable[..., Awaitable[None]]
_RAW_SCENE = (
    "title",
    "code",
    "details",
    "director",
    "date",
    "rating100",
    "organized",
    "urls",
    "studio_id",
    "updated_at",
)


class StashControl:
    """One method per path; each takes the request's JSON and gives JSON."""

    def __init__(self, stash: Stash, requests: RequestLog, trouble: Trouble, restart: Restart) -> None:
        self._stash = stash
        self._requests = requests
        self._trouble = trouble
        self._restart = restart

    def routes(self) -> list[web.RouteDef]:
        """The routes."""
        actions: dict[tuple[str, str], Action] = {
            ("GET", "requests"): self.requests,
            ("GET", "counters"): self.counters,
            ("POST", "reset_counters"): self.reset_counters,
            ("GET", "dump"): self.dump,
            ("GET", "times"): self.times,
            ("GET", "log"): self.log,
            ("POST", "hostile"): self.hostile,
            ("POST", "restart"): self.restart,
            ("POST", "clock_offset"): self.clock_offset,
            ("POST", "library_folders"): self.library_folders,
            ("POST", "database_shown"): self.database_shown,
            ("POST", "timezone"): self.timezone,
            ("POST", "silent_write"): self.silent_write,
            ("POST", "pause_wal"): self.pause_wal,
            ("POST", "library"): self.library,
            ("POST", "import"): self.import_,
            ("POST", "scene"): self.scene,
            ("POST", "raw_scene"): self.raw_scene,
            ("POST", "files"): self.files,
            ("POST", "rename_folder"): self.rename_folder,
            ("POST", "plugins/enabled"): self.plugins_enabled,
            **OutsideControl(self._stash).actions(),
        }
        return [
            *TroubleControl(self._trouble, self._stash.switches.set).routes(),
            *(page(method, path, action) for (method, path), action in actions.items()),
        ]

    async def requests(self, _request: web.Request, _body: object) -> list[Json]:
        """`GET requests`: the newest requests, oldest first."""
        return [_told(asked) for asked in self._requests]

    async def counters(self, _request: web.Request, _body: object) -> Json:
        """`GET counters`: `{"total", "kinds": {query, mutation, image, …}, "operations": {name: n}, "hooks",
        "writes"}`; hooks are processes started for hooks and writes those of the database file, both since the start.
        """
        return {
            **self._requests.counts(),
            "hooks": self._stash.hooks.started,
            "writes": self._stash.database.count(),
        }

    async def reset_counters(self, _request: web.Request, _body: object) -> Json:
        """`POST reset_counters`: forget the requests so far."""
        self._requests.reset()
        return {}

    async def dump(self, _request: web.Request, _body: object) -> Json:
        """`GET dump`: the library as the document that `--library` reads, and `clock`."""
        return {**dumping.dump(self._stash.library), "clock": self._stash.clock.stamp()}

    async def times(self, _request: web.Request, _body: object) -> dict[str, dict[str, str]]:
        """`GET times`: `{table: {id: updated_at}}` for every table."""
        return dumping.times(self._stash.library)

    async def log(self, request: web.Request, _body: object) -> list[Json]:
        """`GET log[?after=n]`: the log lines from the n-th on, each `{time, level, message}`."""
        log = self._stash.log
        lines = log.lines()
        skipped = max(int(request.query.get("after", 0)) - (log.written - len(lines)), 0)
        return [asdict(line) for line in lines[skipped:]]

    async def hostile(self, _request: web.Request, body: Json) -> Json:
        """`POST hostile {"odd_rows": bool}`: all hostile switches that go together, and odd rows unless told not."""
        self._stash.switches.set(HOSTILE)
        if body.get("odd_rows", True):
            oddities.add(self._stash.library)
            self._stash.database.commit()
        return {}

    async def restart(self, request: web.Request, body: Json) -> Json:
        """`POST restart {"seconds": n, "clean": bool, "restore": bool}`: end and begin again as another process, in
        between (1 second unless told) nobody listens, not even here.

        All other connections are cut, jobs are forgotten and their ids begin at 1 again. The database file is closed
        and opened: a clean end (the default) leaves no log, and the next begin makes a new one; an unclean end leaves
        the log as it is. With `restore` the file that backupDatabase wrote is put in its place meanwhile.
        """
        if body.get("restore") and self._stash.outside.backup is None:
            raise ValueError("there is no backup: send backupDatabase before")
        await self._restart(
            request.transport,
            float(body.get("seconds", 1)),
            clean=bool(body.get("clean", True)),
            restore=bool(body.get("restore")),
        )
        return {}

    async def database_shown(self, _request: web.Request, body: Json) -> Json:
        """`POST database_shown {"path": "stash-go.sqlite"}`: what config.yml says, relative as set-up may write it."""
        self._stash.config.database_shown = str(body["path"])
        return {}

    async def library_folders(self, _request: web.Request, body: Json) -> Json:
        """`POST library_folders {"paths": [...]}`: what a person chose in Settings, Library; the files stay known."""
        self._stash.config.library_folders = [str(path) for path in body["paths"]]
        return {}

    async def clock_offset(self, _request: web.Request, body: Json) -> Json:
        """`POST clock_offset {"seconds": n}`: the server's clock is off by this much from now on."""
        self._stash.clock.offset = float(body["seconds"])
        return {"clock": self._stash.clock.stamp()}

    async def timezone(self, _request: web.Request, body: Json) -> Json:
        """`POST timezone {"zone": name}`: the server moves to another zone; stored times stay as they are."""
        self._stash.clock.set_zone(body["zone"])
        return {"clock": self._stash.clock.stamp()}

    async def silent_write(self, _request: web.Request, _body: object) -> Json:
        """`POST silent_write`: write to the database file and change nothing."""
        self._stash.database.commit()
        return {}

    async def pause_wal(self, _request: web.Request, body: Json) -> Json:
        """`POST pause_wal {"on": bool}`: while on, writes do not show in the file (another machine's disk)."""
        self._stash.database.silent = bool(body["on"])
        return {}

    async def library(self, _request: web.Request, body: Json) -> Json:
        """`POST library {tags, performers, …, scenes}`: add rows, one write, no hooks."""
        Loader(self._stash.library).load(body)
        self._stash.database.commit()
        return {"scenes": len(self._stash.library.scenes)}

    async def import_(self, _request: web.Request, body: Json) -> Json:
        """`POST import [document]`: a full import at one stroke: all rows go and come back under other ids, in the
        opposite order, their times kept; the database file is a new one.

        Without a document the present library is exported first. `metadataImport` does it as a job.
        """
        dumping.import_all(self._stash.library, body or dumping.dump(self._stash.library))
        self._stash.database.reset()
        self._stash.database.commit()
        return {"scenes": len(self._stash.library.scenes)}

    async def scene(self, _request: web.Request, body: Any) -> Json:
        """`POST scene {…}` or a list: add scenes as documents describe them; ids may be left out; no hooks."""
        loader = Loader(self._stash.library)
        scenes = [loader.scene(entry) for entry in (body if isinstance(body, list) else [body])]
        self._stash.database.commit()
        return {"ids": [str(scene.id) for scene in scenes]}

    async def raw_scene(self, _request: web.Request, body: Json) -> Json:
        """`POST raw_scene {"id", field: value, …, "cover"}`: write columns as execSQL would: no time moves, no hook."""
        scene = self._stash.library.scenes.one(int(body["id"]))
        for name, value in body.items():
            if name == "cover":
                scene.cover = pictures.from_library(value)
            elif name in ("performer_ids", "tag_ids"):
                setattr(scene, name, [int(id_) for id_ in value])
            elif name in _RAW_SCENE:
                setattr(scene, name, int(value) if name == "studio_id" and value is not None else value)
            elif name != "id":
                raise ValueError(f"no column {name}")
        self._stash.database.commit()
        return {}

    async def files(self, _request: web.Request, body: Json) -> Json:
        """`POST files {"add": [{path, size, duration}], "move": [[from, to]], "copy": [[from, to]], "change": [path],
        "touch": [path], "rename_folder": [[from, to]], "gallery": [path of a zip], "remove": [path]}`: what the next
        scan (for removals: clean) finds on the imagined disk.
        """
        known = ("add", "move", "copy", "change", "touch", "rename_folder", "gallery", "remove")
        if set(body) - set(known):
            raise ValueError(f"unknown {sorted(set(body) - set(known))}")
        self._stash.disk.pending += [{"what": what, "how": how} for what in known for how in body.get(what, ())]
        return {"pending": len(self._stash.disk.pending)}

    async def rename_folder(self, _request: web.Request, body: Json) -> Json:
        """`POST rename_folder {"from", "to"}`: the folder and all below it have another path at once, as after a scan
        that noticed: no hook, no time stamp of any table (recording scan_renamed_folder).
        """
        moved = dumping.rename_folder(self._stash.library, body["from"], body["to"])
        self._stash.database.commit()
        return {"folders": moved}

    async def plugins_enabled(self, _request: web.Request, body: Json) -> Json:
        """`POST plugins/enabled {id: bool}`: switch plugins on and off, and read the plugin files anew."""
        config = self._stash.config
        for id_, enabled in body.items():
            others = [other for other in config.disabled_plugins if other != id_]
            config.disabled_plugins = others if enabled else [*others, id_]
        self._stash.plugins.reload()
        return {"plugins": [plugin.id for plugin in self._stash.plugins.all()]}


def _told(asked: Asked) -> Json:
    row = asdict(asked)
    return {**row, "operation": row.pop("detail")}
