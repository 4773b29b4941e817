"""What the probes read of a host, without what is private, in one file that replays the audit."""
