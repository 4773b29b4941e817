"""Check a seller's promise: the grammar of its file, and whether each line was kept (docs/promise.md)."""
