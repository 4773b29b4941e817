"""Remove what a run made, whether it ends normally or is killed."""
