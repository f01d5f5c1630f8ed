"""How the benches measure, and how their figures are shown and kept."""
