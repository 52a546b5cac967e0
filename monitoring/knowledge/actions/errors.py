"""Why something was not done, in words for the person who asked."""


class RefusedError(Exception):
    """What was asked cannot be; the text may be shown."""
