"""Benchmarks: ours and the peers or floors side by side, in one run, on the machine at hand.

Each is `python -m benchmarks.NAME` (`--quick`: at most 45 seconds) and ends with one line of JSON.
"""
