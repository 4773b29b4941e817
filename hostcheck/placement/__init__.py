"""Where workloads can run: judge their needs on each host, and find a placement of all their instances."""
