"""Where a host can be, by round trips to landmarks; and what others claim about its place (docs/locate.md)."""
