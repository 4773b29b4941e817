"""hostcheck: is this Linux server fit for containers? Answers with evidence."""

__version__ = "0.1.0"
