"""Fields stand in one order wherever a person reads them."""

from __future__ import annotations

import re
from pathlib import Path

from plexsync.domain.model import ORDER, Artwork, Field, in_order
from plexsync.domain.settings.groups import GROUPS

ROOT = Path(__file__).parents[3]


def test_settings_page_and_history_have_the_same_order() -> None:
    page = (ROOT / "ui" / "src" / "words" / "fields.ts").read_text("utf-8")
    assert tuple(re.findall(r"^  (\w+): \"", page, re.MULTILINE)) == ORDER
    (fields,) = [group.keys for group in GROUPS if group.name == "fields"]
    policies = [key.removeprefix("policy_") for key in fields if key.startswith("policy_")]
    assert [*policies, *(image.value for image in Artwork)] == list(ORDER)
    assert in_order(["art", "unknown", "genres", "title"]) == ("title", "genres", "art", "unknown")
    assert in_order(reversed(ORDER)) == tuple(of.value for of in (*Field, *Artwork))
