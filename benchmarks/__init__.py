"""Benchmarks: each compares with its peer in one run and prints ratios; `make bench`."""
