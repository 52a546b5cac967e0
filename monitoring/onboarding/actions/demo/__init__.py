"""The demo clinic: who is in it, and how its eight weeks went."""
