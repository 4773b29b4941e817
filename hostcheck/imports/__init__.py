"""Other people's results as a run: what fio or yabs.sh wrote somewhere, to be compared with what hostcheck measures."""
