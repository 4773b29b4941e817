"""Probes of the network: bridges, NAT, ports, routes, DNS, other servers of a cluster."""
