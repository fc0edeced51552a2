"""Measures the flow against baselines of the same run. `python -m bench` writes the table to docs/benchmarks.md."""
