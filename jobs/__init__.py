"""Batch work: each module is `Args`, `Result` and `run`; `python -m jobs.NAME --help`."""
