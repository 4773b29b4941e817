"""Captures: all that the probes read of a host, without private data, in one file that replays the audit."""
