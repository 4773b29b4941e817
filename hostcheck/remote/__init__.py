"""A host that is reached only through a shell: requests are sent in batches to one sh program (``program.sh``)."""
