"""Another dose for a line that is already taken, from the words in which somebody wrote it."""

from collections.abc import Sequence
from dataclasses import dataclass

from interactions.knowledge.release import Strength
from interactions.medicines.dose import Dose
from interactions.medicines.sig import read_sig


@dataclass(frozen=True, slots=True)
class Redose:
    """``doses`` has one for each ingredient, in their order; it is empty when no dose could be read.

    ``problems`` are sentences for the clinician, as `read_sig` gives them.
    """

    doses: tuple[Dose | None, ...]
    problems: tuple[str, ...] = ()


def read_redose(text: str, ingredients: Sequence[str], strengths: Sequence[Strength] = ()) -> Redose:
    """What "25 mg nocte" or "1 tablet tds" comes to in each ingredient of a line.

    Of a product with several ingredients an amount in mg says nothing, and a count of tablets only where the
    product's strengths are known. An amount without a frequency is a dose whose daily amount is not known.
    """
    held = {strength.ingredient: strength for strength in strengths}
    several = len(ingredients) > 1
    readings = [read_sig(text, strength=held.get(key), several=several) for key in ingredients]
    doses = tuple(each.dose or (None if several else each.count) for each in readings)
    problems = tuple(dict.fromkeys(problem for each in readings for problem in each.problems))
    return Redose(doses if any(doses) else (), problems)
