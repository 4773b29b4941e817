"""The memory workload: how fast memory is, with a working set that no CPU cache can hold."""
