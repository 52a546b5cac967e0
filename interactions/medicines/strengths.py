"""The strengths that are written beside the names of a product: "5/325", "2%", "25 MG / 10 MG"."""

import re
from collections.abc import Sequence
from decimal import Decimal
from typing import Final

from interactions.knowledge.release import Combination, Strength
from interactions.medicines.numbers import NUMBER, read_number

_UNIT: Final = r"(?P<unit>%|mg|mcg|ug|micrograms?|g|grams?)"
_SALTS: Final = r"(?:\s*\b(?:hcl|[a-z]+ate|[a-z]+ide|oral|tablets?)\b)*"
_FORM: Final = (
    r"\s*(?:oral |disintegrating |film.coated )*"
    r"(?:tab(?:let)?s?|cap(?:sule)?s?|pills?|patch(?:es)?|granules|sachets?)\b"
)
_BESIDE: Final = re.compile(
    rf"^{_SALTS}\s*(?P<amount>{NUMBER})\s*{_UNIT}(?![a-z])"
    rf"(?:\s*(?:/|per)\s*(?P<per>{NUMBER})?\s*ml\b)?(?P<form>{_FORM})?"
)
_SLASHED: Final = re.compile(rf"^\D{{0,12}}({NUMBER}(?:\s*(?:mg)?\s*[/-]\s*{NUMBER})+)(?!\s*(?:ml|tabs?\b))")
_LEAST_STRENGTH: Final = 10
# Always the larger part of a product of two, so that "300/30" and "30/300" are the same tablet on either side
# of a border. General knowledge of usual packs.
_LARGER_PART: Final = frozenset(
    ("acetaminophen", "aspirin", "ibuprofen", "naproxen", "amitriptyline", "levodopa", "fluoxetine", "bupropion")
)
_UNITS: Final = {"%": "%", "mg": "mg", "g": "g", "mcg": "microgram", "ug": "microgram"}


def beside(ingredient: str, rest: str, *, alone: bool) -> Strength | None:
    """The strength right after a name. An amount that is ``alone`` (one name in the text) is a dose
    unless a form, a percentage or a volume shows that it belongs to the product.
    """
    found = _BESIDE.match(rest)
    if found is None:
        return None
    amount = read_number(found["amount"])
    unit = _UNITS.get(found["unit"], "microgram" if found["unit"].startswith("mic") else "g")
    liquid = found[0].rstrip().endswith("ml")
    if amount is None or (alone and unit != "%" and not liquid and not found["form"]):
        return None
    if not liquid:
        return Strength(ingredient=ingredient, amount=amount, unit=unit)
    per = read_number(found["per"]) if found["per"] else Decimal(1)
    if per is None:
        return None
    return Strength(ingredient=ingredient, amount=amount, unit=unit, per=per, per_unit="mL")


def slashed(order: Sequence[str], rest: str) -> tuple[Strength, ...]:
    """ "5/325" after a name, given to the parts in label order; empty unless the counts agree."""
    found = _SLASHED.match(rest)
    if found is None:
        return ()
    amounts = [read_number(part) for part in re.findall(NUMBER, found[1])]
    if len(amounts) != len(order) or None in amounts:
        return ()
    # "co-codamol 1-2 qds" counts tablets; no product has only strengths as small as counts.
    if "/" not in found[1] and all(amount is not None and amount < _LEAST_STRENGTH for amount in amounts):
        return ()
    larger = [name for name in order if name in _LARGER_PART]
    if len(order) == 2 and len(larger) == 1:
        known = sorted((amount for amount in amounts if amount is not None), reverse=order[0] == larger[0])
        return tuple(Strength(ingredient=name, amount=amount) for name, amount in zip(order, known, strict=True))
    return tuple(Strength(ingredient=name, amount=amount) for name, amount in zip(order, amounts, strict=True))


def label_order(combination: Combination) -> tuple[str, ...]:
    """The parts of a combination in the order in which their strengths are written."""
    return combination.label_order or combination.ingredients + combination.others
