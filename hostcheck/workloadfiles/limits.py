"""Limits on the size of workload files."""

LARGEST = 2 << 20
"""Maximum size of one file in bytes: 2 MiB, as much as a manifest of a thousand objects."""
MOST_PORTS = 65_536
"""Maximum number of host ports of one workload: as many as there are ports."""
ALL_PORTS = 4 * MOST_PORTS
"""Maximum number of host ports in ranges of all workloads that are read at once: each is a separate need."""
