"""What each fact is: which values it has, how it is decided, and on what sources. Data beside its loader."""
