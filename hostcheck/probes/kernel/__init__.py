"""Probes of the kernel: its configuration, modules, settings, control groups, namespaces and security modules."""
