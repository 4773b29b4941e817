"""Fleets: the hosts of an inventory are audited through Ansible, stored in one folder, and judged together."""
