"""The one way the launcher fails: a sentence that says what is wrong and what to do."""


class LaunchError(Exception):
    """Something the person at the terminal can put right; the text is one sentence."""
