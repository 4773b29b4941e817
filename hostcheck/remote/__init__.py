"""A host that only a shell reaches: what probes ask is asked in batches, by one POSIX sh program (``program.sh``)."""
