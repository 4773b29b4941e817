"""The drawings of a page. Each has its finding in words, and its data as a table."""
