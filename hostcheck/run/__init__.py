"""The run file: the data of one host at one time, as one JSON document. All other parts of hostcheck read it."""
