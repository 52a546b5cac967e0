"""A name that was found in a text."""

from dataclasses import dataclass

from interactions.medicines.index import Meaning


@dataclass(frozen=True, slots=True)
class Found:
    """A name in the text: what it means and where it stands."""

    meaning: Meaning
    start: int
    end: int
    near: bool = False
