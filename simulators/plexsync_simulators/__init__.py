"""Simulated servers: what the demo, the tests and the benchmarks run against."""
