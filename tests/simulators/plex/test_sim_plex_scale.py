"""A page of the simulated Plex costs as much among 50,000 items as among 5,000."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from typing import Any

import pytest
from sim_plex_client import OWNER, BarePlex

from plexsync_simulators.process import start_plex
from plexsync_simulators.world import make_world

PAGE = "&X-Plex-Container-Size=500&X-Plex-Container-Start="
SORTS = ("id", "titleSort", "updatedAt:desc")


def seconds(action: Callable[[], Any]) -> float:
    began = time.perf_counter()
    action()
    return time.perf_counter() - began


def measure(items: int) -> dict[str, float]:
    """The median time of each kind of request, edits falling between the pages."""
    quick: dict[str, Any] = {"read_latency_ms": 0, "write_latency_ms": 0, "start_timeout": 120}
    with start_plex(library=make_world(items, 1).plex, token=OWNER, **quick) as sim:
        plex = BarePlex(sim)
        base = "/library/sections/1/all?type=1"
        total = plex.get(f"{base}&X-Plex-Container-Size=0")["totalSize"]
        rows = plex.get(f"{base}&sort=id{PAGE}0")["Metadata"]
        keys = [row["ratingKey"] for row in rows]

        def pages(query: str) -> float:
            times = []
            for number, key in enumerate(keys[:9]):
                plex.edit(key, studio__value=f"S{number}")
                start = number * (total // 9)
                times.append(seconds(lambda start=start: plex.get(f"{base}&{query}{PAGE}{start}")))  # type: ignore[misc]
            return statistics.median(times)

        taken = {f"sort={sort}": pages(f"sort={sort}") for sort in SORTS}
        taken["delta"] = pages(f"sort=id&updatedAt%3E%3E={int(time.time()) - 1}")
        taken["200 ids"] = statistics.median(
            seconds(lambda: plex.get(f"/library/metadata/{','.join(keys[:200])}?skipRefresh=1")) for _ in range(5)
        )
        plex.close()
        return taken


@pytest.mark.slow
@pytest.mark.alone
def test_a_page_costs_the_same_in_a_library_ten_times_as_large() -> None:
    small, large = measure(5_000), measure(50_000)
    assert max(*small.values(), *large.values()) < 0.2, (small, large)
    for name, taken in large.items():
        assert taken < 3 * small[name] + 0.02, (name, small, large)


@pytest.mark.slow
@pytest.mark.alone
def test_ten_thousand_items_are_dumped_and_edited_quickly() -> None:
    with start_plex(library=make_world(10_000, 1).plex, token=OWNER) as sim:
        keys = [item["ratingKey"] for item in sim.control("GET", "dump")["sections"][0]["items"]]
        edits = [{"ratingKey": key, "summary": "", "locked": ["summary"]} for key in keys]
        assert seconds(lambda: sim.control("POST", "items/bulk", edits)) < 5
        assert seconds(lambda: sim.control("GET", "dump")) < 5
        assert seconds(lambda: sim.control("GET", "dump")) < 2
