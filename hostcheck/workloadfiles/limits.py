"""How large a workload file may be."""

LARGEST = 2 << 20
"""Bytes of one file. A manifest of a thousand objects has two million."""
MOST_PORTS = 65_536
"""Ports of the host that one workload may publish: there are no more."""
