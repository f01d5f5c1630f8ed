"""Why a scene is, or is not, in Plex as Stash has it: per file, item, field and picture, with the next step."""

from __future__ import annotations

from dataclasses import asdict, dataclass

from plexsync.agent.lock import is_held
from plexsync.domain.advice import Advice, explain, explain_error
from plexsync.domain.errors import PlexSyncError
from plexsync.domain.model import Reason, Scene
from plexsync.stash import scenes as stash_scenes
from plexsync.store.history.journal import Entry
from plexsync.sync.pictures.comparison import PictureComparison
from plexsync.usecases.dry_run.item_view import ItemView, item_views
from plexsync.usecases.dry_run.picture_view import picture_views
from plexsync.usecases.dry_run.rehearsal import Rehearsal, consult
from plexsync.usecases.opening import Opened
from plexsync.usecases.outages import Outage, outages
from plexsync.usecases.queue.rows import JobRow, row_of
from plexsync.usecases.status.contested import contested_of

ENTRIES = 20


@dataclass(frozen=True, slots=True)
class FileView:
    """A file of the scene, and its path as Plex ought to see it ("" where no rule of the path map fits)."""

    path: str
    mapped: str


@dataclass(frozen=True, slots=True)
class Explanation:
    """All there is to say about one scene.

    ``verdict`` is that of the link, "" when it could not be found out; then ``trouble`` says why not. ``reasons`` are
    pairs of code and words. ``job`` is None when the scene never had one.
    """

    scene_id: int
    title: str
    files: tuple[FileView, ...]
    verdict: str
    reasons: tuple[tuple[str, Advice], ...]
    items: tuple[ItemView, ...]
    job: JobRow | None
    entries: tuple[Entry, ...]
    outages: tuple[Outage, ...]
    agent_alive: bool
    contested: tuple[Advice, ...] = ()
    trouble: Advice | None = None

    @property
    def in_sync(self) -> bool:
        """Tell whether the scene is linked and a sync would change nothing."""
        return bool(self.items) and not any(item.number("changes") + item.number("fails") for item in self.items)

    def to_json(self) -> dict[str, object]:
        """Return it as what JSON can hold."""
        return {**asdict(self), "in_sync": self.in_sync}


@dataclass(frozen=True, slots=True)
class _Found:
    """The two servers' answers about the scene."""

    title: str = ""
    files: tuple[FileView, ...] = ()
    verdict: str = ""
    reasons: tuple[tuple[str, Advice], ...] = ()
    items: tuple[ItemView, ...] = ()
    trouble: Advice | None = None


def why(opened: Opened, scene_id: int) -> Explanation:
    """Explain one scene; what a server that is away hides is missing, and ``trouble`` says so."""
    found = _ask(opened, scene_id)
    job = opened.store.jobs.get(scene_id)
    alive = is_held(opened.folder)
    return Explanation(
        scene_id=scene_id,
        title=found.title,
        files=found.files,
        verdict=found.verdict,
        reasons=found.reasons,
        items=found.items,
        job=None if job is None else row_of(job, found.title),
        entries=opened.store.journal.written_to(scene_id, ENTRIES),
        outages=outages(opened.store) if alive else (),
        agent_alive=alive,
        contested=contested_of(opened.store, opened.context.settings, scene_id),
        trouble=found.trouble,
    )


def _ask(opened: Opened, scene_id: int) -> _Found:
    try:
        scene = stash_scenes.read(opened.context.stash, [scene_id]).scenes.get(scene_id)
    except PlexSyncError as error:
        return _Found(trouble=explain_error(error))
    if scene is None:
        return _Found(trouble=explain("no_such_scene", {"scene": str(scene_id)}))
    try:
        with consult(opened) as rehearsal:
            return _found(scene, rehearsal, opened)
    except PlexSyncError as error:
        files = tuple(FileView(file.path, "") for file in scene.files)
        return _Found(_name(scene), files, trouble=explain_error(error))


def _found(scene: Scene, rehearsal: Rehearsal, opened: Opened) -> _Found:
    (scene_plan,) = rehearsal.planner.plan([scene])
    target = rehearsal.index.target
    compared = PictureComparison(target, target.servers).forecasts(scene_plan)
    written = opened.store.journal.last_pictures(scene.id)
    pictures = picture_views(scene.id, compared, target.settings, written)
    files, index = scene_plan.scene.files, rehearsal.index
    return _Found(
        title=_name(scene_plan.scene),
        files=tuple(FileView(file.path, index.rules.map.to_plex(file.path) or "") for file in files),
        verdict=scene_plan.link.verdict.value,
        reasons=tuple(map(_said, scene_plan.link.reasons)),
        items=item_views(scene_plan, {one.id: one.title for one in index.library_sync.sections}, pictures),
    )


def _name(scene: Scene) -> str:
    """Return the title, or the name of the file where there is none, as Stash's own pages do."""
    return scene.title or (scene.files[0].path.replace("\\", "/").rpartition("/")[2] if scene.files else "")


def _said(reason: Reason) -> tuple[str, Advice]:
    return reason.code, explain(reason.code, reason.data)
