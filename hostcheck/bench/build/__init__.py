"""The build workload: one docker build, timed."""
