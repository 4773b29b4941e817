"""Measure between hosts: which ports they reach on each other, round-trip times, loss and MTU."""
