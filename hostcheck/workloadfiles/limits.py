"""Limits of the size of workload files."""

LARGEST = 2 << 20
"""Maximum size of one file in bytes. A manifest of a thousand objects has two million."""
MOST_PORTS = 65_536
"""Maximum number of host ports of one workload: all ports that exist."""
