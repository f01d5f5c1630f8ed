"""The tasks in Stash's menu, one noun in each module."""
