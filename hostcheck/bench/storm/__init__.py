"""The storm workload: containers launched at once."""
