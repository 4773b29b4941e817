"""The disk workload: fio's jobs and the churn of small files."""
