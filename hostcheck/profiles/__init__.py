"""What each engine needs, as data (one TOML file an engine), with the loader and the predicates beside it."""
