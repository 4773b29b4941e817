"""Where workloads may run: their needs against one host, and all of their instances against several."""
