"""One scene as its tab in Stash shows it."""
