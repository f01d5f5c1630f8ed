"""How each field of each type is read from a row."""
