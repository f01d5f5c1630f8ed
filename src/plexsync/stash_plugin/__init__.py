"""Stash starts PlexSync for these: tasks, page operations and, once, the agent.

``answer`` answers Stash, ``resident`` is the agent. Each loads only what it needs: a page asks every few seconds.
"""
