"""Probes of the data-root: its file system, its disk, the storage drivers."""
