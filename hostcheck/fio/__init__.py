"""fio: job files in, JSON out. Finds the program, runs one job, reads what it says. Knows nothing of benchmarks."""
