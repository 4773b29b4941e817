"""How fast the network is to a peer that the user names."""
