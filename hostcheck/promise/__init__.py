"""What a seller promised, line by line: the file's grammar, and whether each line was kept (docs/promise.md)."""
