"""Operations on single scenes: the tab of one, those that wait, and those that need a person."""
