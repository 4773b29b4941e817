"""Short measurements over hours or days: what one run of a minute cannot show."""
