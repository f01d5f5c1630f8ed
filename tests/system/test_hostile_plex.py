"""A Plex that does whatever it may: nothing that is there is called missing, and nothing of a person's is lost."""

from __future__ import annotations

import pytest
from agent_stage import single
from inside import Inside, inside

from plexsync_simulators.world import make_world

SETTINGS = {"image_poster": "off", "no_startup_reconcile": True}
SHORT_PAGES = {"max_page": 7, "omit": "offset,totalSize,size"}


def missing(stage: Inside) -> set[int]:
    return stage.reconcile(deep=True).gaps.get("missing", set())


@pytest.mark.parametrize("omit", ["totalSize", "size", "offset,totalSize,size"])
def test_short_pages_without_counts_hide_no_item(omit: str) -> None:
    with inside(make_world(40, 1), settings=SETTINGS) as stage:
        stage.sync()
        known, before = stage.store.library.number(), missing(stage)
        stage.plex.control("POST", "switches", {"max_page": 7, "omit": omit})
        stage.sync()
        assert missing(stage) == before
        assert stage.store.library.number() == known
        assert stage.differences() == {}


def test_of_a_listing_without_counts_only_what_is_gone_is_dropped() -> None:
    with inside(make_world(24, 1), settings=SETTINGS, plex_options=SHORT_PAGES) as stage:
        stage.sync()
        known = stage.store.library.number()
        key = stage.item_of(single(stage.world, 1)[0])["ratingKey"]
        stage.plex.control("DELETE", f"items/{key}")
        stage.reconcile(deep=True)
        stage.later += 24 * 3600.0
        stage.tick()
        stage.work()
        assert stage.store.library.number() == known - 1
        assert not stage.store.library.updated([key])
