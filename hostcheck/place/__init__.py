"""Where a host can be: what round trips to landmarks exclude, and what is claimed (docs/locate.md)."""
