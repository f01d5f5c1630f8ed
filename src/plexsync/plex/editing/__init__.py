"""Edits in the forms that one server understands: how they are put together, and how that is learnt."""
