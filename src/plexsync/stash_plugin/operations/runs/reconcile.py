"""Operations about a reconcile that writes."""

from __future__ import annotations

from plexsync.domain.model import Artwork
from plexsync.stash_plugin.argument import choice, text, whole, yes_no
from plexsync.stash_plugin.operations.operation import Operation, PageRequest
from plexsync.stash_plugin.operations.runs.preview import REQUEST, asked_by
from plexsync.usecases.preview.detail import SceneDetail, SmallPicture
from plexsync.usecases.runs import steering
from plexsync.usecases.runs.steering import Rest, RunState


def start(request: PageRequest) -> RunState:
    """Have the agent compare both sides and queue what differs."""
    return steering.start_reconcile(request.folder, asked_by(request, allowed=request.flag("allowed")), request.now())


def state(request: PageRequest) -> RunState:
    """Say how a reconcile stands."""
    since = request.number("since")
    return steering.reconcile_state(request.folder, request.now(), request.number("command"), since or None)


def stop(request: PageRequest) -> RunState:
    """Stop a reconcile that compares or writes."""
    return steering.stop_reconcile(request.folder, request.now())


def resume(request: PageRequest) -> Rest:
    """Go on with what was stopped."""
    return steering.resume_stopped(request.folder, request.now())


def remove_rest(request: PageRequest) -> Rest:
    """Take what was stopped out of the queue."""
    return steering.remove_stopped(request.folder, request.now())


def scene(request: PageRequest) -> SceneDetail:
    """Read a scene on both sides."""
    from plexsync.usecases.preview.scene import scene_detail

    return scene_detail(request.folder, request.number("scene"))


def picture(request: PageRequest) -> SmallPicture:
    """Read a picture that Plex shows."""
    from plexsync.usecases.preview.scene import plex_picture

    return plex_picture(request.folder, request.text("item"), Artwork(request.text("picture")))


OPERATIONS: tuple[Operation[object], ...] = (
    Operation(
        name="reconcile_start",
        help="Compare both sides and queue what differs. It goes on when the page is closed.",
        twin="plexsync reconcile",
        answer=RunState,
        ask=start,
        changes=True,
        arguments=(*REQUEST, yes_no("allowed", "Do not stop at large losses, this once.")),
    ),
    Operation(
        name="reconcile_state",
        help="How a reconcile stands: comparing, writing, stopped, or held back for safety (by a brake).",
        twin="plexsync status",
        answer=RunState,
        ask=state,
        arguments=(
            whole("command", "The command that started it; without it the newest reconcile.", default=0),
            whole("since", "Count the scenes that were written since then (UTC seconds).", default=0),
        ),
    ),
    Operation(
        name="reconcile_stop",
        help="Stop comparing, or hold back what is not written yet.",
        twin="plexsync queue stop",
        answer=RunState,
        ask=stop,
        changes=True,
    ),
    Operation(
        name="reconcile_resume",
        help="Go on with what was stopped.",
        twin="plexsync queue resume",
        answer=Rest,
        ask=resume,
        changes=True,
    ),
    Operation(
        name="reconcile_remove_rest",
        help="Take what was stopped out of the queue; the next reconcile finds it again.",
        twin="plexsync queue drop",
        answer=Rest,
        ask=remove_rest,
        changes=True,
    ),
    Operation(
        name="scene_detail",
        help="One scene read on both sides: each field with its sentence, and what stays.",
        twin="plexsync why",
        answer=SceneDetail,
        ask=scene,
        arguments=(whole("scene", "The scene's id in Stash.", needed=True, least=1),),
    ),
    Operation(
        name="plex_picture",
        help="The picture that Plex shows of an item, at most 200 px wide and high, as a data address.",
        twin="plexsync why",
        answer=SmallPicture,
        ask=picture,
        arguments=(
            text("item", "The item's key in Plex.", needed=True, longest=40),
            choice("picture", "Which one.", tuple(one.value for one in Artwork), default=Artwork.POSTER.value),
        ),
    ),
)
