"""Where workloads can run: their needs on one host, and a placement of all their instances on several hosts."""
