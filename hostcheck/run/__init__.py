"""The run file: one host at one time, as one JSON document that everything else reads."""
