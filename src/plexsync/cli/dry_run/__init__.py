"""The dry runs of commands, field by field."""
