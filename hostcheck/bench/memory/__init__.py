"""How fast memory is, of a working set that no cache of the CPU holds."""
