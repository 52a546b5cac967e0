"""Figures anybody can make again: `python -m benchmarks NAME`. Each measures a peer or a limit in the same run."""
