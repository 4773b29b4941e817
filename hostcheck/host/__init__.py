"""The only door to the machine: live, or a captured root."""
