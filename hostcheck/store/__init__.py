"""Every run that was made here, in one SQLite file in the user's data folder."""
