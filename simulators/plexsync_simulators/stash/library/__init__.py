"""The state: rows in tables, the pictures, the SQLite file; read from JSON and written to it."""
