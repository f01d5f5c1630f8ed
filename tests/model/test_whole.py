"""No edit is lost: the whole of PlexSync against a ledger of what people did, whatever happens in between."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, settings
from whole_machine import Whole
from whole_servers import servers


@pytest.fixture(scope="module", autouse=True)
def _servers() -> Iterator[None]:
    yield
    servers().close()
    servers.cache_clear()


Whole.TestCase.settings = settings(
    max_examples=60,
    stateful_step_count=30,
    deadline=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
)
TestWhole = Whole.TestCase
