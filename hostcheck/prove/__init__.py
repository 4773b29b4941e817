"""Proof: one container through each engine of this host, in what it has to be able to do. Facts prove.*."""
