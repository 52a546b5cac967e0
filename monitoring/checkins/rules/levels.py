"""How bad: the five levels every verdict and alert uses."""

from enum import IntEnum


class Level(IntEnum):
    """Ordered, so that “worse” is “greater”. Staff read `label`; files and the API use `word`."""

    NONE = 0
    INFO = 1
    WARNING = 2
    URGENT = 3
    EMERGENCY = 4

    @property
    def word(self) -> str:
        return self.name.lower()

    @property
    def label(self) -> str:
        return _LABELS[self]

    @classmethod
    def from_word(cls, word: str) -> "Level":
        """The level named `word`; a ValueError for any other text."""
        try:
            return cls[word.upper()]
        except KeyError:
            raise ValueError(f"“{word}” is not a level; write one of {', '.join(each.word for each in cls)}.") from None

    def raised(self) -> "Level":
        """One level worse, where there is a level to raise and one above it."""
        return self if self in {Level.NONE, Level.EMERGENCY} else Level(self + 1)


_LABELS = {
    Level.NONE: "None",
    Level.INFO: "Info",
    Level.WARNING: "Check",
    Level.URGENT: "Urgent",
    Level.EMERGENCY: "Emergency",
}
