"""Workload files: what Compose, Kubernetes, Marathon, fleet, systemd and other formats need of a host.

There is one reader for each format.
"""
