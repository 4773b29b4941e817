"""Experiments: evidence found by trying. Each runs in a child process and leaves nothing behind."""
