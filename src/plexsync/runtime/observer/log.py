"""The listener that writes what happens into the log."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any

from plexsync.domain.advice import explain_error
from plexsync.runtime.observer.happenings import (
    AttemptFailed,
    BreakerClosed,
    BreakerOpened,
    FieldContested,
    Happening,
    PicturesSent,
    RunBegan,
    RunEnded,
    ScenesSent,
    ScenesSynced,
    SettingsChanged,
)

_log = logging.getLogger("plexsync")


def listen(happening: Happening) -> None:
    """Write a line; what changed nothing is told to nobody."""
    match happening:
        case ScenesSynced(written=written):
            fields = [number for number in written.values() if number]
            if fields:
                _log.info("%d fields of %d scenes written", sum(fields), len(fields))
        case ScenesSent():
            pass  # its scenes are told of when they were read back
        case PicturesSent(scene_id=scene, items=items):
            _log.debug("scene %s: %d pictures sent", scene, items)
        case AttemptFailed(scene_id=scene, error=error, is_dead=is_dead):
            _log.warning("scene %s%s: %s", scene, " given up" if is_dead else "", error)
        case FieldContested(scene_id=scene, rating_key=key, field=of, times=times):
            _log.warning("scene %s: %s of item %s put back %d times and changed again", scene, of.value, key, times)
        case _:
            _listen_to_the_whole(happening)


def _listen_to_the_whole(happening: Happening) -> None:
    """Write a line about what concerns no single scene."""
    match happening:
        case BreakerOpened(part=part, error=error):
            _log.warning("%s waiting (%s): %s", part, error.code, explain_error(error))
        case BreakerClosed(part=part, code=code, seconds=seconds):
            _log.info("%s working again after %.0f s (%s)", part, seconds, code)
        case RunBegan(run=run, kind=kind, scope=scope, origin=origin):
            _log.info("%s %d begins: %s, asked for by %s", kind, run, scope, origin)
        case RunEnded(run=run, kind=kind, state=state, result=result):
            _log.info("%s %d is %s: %s", kind, run, state, in_figures(result))
        case SettingsChanged():
            _log.info("settings read")


def in_figures(result: Mapping[str, Any]) -> str:
    """Return a run's figures as one line of a log."""
    parts = [f"{number} {name}" for name, number in result.items() if type(number) is int and number]
    parts += [f"{number} {kind}" for kind, number in result.get("kinds", {}).items()]
    parts += [str(brake["code"]) for brake in result.get("brakes", ())]
    return ", ".join(parts) or str(result.get("code", "nothing"))
