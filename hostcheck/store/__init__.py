"""The history: all runs made from this machine, in one SQLite file in the user's data folder."""
