"""Workload files: the needs that Compose, Kubernetes, Marathon, fleet, systemd and others state.

One reader per format.
"""
