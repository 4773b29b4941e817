"""Benchmarks: timed workloads, and the conditions each sample was taken under."""
