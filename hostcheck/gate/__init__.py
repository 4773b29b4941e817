"""The gate: decide whether a run meets a policy."""
