"""Remove all objects that a run made, whether it ends normally or is killed."""
