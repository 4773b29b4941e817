"""Fleets: audit the hosts of an inventory through Ansible, store the results in one folder, and judge them together."""
