"""What Stash starts PlexSync for: tasks, page operations and, once, the agent.

``answer`` answers Stash, ``resident`` is the agent. Each loads only what it needs: a page asks every few seconds.
"""
