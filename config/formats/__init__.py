"""How numbers are written where a language has habits of its own."""
