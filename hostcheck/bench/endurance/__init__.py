"""Short measurements over hours or days. They show variation that a run of a minute cannot show."""
