"""Check a seller's promise: parse its file, and judge whether each line was kept (docs/promise.md)."""
