"""The plots of a page. Each has a finding in words, and its data as a table."""
