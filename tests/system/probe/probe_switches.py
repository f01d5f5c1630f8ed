"""From what a probe has found to the switches that make the simulated Plex do the same."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

SWITCHES: Mapping[tuple[str, str], Mapping[str, Any]] = {
    ("names.add", "replaces"): {"tag_semantics": "replace"},
    ("names.again", "twice"): {"adding": "doubled"},
    ("removal.plain", "yes"): {"removals": "whole"},
    ("removal.single", "yes"): {"removals": "one"},
    ("rating", "in vain"): {"ignored": "userRating"},
    ("sections.unpaged", "400"): {"paging_required": True},
    ("listing.counts", "none"): {"omit": "offset,totalSize,size"},
    ("length", "8 kB"): {"proxy_line_bytes": 8_192},
    ("length", "32 kB"): {"max_url_bytes": 33_000},
    ("length", "64 kB"): {"max_url_bytes": 0},
    ("picture.locked", "yes"): {"upload_locks": True},
    ("picture.hash", "no"): {"poster_recode": True},
    ("picture.listed", "no"): {"poster_delay_ms": 3_000},
    ("collection.emptied", "it stays"): {"keep_empty_collections": True},
    ("claimed", "unclaimed"): {"token_needed": False},
    ("stream.opens", "no"): {"events": "websocket"},
    ("text.controls", "yes"): {"raw_controls": True},
}
"""The switches for each finding, of which a later one overrules; for others the simulated Plex needs none."""

KINDS = ("png", "jpeg", "webp", "gif", "avif")


def switches_of(answers: Mapping[str, Mapping[str, str]]) -> dict[str, Any]:
    """Return the switches for the findings of a recording."""
    switches: dict[str, Any] = {}
    for (name, finding), values in SWITCHES.items():
        switches.update(values if answers.get(name, {}).get("found") == finding else {})
    refused = [kind for kind in KINDS if answers.get(f"picture.{kind}", {}).get("found") == "500"]
    return {**switches, **({"poster_refused": ",".join(refused)} if refused else {})}


def mapped(answers: Mapping[str, Mapping[str, str]]) -> dict[str, str]:
    """Return the findings that a switch, or leaving it alone, decides about."""
    names = {name for name, _ in SWITCHES} - {"text.controls"} | {f"picture.{kind}" for kind in KINDS}
    return {name: answer["found"] for name, answer in answers.items() if name in names and answer["found"]}
