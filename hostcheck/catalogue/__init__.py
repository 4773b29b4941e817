"""The catalogue of facts: possible values, how each is decided, and the sources. Data, and its loader."""
