"""The use cases that Stash's tasks, the page and the command line share; nothing here writes to Plex."""
