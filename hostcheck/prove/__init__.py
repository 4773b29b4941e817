"""Proof: run one container through each engine of this host, and check what it must be able to do. Facts prove.*."""
