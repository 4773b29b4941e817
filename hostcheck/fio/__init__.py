"""Find fio, read job files, run one job, and parse fio's output. Independent of the benchmarks."""
