"""The tables of ``state.db``, as migrations: entry n brings version n to n + 1."""

from __future__ import annotations

MIGRATIONS: tuple[str, ...] = (
    """
    CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;

    CREATE TABLE job (
        scene_id INTEGER PRIMARY KEY,
        state TEXT NOT NULL CHECK (state IN ('queued', 'waiting', 'dead', 'done')),
        want TEXT NOT NULL CHECK (want IN ('all', 'image')),
        wanted_rev INTEGER NOT NULL,
        done_rev INTEGER NOT NULL,
        priority INTEGER NOT NULL,
        wanted_at REAL NOT NULL,
        due_at REAL NOT NULL,
        attempts INTEGER NOT NULL,
        cause TEXT NOT NULL,
        detail TEXT NOT NULL,
        origin TEXT NOT NULL,
        run_id INTEGER NOT NULL,
        changed_at REAL NOT NULL
    );
    CREATE INDEX job_ready ON job (state, priority, due_at);
    CREATE INDEX job_due ON job (state, due_at);
    CREATE INDEX job_cause ON job (state, cause);
    CREATE INDEX job_run ON job (run_id, state);

    CREATE TABLE scene (
        id INTEGER PRIMARY KEY,
        title TEXT NOT NULL,
        created_at TEXT NOT NULL,
        updated_at TEXT NOT NULL,
        content TEXT NOT NULL
    );
    CREATE TABLE scene_file (
        scene_id INTEGER NOT NULL,
        position INTEGER NOT NULL,
        path TEXT NOT NULL,
        path_key TEXT NOT NULL,
        size INTEGER NOT NULL,
        PRIMARY KEY (scene_id, position)
    ) WITHOUT ROWID;
    CREATE INDEX scene_file_key ON scene_file (path_key);
    CREATE TABLE scene_entity (
        kind TEXT NOT NULL,
        entity_id INTEGER NOT NULL,
        scene_id INTEGER NOT NULL,
        PRIMARY KEY (kind, entity_id, scene_id)
    ) WITHOUT ROWID;
    CREATE INDEX scene_entity_scene ON scene_entity (scene_id);
    CREATE TABLE entity (
        kind TEXT NOT NULL,
        id INTEGER NOT NULL,
        name TEXT NOT NULL,
        parent_id INTEGER NOT NULL,
        updated_at TEXT NOT NULL,
        PRIMARY KEY (kind, id)
    ) WITHOUT ROWID;
    CREATE INDEX entity_parent ON entity (kind, parent_id);

    CREATE TABLE link (
        scene_id INTEGER NOT NULL,
        rating_key TEXT NOT NULL,
        section_id TEXT NOT NULL,
        base TEXT NOT NULL,
        fingerprint TEXT NOT NULL,
        item_updated_at INTEGER NOT NULL,
        images TEXT NOT NULL,
        synced_at REAL NOT NULL,
        PRIMARY KEY (scene_id, rating_key)
    ) WITHOUT ROWID;
    CREATE INDEX link_item ON link (rating_key);

    CREATE TABLE plex_section (
        id TEXT PRIMARY KEY,
        title TEXT NOT NULL,
        changed INTEGER NOT NULL,
        watermark INTEGER NOT NULL,
        swept_at REAL NOT NULL
    ) WITHOUT ROWID;
    CREATE TABLE plex_item (
        rating_key TEXT PRIMARY KEY,
        section_id TEXT NOT NULL,
        title TEXT NOT NULL,
        updated_at INTEGER NOT NULL,
        sweep INTEGER NOT NULL
    ) WITHOUT ROWID;
    CREATE INDEX plex_item_section ON plex_item (section_id, sweep);
    CREATE TABLE plex_file (
        path_key TEXT NOT NULL,
        rating_key TEXT NOT NULL,
        path TEXT NOT NULL,
        size INTEGER NOT NULL,
        PRIMARY KEY (path_key, rating_key)
    ) WITHOUT ROWID;
    CREATE INDEX plex_file_item ON plex_file (rating_key);

    CREATE TABLE journal (
        id INTEGER PRIMARY KEY,
        run_id INTEGER NOT NULL,
        at REAL NOT NULL,
        scene_id INTEGER NOT NULL,
        rating_key TEXT NOT NULL,
        field TEXT NOT NULL,
        before TEXT NOT NULL,
        after TEXT NOT NULL,
        why TEXT NOT NULL,
        state TEXT NOT NULL CHECK (state IN ('planned', 'written', 'failed'))
    );
    CREATE INDEX journal_at ON journal (at);
    CREATE INDEX journal_scene ON journal (scene_id, at);
    CREATE INDEX journal_run ON journal (run_id);
    CREATE INDEX journal_planned ON journal (scene_id, rating_key) WHERE state = 'planned';

    CREATE TABLE run (
        id INTEGER PRIMARY KEY,
        kind TEXT NOT NULL,
        origin TEXT NOT NULL,
        scope TEXT NOT NULL,
        state TEXT NOT NULL CHECK (state IN ('running', 'done', 'stopped', 'failed')),
        total INTEGER NOT NULL,
        result TEXT NOT NULL,
        started_at REAL NOT NULL,
        ended_at REAL NOT NULL
    );
    CREATE INDEX run_started ON run (started_at);
    CREATE INDEX run_state ON run (state);

    CREATE TABLE command (
        id INTEGER PRIMARY KEY,
        name TEXT NOT NULL,
        arguments TEXT NOT NULL,
        state TEXT NOT NULL CHECK (state IN ('new', 'running', 'done', 'failed', 'cancelled')),
        progress REAL NOT NULL,
        result TEXT NOT NULL,
        asked_at REAL NOT NULL,
        heard_at REAL NOT NULL,
        ended_at REAL NOT NULL
    );
    CREATE INDEX command_state ON command (state, id);
    CREATE INDEX command_asked ON command (asked_at);
    """,
    """
    CREATE TABLE job_2 (
        scene_id INTEGER PRIMARY KEY,
        state TEXT NOT NULL CHECK (state IN ('queued', 'waiting', 'dead', 'done')),
        want TEXT NOT NULL CHECK (want IN ('all', 'image', 'clear')),
        wanted_rev INTEGER NOT NULL,
        done_rev INTEGER NOT NULL,
        priority INTEGER NOT NULL,
        wanted_at REAL NOT NULL,
        due_at REAL NOT NULL,
        attempts INTEGER NOT NULL,
        cause TEXT NOT NULL,
        detail TEXT NOT NULL,
        origin TEXT NOT NULL,
        run_id INTEGER NOT NULL,
        changed_at REAL NOT NULL
    );
    INSERT INTO job_2 SELECT * FROM job;
    DROP TABLE job;
    ALTER TABLE job_2 RENAME TO job;
    CREATE INDEX job_ready ON job (state, priority, due_at);
    CREATE INDEX job_due ON job (state, due_at);
    CREATE INDEX job_cause ON job (state, cause);
    CREATE INDEX job_run ON job (run_id, state);

    CREATE TABLE run_2 (
        id INTEGER PRIMARY KEY,
        kind TEXT NOT NULL,
        origin TEXT NOT NULL,
        scope TEXT NOT NULL,
        state TEXT NOT NULL CHECK (state IN ('running', 'done', 'stopped', 'failed', 'braked')),
        allowed INTEGER NOT NULL,
        taken INTEGER NOT NULL,
        total INTEGER NOT NULL,
        result TEXT NOT NULL,
        started_at REAL NOT NULL,
        ended_at REAL NOT NULL
    );
    INSERT INTO run_2 SELECT id, kind, origin, scope, state, 0, 0, total, result, started_at, ended_at FROM run;
    DROP TABLE run;
    ALTER TABLE run_2 RENAME TO run;
    CREATE INDEX run_started ON run (started_at);
    CREATE INDEX run_state ON run (state);
    CREATE INDEX run_kind ON run (kind, started_at);

    ALTER TABLE scene ADD COLUMN columns TEXT NOT NULL DEFAULT '';
    ALTER TABLE link ADD COLUMN rules TEXT NOT NULL DEFAULT '';
    ALTER TABLE plex_section ADD COLUMN locations TEXT NOT NULL DEFAULT '[]';
    CREATE TABLE link_kept (
        machine_id TEXT NOT NULL,
        scene_id INTEGER NOT NULL,
        rating_key TEXT NOT NULL,
        section_id TEXT NOT NULL,
        base TEXT NOT NULL,
        images TEXT NOT NULL,
        synced_at REAL NOT NULL,
        PRIMARY KEY (machine_id, scene_id, rating_key)
    ) WITHOUT ROWID;
    CREATE TABLE stash_folder (id INTEGER PRIMARY KEY, path TEXT NOT NULL);
    CREATE INDEX scene_file_path ON scene_file (path);

    CREATE TABLE gap (
        id INTEGER PRIMARY KEY,
        kind TEXT NOT NULL,
        scene_id INTEGER NOT NULL,
        rating_key TEXT NOT NULL,
        detail TEXT NOT NULL,
        action TEXT NOT NULL,
        opened_run INTEGER NOT NULL,
        opened_at REAL NOT NULL,
        seen_run INTEGER NOT NULL,
        seen_at REAL NOT NULL,
        closed_at REAL NOT NULL
    );
    CREATE UNIQUE INDEX gap_open ON gap (scene_id, kind, rating_key) WHERE closed_at = 0;
    CREATE INDEX gap_scene ON gap (scene_id, closed_at);
    CREATE INDEX gap_kind ON gap (kind, scene_id) WHERE closed_at = 0;
    CREATE INDEX gap_run ON gap (seen_run, id);
    CREATE INDEX gap_closed ON gap (closed_at);
    """,
    """
    ALTER TABLE job ADD COLUMN failed_at REAL NOT NULL DEFAULT 0;
    """,
    """
    CREATE TABLE left_out (
        server TEXT NOT NULL,
        place TEXT NOT NULL,
        key TEXT NOT NULL,
        library TEXT NOT NULL,
        title TEXT NOT NULL,
        path TEXT NOT NULL,
        problem TEXT NOT NULL,
        PRIMARY KEY (server, place, key)
    ) WITHOUT ROWID;
    CREATE INDEX left_out_key ON left_out (server, key);
    """,
    """
    ALTER TABLE job RENAME COLUMN want TO work;
    UPDATE meta SET key = 'scanned_at' WHERE key = 'census_at';
    UPDATE meta SET key = 'baseline' WHERE key = 'picture';
    UPDATE meta SET key = 'listing_mark' WHERE key = 'sweep';
    UPDATE meta SET key = 'rebuild_needs_run',
        value = CASE WHEN CAST(value AS REAL) > 0 THEN 'true' ELSE 'false' END WHERE key = 'rebuilt_wants_run';
    """,
    """
    ALTER TABLE journal ADD COLUMN attempt INTEGER NOT NULL DEFAULT 0;
    ALTER TABLE journal ADD COLUMN section_id TEXT NOT NULL DEFAULT '';
    ALTER TABLE journal ADD COLUMN locked INTEGER NOT NULL DEFAULT -1 CHECK (locked IN (-1, 0, 1));
    ALTER TABLE journal ADD COLUMN base TEXT NOT NULL DEFAULT '';
    """,
    """
    CREATE TABLE contest (
        rating_key TEXT NOT NULL,
        field TEXT NOT NULL,
        scene_id INTEGER NOT NULL,
        times INTEGER NOT NULL,
        first_at REAL NOT NULL,
        last_at REAL NOT NULL,
        held_at REAL NOT NULL,
        PRIMARY KEY (rating_key, field, scene_id)
    ) WITHOUT ROWID;
    CREATE INDEX contest_held ON contest (field, scene_id) WHERE held_at > 0;
    CREATE INDEX contest_scene ON contest (scene_id);
    """,
    """
    ALTER TABLE scene ADD COLUMN known_since REAL NOT NULL DEFAULT 0;
    ALTER TABLE plex_section ADD COLUMN agent TEXT NOT NULL DEFAULT '';
    CREATE TABLE collection (
        name TEXT NOT NULL,
        section_id TEXT NOT NULL,
        rating_key TEXT NOT NULL,
        title TEXT NOT NULL,
        left_at REAL NOT NULL,
        PRIMARY KEY (name, section_id)
    ) WITHOUT ROWID;
    CREATE INDEX collection_left ON collection (left_at) WHERE left_at > 0;
    DELETE FROM meta WHERE key = 'adding_names';
    """,
    """
    ALTER TABLE job ADD COLUMN parked_for TEXT NOT NULL DEFAULT '';
    ALTER TABLE job ADD COLUMN parked_at REAL NOT NULL DEFAULT 0;
    UPDATE job SET parked_for = cause, parked_at = changed_at
        WHERE state = 'waiting' AND cause IN ('missing', 'ambiguous', 'unmapped', 'no_file');
    CREATE INDEX job_missing ON job (parked_at) WHERE state = 'waiting' AND cause = 'missing';
    CREATE TABLE ignored_scene (scene_id INTEGER PRIMARY KEY, created_at TEXT NOT NULL, at REAL NOT NULL);
    CREATE INDEX ignored_scene_at ON ignored_scene (at);
    CREATE TABLE item_choice (
        scene_id INTEGER NOT NULL,
        says TEXT NOT NULL CHECK (says IN ('chosen', 'unlinked')),
        rating_key TEXT NOT NULL,
        section_id TEXT NOT NULL,
        path_key TEXT NOT NULL,
        at REAL NOT NULL,
        PRIMARY KEY (scene_id, rating_key, path_key)
    ) WITHOUT ROWID;
    CREATE INDEX item_choice_item ON item_choice (rating_key);
    CREATE INDEX item_choice_file ON item_choice (path_key);
    ALTER TABLE link ADD COLUMN recheck_at REAL NOT NULL DEFAULT 0;
    CREATE INDEX link_recheck ON link (recheck_at) WHERE recheck_at > 0;
    UPDATE link SET base = json_remove(json_set(base, '$.intents', (
            SELECT json_group_array(json_array(
                one.key, CASE one.type WHEN 'array' THEN json(one.value) ELSE one.value END, link.synced_at))
            FROM json_each(link.base, '$.intended') AS one)), '$.intended')
        WHERE json_extract(base, '$.intended') != '{}';
    UPDATE link_kept SET base = json_remove(json_set(base, '$.intents', (
            SELECT json_group_array(json_array(
                one.key, CASE one.type WHEN 'array' THEN json(one.value) ELSE one.value END, link_kept.synced_at))
            FROM json_each(link_kept.base, '$.intended') AS one)), '$.intended')
        WHERE json_extract(base, '$.intended') != '{}';
    ALTER TABLE journal ADD COLUMN photos TEXT NOT NULL DEFAULT '';
    DROP INDEX journal_run;
    CREATE INDEX link_taken_back ON link (scene_id)
        WHERE instr(base, '"taken_back":') + instr(images, '"taken_back":') > 0;
    CREATE TABLE undo (
        run_id INTEGER NOT NULL,
        scene_id INTEGER NOT NULL,
        rating_key TEXT NOT NULL,
        field TEXT NOT NULL,
        undone_run INTEGER NOT NULL,
        state TEXT NOT NULL CHECK (state IN ('wanted', 'back', 'stays', 'failed', 'stopped')),
        reason TEXT NOT NULL,
        detail TEXT NOT NULL,
        PRIMARY KEY (run_id, scene_id, rating_key, field)
    ) WITHOUT ROWID;
    CREATE INDEX undo_wanted ON undo (scene_id) WHERE state = 'wanted';
    CREATE INDEX undo_state ON undo (run_id, state);
    INSERT INTO run (kind, origin, scope, state, allowed, taken, total, result, started_at, ended_at)
        SELECT 'edit', 'before', '', 'done', 0, 0, 0, '{}', min(at), max(at) FROM journal
        WHERE run_id = 0 GROUP BY CAST(at / 60 AS INTEGER);
    CREATE TABLE edit_minute (minute INTEGER PRIMARY KEY, run_id INTEGER NOT NULL);
    INSERT INTO edit_minute SELECT CAST(started_at / 60 AS INTEGER), id FROM run WHERE kind = 'edit';
    UPDATE journal SET run_id = (SELECT run_id FROM edit_minute WHERE minute = CAST(at / 60 AS INTEGER))
        WHERE run_id = 0;
    DROP TABLE edit_minute;
    CREATE INDEX journal_run ON journal (run_id, scene_id, state, field);
    CREATE INDEX journal_field ON journal (run_id, field) WHERE state = 'written';
    ALTER TABLE job ADD COLUMN edit_id INTEGER NOT NULL DEFAULT 0;
    ALTER TABLE job ADD COLUMN is_asked INTEGER NOT NULL DEFAULT 0;
    CREATE TABLE adopted (
        run_id INTEGER NOT NULL,
        scene_id INTEGER NOT NULL,
        rating_key TEXT NOT NULL,
        field TEXT NOT NULL,
        value TEXT NOT NULL,
        before TEXT,
        PRIMARY KEY (run_id, scene_id, rating_key, field)
    ) WITHOUT ROWID;
    """,
)
