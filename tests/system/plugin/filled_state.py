"""A ``state.db`` as a large library leaves it: everything in sync, with a long journal."""

from __future__ import annotations

import json

from plexsync.store import Store

SECTION = "1"


def fill_state(store: Store, scenes: int, now: float) -> None:
    """Write so many synced scenes, with one item and one written field each, the last of them at ``now``."""
    base = json.dumps({"title": "x" * 30, "summary": "y" * 300, "genres": ["a", "b", "c", "d"]})
    ids = range(1, scenes + 1)
    rows = {
        """INSERT INTO job (scene_id, state, work, wanted_rev, done_rev, priority, wanted_at, due_at, attempts, cause,
               detail, origin, run_id, changed_at)
           VALUES (?, 'done', 'all', 1, 1, 3, ?, 0, 0, '', '{}', 'feed', 0, ?)""": ((i, now, now) for i in ids),
        """INSERT INTO scene (id, title, created_at, updated_at, content, columns)
           VALUES (?, ?, '2021-03-01T12:00:00Z', '2021-03-01T12:00:00Z', ?, ?)""": (
            (i, f"Scene {i}", "c" * 64, "d" * 40) for i in ids
        ),
        """INSERT INTO link (scene_id, rating_key, section_id, base, fingerprint, item_updated_at, images, synced_at)
           VALUES (?, ?, ?, ?, ?, 1, '{}', ?)""": ((i, str(i), SECTION, base, "f" * 40, now) for i in ids),
        "INSERT INTO plex_item (rating_key, section_id, title, updated_at, sweep) VALUES (?, ?, ?, 1, 1)": (
            (str(i), SECTION, f"Item {i}") for i in ids
        ),
        """INSERT INTO journal (attempt, run_id, at, scene_id, rating_key, section_id, field, before, after, why, state)
           VALUES (?, 0, ?, ?, ?, ?, 'title', '"a"', '"b"', 'update', 'written')""": (
            (i, now - (scenes - i), i, str(i), SECTION) for i in ids
        ),
    }
    with store.transaction():
        for statement, values in rows.items():
            store.connection.executemany(statement, values)
        store.connection.execute(
            "INSERT INTO plex_section (id, title, changed, watermark, swept_at) VALUES (?, 'Clips', 1, 1, ?)",
            (SECTION, now),
        )
