"""Compare runs: which host is faster, by how much, and how certain this is. Pure functions without input or output."""
