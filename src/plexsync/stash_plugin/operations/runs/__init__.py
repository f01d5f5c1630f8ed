"""Operations on what is done for many scenes: previews, reconciles, their history and their undo."""
