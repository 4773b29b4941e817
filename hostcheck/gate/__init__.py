"""A run and a policy into one decision."""
