"""Things that happen are told once, to an observer; the log and the counters listen to it."""
