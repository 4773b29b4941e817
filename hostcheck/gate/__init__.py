"""A policy and a run into one decision."""
