"""The questions that write to one item, and how it is put back."""
