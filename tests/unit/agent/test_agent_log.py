"""The log file: private, rotated, without secrets."""

from __future__ import annotations

import logging
import os
import stat
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from plexsync.agent.log import KEPT, LOG_NAME, MAX_BYTES, open_log
from plexsync.domain.settings import MASK
from plexsync.net.redaction import Redactor


@pytest.fixture
def logger(tmp_path: Path) -> Iterator[logging.Logger]:
    redactor = Redactor()
    redactor.know(["", "topsecret", "topsecret-and-longer", "session=abc"])
    logger = open_log(tmp_path, redactor)
    yield logger
    for handler in logger.handlers:
        handler.close()
    logger.handlers.clear()


def written(folder: Path) -> str:
    return (folder / LOG_NAME).read_text(encoding="utf-8")


def test_secrets_are_masked_wherever_they_stand(logger: logging.Logger, tmp_path: Path) -> None:
    logger.warning("topsecret in the text, %s in an argument", "topsecret")
    try:
        int("topsecret in an error")
    except ValueError:
        logger.exception("failed")
    logger.info("Cookie: session=abc; topsecret-and-longer")
    text = written(tmp_path)
    assert "topsecret" not in text
    assert "session=abc" not in text
    assert "-and-longer" not in text, "of a secret that begins with another nothing is left over"
    assert text.count(MASK) == 6
    assert "ValueError" in text


def test_without_secrets_nothing_is_masked() -> None:
    redactor = Redactor()
    redactor.know([""])
    assert redactor.clean("as it is") == "as it is"


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX permissions")
def test_nobody_else_may_read_it_also_after_rotation(logger: logging.Logger, tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        line = "x" * 99_000
        for _ in range((KEPT + 2) * MAX_BYTES // len(line)):
            logger.info(line)
    finally:
        os.umask(before)
    files = sorted(tmp_path.iterdir())
    assert [file.name for file in files] == [LOG_NAME, *(f"{LOG_NAME}.{number}" for number in range(1, KEPT + 1))]
    assert {stat.S_IMODE(file.stat().st_mode) for file in files} == {0o600}
    assert all(file.stat().st_size <= MAX_BYTES for file in files)


def test_debug_is_left_out_unless_asked_for(logger: logging.Logger, tmp_path: Path) -> None:
    logger.debug("detail")
    logger.info("Ünï")
    logger.setLevel("DEBUG")
    logger.debug("wanted")
    text = written(tmp_path)
    assert "detail" not in text
    assert "Ünï" in text
    assert "wanted" in text
