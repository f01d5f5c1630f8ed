"""What can be searched and sorted by, and how a search is paged."""
