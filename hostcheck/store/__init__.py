"""The history: all runs made on this host, in one SQLite file in the user's data folder."""
