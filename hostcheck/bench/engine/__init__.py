"""The container engine to measure: find it, connect to it, monitor it and lock it, or start a private engine."""
