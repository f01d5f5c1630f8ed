"""Things that long proofs do to both servers: edits of all kinds, faults, odd behaviour."""
