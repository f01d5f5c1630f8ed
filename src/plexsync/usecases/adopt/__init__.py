"""Taking over a library that another tool has written to: its settings, and the values that it left locked."""
