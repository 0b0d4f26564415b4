"""Lumen Trading: the sample company which the demo, the tests and the benchmarks use."""
