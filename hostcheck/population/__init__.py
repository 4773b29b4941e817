"""Many hosts as columns: of each run what a page of a fleet needs, so that ten thousand runs are never held at once."""
