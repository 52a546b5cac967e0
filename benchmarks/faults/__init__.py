"""The harness of the proofs by faults: the shipped processes, killed at will, and a judge that trusts no table."""
