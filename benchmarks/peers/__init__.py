"""Other checkers, set to the same task; each may be missing, and is then named as not run."""
