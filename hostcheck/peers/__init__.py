"""What hosts reach of each other: ports, round trips, loss and MTU, each measured by the hosts themselves."""
