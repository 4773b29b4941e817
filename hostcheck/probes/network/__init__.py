"""Probes of the network: bridges, NAT, ports, routes, names, peers."""
