"""How an input becomes columns of a row."""
