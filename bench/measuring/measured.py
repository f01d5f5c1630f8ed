"""Measured samples beside those of a baseline from the same run, and the bounds that they must keep."""

from __future__ import annotations

import math
import statistics
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from plexsync_simulators.shared.json_type import Json

SECONDS, MEGABYTES, PER_SECOND, SHARE, TIMES, NUMBER = "s", "MB", "/s", "%", "x", ""
"""Units of samples; a share is 0..1 and shown in percent."""

GROWTH = 1.1
"""How much more than n times as much may be taken by n times as many scenes, or than what a baseline grew."""

LEAST_BASELINE = 0.001
"""Seconds below which a baseline is too noisy for its growth to tell anything."""


@dataclass(frozen=True, slots=True)
class Limit:
    """A bound on one figure of a row: "ratio", "median", "p95" or "highest" is to be at most, or at least, so much."""

    of: str
    most: float | None = None
    least: float | None = None

    def holds(self, value: float) -> bool:
        """Tell whether a value keeps it; what could not be measured does not."""
        return not math.isnan(value) and not (
            (self.most is not None and value > self.most) or (self.least is not None and value < self.least)
        )


def quantile(samples: Sequence[float], share: float) -> float:
    """Return the value below which that share of the samples lies."""
    ordered = sorted(samples)
    place = share * (len(ordered) - 1)
    low = int(place)
    high = min(low + 1, len(ordered) - 1)
    return ordered[low] + (ordered[high] - ordered[low]) * (place - low)


@dataclass(frozen=True, slots=True)
class Baseline:
    """Samples of the least that anybody could do, from the same run."""

    name: str
    samples: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Row:
    """One measured thing; ``counts`` tells of what was asked and written for it, ``note`` what is to be known of it.

    A thing that ``grows`` is held, from one size to the largest, against n, see :func:`growth`. The runner of the case
    fills in ``case`` and ``size`` (scenes) if the case has not said another size.
    """

    what: str
    samples: tuple[float, ...]
    unit: str = SECONDS
    baseline: Baseline | None = None
    limits: tuple[Limit, ...] = ()
    counts: Mapping[str, int] = field(default_factory=dict)
    grows: bool = False
    note: str = ""
    case: str = ""
    size: int = 0

    @property
    def median(self) -> float:
        """The middle of the samples."""
        return statistics.median(self.samples)

    @property
    def ratio(self) -> float:
        """The median against that of the baseline, NaN without one."""
        return math.nan if self.baseline is None else self.median / statistics.median(self.baseline.samples)

    def figure(self, name: str) -> float:
        """Return the figure that a limit names."""
        if name == "ratio":
            return self.ratio
        return {"median": self.median, "p95": quantile(self.samples, 0.95), "highest": max(self.samples)}[name]

    @property
    def holds(self) -> bool:
        """Whether every limit is kept."""
        return all(limit.holds(self.figure(limit.of)) for limit in self.limits)

    def to_json(self) -> Json:
        """Return it for programs, the samples included."""
        document: Json = {
            "case": self.case,
            "size": self.size,
            "what": self.what,
            "unit": self.unit,
            "median": _told(self.median),
            "p10": _told(quantile(self.samples, 0.1)),
            "p90": _told(quantile(self.samples, 0.9)),
            "p99": _told(quantile(self.samples, 0.99)),
            "samples": [_told(sample) for sample in self.samples],
            "counts": dict(self.counts),
            "limits": [
                {"of": limit.of, "most": limit.most, "least": limit.least, "holds": limit.holds(self.figure(limit.of))}
                for limit in self.limits
            ],
            "holds": self.holds,
            "note": self.note,
        }
        if self.baseline is not None:
            document["baseline"] = {
                "name": self.baseline.name,
                "median": statistics.median(self.baseline.samples),
                "samples": list(self.baseline.samples),
            }
            document["ratio"] = self.ratio
        return document


def _told(value: float) -> float | None:
    """Return what JSON can hold: what could not be measured is null."""
    return None if math.isnan(value) else value


def growth(rows: Iterable[Row]) -> Iterator[Row]:
    """Hold the largest size of each thing that grows against the next one: there, what never grows counts least.

    It may grow as the number of scenes does, or as its baseline does where that grows faster.
    """
    by_what: dict[tuple[str, str], list[Row]] = {}
    for row in rows:
        if row.grows:
            by_what.setdefault((row.case, row.what), []).append(row)
    for (case, what), found in by_what.items():
        small, large = sorted([found[0], *found], key=lambda row: row.size)[-2:]
        if large.size > small.size and small.median > 0:
            factor = large.size / small.size
            least = _baseline_growth(small, large)
            most = Limit("median", most=round(GROWTH * max(factor, least.samples[0] if least else 0.0), 2))
            taken = (large.median / small.median,)
            note = f"{large.size:,} scenes against {small.size:,}"
            yield Row(f"{what}: growth", taken, TIMES, least, (most,), note=note, case=case, size=large.size)


def _baseline_growth(small: Row, large: Row) -> Baseline | None:
    if small.baseline is None or large.baseline is None or statistics.median(small.baseline.samples) < LEAST_BASELINE:
        return None
    grown = statistics.median(large.baseline.samples) / statistics.median(small.baseline.samples)
    return Baseline(large.baseline.name, (grown,))
