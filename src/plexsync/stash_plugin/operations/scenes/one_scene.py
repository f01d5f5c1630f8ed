"""Operations about one scene and its items. Those that ask a server load the clients only when they do."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module

from plexsync.stash_plugin.argument import choices, text, whole
from plexsync.stash_plugin.operations.operation import Operation, PageRequest
from plexsync.usecases.needs_you import choosing
from plexsync.usecases.needs_you.candidate import Candidates
from plexsync.usecases.needs_you.choosing import Chosen
from plexsync.usecases.scene_tab.view import OverwriteRequest, Overwriting, SceneTab
from plexsync.usecases.undo.request import FIELDS

ORIGIN = "page"
_SCENE = whole("scene", "The id of the scene.", needed=True, least=1)
_ITEM = text("item", "The rating key of the item.", needed=True, longest=60)


def show(request: PageRequest) -> SceneTab:
    """Look at a scene in both servers."""
    tab_of: Callable[..., SceneTab] = import_module("plexsync.usecases.scene_tab.tab").tab_of
    return tab_of(request.folder, request.number("scene"), request.now())


def candidates(request: PageRequest) -> Candidates:
    """Show the items to choose from."""
    found: Callable[..., Candidates] = import_module("plexsync.usecases.needs_you.candidates").candidates_in
    return found(request.folder, request.number("scene"))


def overwrite(request: PageRequest) -> Overwriting:
    """Have Stash's values written over those that Plex keeps."""
    asked: Callable[..., Overwriting] = import_module("plexsync.usecases.scene_tab.overwrite").overwrite_in
    wish = OverwriteRequest(request.number("scene"), request.words("fields"), request.text("item"), ORIGIN)
    return asked(request.folder, wish, request.now())


def choose(request: PageRequest) -> Chosen:
    """Choose an item."""
    return choosing.choose(request.folder, request.number("scene"), request.text("item"), request.now())


def unlink(request: PageRequest) -> Chosen:
    """Write to an item no more."""
    return choosing.unlink(request.folder, request.number("scene"), request.text("item"), request.now())


def relink(request: PageRequest) -> Chosen:
    """Write to an item again."""
    return choosing.relink(request.folder, request.number("scene"), request.text("item"), request.now())


def undo_choice(request: PageRequest) -> Chosen:
    """Forget what was decided about a scene's items."""
    return choosing.undo_choice(request.folder, request.number("scene"), request.now())


OPERATIONS: tuple[Operation[object], ...] = (
    Operation(
        name="scene",
        help="One scene: in sync or not and why, each field on both sides, its items, its last writes.",
        twin="plexsync why",
        answer=SceneTab,
        ask=show,
        arguments=(_SCENE,),
    ),
    Operation(
        name="candidates",
        help="The items that hold a file of a scene, side by side.",
        twin="plexsync choose",
        answer=Candidates,
        ask=candidates,
        arguments=(_SCENE,),
    ),
    Operation(
        name="overwrite",
        help="Write Stash's values over those that Plex keeps for a scene, as a run that can be undone.",
        twin="plexsync overwrite",
        answer=Overwriting,
        ask=overwrite,
        changes=True,
        arguments=(
            _SCENE,
            choices("fields", "Only these fields; none means all that stay.", FIELDS),
            text(
                "item",
                "The rating key of the only item to write to; left out, all of the scene's.",
                default="",
                longest=60,
            ),
        ),
    ),
    Operation(
        name="choose",
        help="Have an item, and no other, written for a scene.",
        twin="plexsync choose",
        answer=Chosen,
        ask=choose,
        changes=True,
        arguments=(_SCENE, _ITEM),
    ),
    Operation(
        name="unlink",
        help="Write nothing to an item for a scene any more; its values stay.",
        twin="plexsync unlink",
        answer=Chosen,
        ask=unlink,
        changes=True,
        arguments=(_SCENE, _ITEM),
    ),
    Operation(
        name="relink",
        help="Take back what was decided about a scene and an item.",
        twin="plexsync unlink",
        answer=Chosen,
        ask=relink,
        changes=True,
        arguments=(_SCENE, _ITEM),
    ),
    Operation(
        name="undo_choice",
        help="Take back all that was decided about a scene's items.",
        twin="plexsync choose",
        answer=Chosen,
        ask=undo_choice,
        changes=True,
        arguments=(_SCENE,),
    ),
)
