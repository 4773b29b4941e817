"""Import results of other programs (fio, yabs.sh…) as a run, to compare them with hostcheck's measurements."""
