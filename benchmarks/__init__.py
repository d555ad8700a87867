"""What is measured: `python benchmarks/outreach.py`."""
