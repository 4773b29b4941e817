"""The network workload: bandwidth and loss between this host and a peer that the user names."""
