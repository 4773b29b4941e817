"""The CPU workload: the speed of the CPUs, and how much CPU time this host gets."""
