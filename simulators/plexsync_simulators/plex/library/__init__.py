"""The state: sections, items, tags, pictures; read from JSON and written to it."""
