"""How things stand, in one sentence: ``facts`` are what it is made from, ``standing`` chooses the line that applies."""
