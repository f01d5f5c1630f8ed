"""A reconcile's pure rules: its findings, its brakes, and the rows of its preview."""
