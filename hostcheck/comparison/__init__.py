"""Runs beside each other: which is faster, by how much, and how sure that is. Pure: runs in, a comparison out."""
