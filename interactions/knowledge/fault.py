"""What a check of a release answers with."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong: the part of the release, the record's id and the keys inside it, and a sentence."""

    part: str
    keys: tuple[str | int, ...]
    problem: str
