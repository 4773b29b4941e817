"""All access to the machine: a live host, a captured root, or a recorded capture."""
