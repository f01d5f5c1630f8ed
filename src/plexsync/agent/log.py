"""The agent's log file: rotated, in the data folder, never with a secret in it."""

from __future__ import annotations

import faulthandler
import logging
from logging.handlers import RotatingFileHandler
from pathlib import Path
from typing import TextIO

from plexsync.net.redaction import Redactor
from plexsync.store.files import private_file

LOG_NAME = "plexsync.log"
CRASH_NAME = "plexsync.crash"
MAX_BYTES = 2_000_000
KEPT = 3


class _CleanFormatter(logging.Formatter):
    def __init__(self, redactor: Redactor) -> None:
        super().__init__("%(asctime)s %(levelname)-7s %(message)s")
        self._redactor = redactor

    def format(self, record: logging.LogRecord) -> str:
        return self._redactor.clean(super().format(record))


class _PrivateFile(RotatingFileHandler):
    def _open(self):  # type: ignore[no-untyped-def]  # noqa: ANN202  the base class's own type is private
        private_file.make(Path(self.baseFilename))
        return super()._open()


def open_log(folder: Path, redactor: Redactor, echo: TextIO | None = None) -> logging.Logger:
    """Return the logger ``plexsync``, writing to ``plexsync.log`` in ``folder`` and, if given, to ``echo``."""
    logger = logging.getLogger("plexsync")
    file = _PrivateFile(folder / LOG_NAME, maxBytes=MAX_BYTES, backupCount=KEPT, encoding="utf-8", delay=True)
    handlers: list[logging.Handler] = [file] if echo is None else [file, logging.StreamHandler(echo)]
    for handler in handlers:
        handler.setFormatter(_CleanFormatter(redactor))
    logger.handlers[:] = handlers
    logger.propagate = False
    logger.setLevel(logging.INFO)
    return logger


def keep_crashes(folder: Path) -> str:
    """Have Python write down where it was if it crashes; return what the last crash has left, "" for none.

    No handler of ours runs in a crash: Python itself writes names of functions and files, and no values.
    """
    path = folder / CRASH_NAME
    private_file.make(path)
    file = path.open("r+", encoding="utf-8", errors="replace")
    crash = file.read()
    file.truncate(0)
    file.seek(0)
    faulthandler.enable(file)  # which keeps the file open
    return crash
