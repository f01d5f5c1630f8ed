"""Stash's own list of settings is short; a value that was saved there before stays in force."""

from __future__ import annotations

import pytest

from plexsync.domain.settings import SETTINGS, Origin, resolve
from plexsync.stash_plugin.manifest import manifest

IN_FORM = [
    *("plex_url", "plex_token", "plex_libraries", "path_map", "dry_run", "paused"),
    *("reconcile_interval", "reconcile_scope", "reconcile_from", "reconcile_to"),
]


def test_the_form_holds_what_is_needed_without_the_page() -> None:
    assert [setting.key for setting in SETTINGS if setting.in_form] == IN_FORM
    shown = manifest().partition("\nsettings:\n")[2].partition("\nhooks:")[0]
    assert [line.strip(" :") for line in shown.splitlines() if not line.startswith("   ")] == IN_FORM


@pytest.mark.parametrize(("key", "raw", "value"), [("policy_genres", "off", "off"), ("brake_percent", 40, 40)])
def test_a_value_that_an_earlier_form_has_saved_stays_in_force_and_is_named(
    key: str, raw: object, value: object
) -> None:
    settings = resolve({}, {}, {key: raw})
    assert settings.values[key] == value
    assert settings.origins[key] is Origin.STASH
    assert resolve({}, {key: raw}, {key: "0"}).origins[key] is Origin.FILE, "the page takes it over"


def test_what_plex_does_otherwise_is_explained_where_it_is_set() -> None:
    helps = {one.key: one.help for one in SETTINGS}
    for key in ("policy_labels", "label_all", "label_organized"):
        assert "Plex Pass" in helps[key]
    assert "another order" in helps["policy_actors"]
    assert "one photo per name for the whole server" in helps["actor_photos"]
