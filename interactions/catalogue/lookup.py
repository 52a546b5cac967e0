"""From anything typed to medicines of the release: found, to be confirmed, or not known. Nothing is guessed. Pure."""

from dataclasses import dataclass
from typing import Literal

from interactions.knowledge.release import Release
from interactions.medicines import Match, Resolution, resolve, search

LONGEST: int = 200


@dataclass(frozen=True, slots=True)
class Medicine:
    """A substance to choose from; ``note`` warns of names it is easily taken for."""

    key: str
    name: str
    drug_class: str
    note: str


@dataclass(frozen=True, slots=True)
class Found:
    """The answer to a look-up. ``sure`` lists what the text means, ``maybe`` what it may mean.

    ``said`` is the sentence above the list; with neither list it says that the text is not known.
    """

    asked: str
    kind: Literal["sure", "confirm", "ambiguous", "offered", "unknown"]
    said: str
    sure: tuple[Medicine, ...] = ()
    maybe: tuple[Medicine, ...] = ()


def look_up(text: str, release: Release) -> Found:
    """What a name, brand, misspelling, product or part of a name means in this release."""
    asked = " ".join(text.split())[:LONGEST]
    resolution = resolve(asked, release=release)
    if resolution.resolved:
        return _resolved(asked, resolution, release)
    if resolution.candidates:
        maybe = _medicines(resolution.candidates, release)
        if resolution.match is Match.AMBIGUOUS:
            return Found(asked, "ambiguous", "This may mean more than one medicine. None is assumed.", maybe=maybe)
        return Found(asked, "confirm", "Not a name known here. Is one of these meant?", maybe=maybe)
    offered = dict.fromkeys(key for each in search(asked, release=release) for key in each.ingredients)
    if offered:
        return Found(asked, "offered", "Names that hold these letters:", maybe=_medicines(tuple(offered), release))
    said = "No medicine of this name is known here. That is not a statement that it is safe."
    return Found(asked, "unknown", said)


def _resolved(asked: str, resolution: Resolution, release: Release) -> Found:
    medicines = _medicines(resolution.ingredients, release)
    if resolution.unsure:
        return Found(asked, "confirm", "Not spelt as any name known here. Is this meant?", maybe=medicines)
    left = ", ".join(f"“{word}”" for word in resolution.not_understood)
    said = "This is:" if len(medicines) == 1 else "This holds:"
    said = f"{said[:-1]}, apart from {left}, which is not known here:" if left else said
    return Found(asked, "sure", said, medicines)


def _medicines(keys: tuple[str, ...], release: Release) -> tuple[Medicine, ...]:
    return tuple(_medicine(key, release) for key in dict.fromkeys(keys) if key in release.substances)


def _medicine(key: str, release: Release) -> Medicine:
    substance = release.substances[key]
    alike = ", ".join(substance.look_alikes)
    note = f"Easily taken for {alike}." if alike else ""
    return Medicine(key, substance.name, substance.drug_class, note)
