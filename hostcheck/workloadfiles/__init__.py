"""Workload files: what Compose, Kubernetes, Marathon, fleet, systemd and others ask of a host. A reader a format."""
