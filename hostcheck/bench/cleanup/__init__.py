"""What removes what a run made, whether it ends in order or is killed."""
