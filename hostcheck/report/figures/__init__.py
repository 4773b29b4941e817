"""The figures of a page: each with its finding in words, its drawing, and its data as a table."""
