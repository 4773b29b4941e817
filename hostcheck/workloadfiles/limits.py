"""How large a workload file may be."""

LARGEST = 4 << 20
"""Bytes of one file. A manifest of a thousand objects has two million."""
