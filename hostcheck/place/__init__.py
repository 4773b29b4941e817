"""Where a host can be: the places that round trips to landmarks exclude, and the claims of others (docs/locate.md)."""
