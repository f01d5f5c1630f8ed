"""A simulated Stash: the recorded GraphQL schema over a library in memory, with plugins started as real processes.

Run it with `python -m plexsync_simulators.stash --port 0 --dir FOLDER`. It imitates recordings of a real
server (tests/recordings/stash). Where it can behave in two ways there is an option or a control call (see `control`).
"""
