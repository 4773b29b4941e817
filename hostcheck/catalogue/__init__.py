"""The catalogue of facts: the values of each, how it is decided, and the sources. Data files and their loader."""
