"""Send the plans of several items in few requests, and say what became of each item."""
