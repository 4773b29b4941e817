"""What hosts reach of each other: ports, round-trip times, loss and MTU. The hosts measure it themselves."""
