"""The history: every run that was made on this host, in one SQLite file in the user's data folder."""
