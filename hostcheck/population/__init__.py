"""Many hosts as columns with only the data that a fleet's page needs, so that ten thousand runs fit in memory."""
