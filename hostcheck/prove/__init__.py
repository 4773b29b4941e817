"""Proof: run one container through each engine of this host, and check what it must do. Makes the facts prove.*."""
