"""The immutable knowledge release: facts with their sources, validated on load."""
