"""How fast the CPUs are, and how many of them this host is given."""
