"""Which route an instruction or a form of medicine points to; the words are those of exposures."""

from collections.abc import Iterable
from typing import Final

# Words that name the route come before words that name a form: an "oral gel" is oral.
_BY_WORD: Final[tuple[tuple[str, frozenset[str]], ...]] = tuple(
    (route, frozenset(words.split()))
    for route, words in (
        ("vaginal", "vaginal vaginally pv intravaginal pessary pessaries"),
        ("rectal", "rectal rectally pr"),
        ("intrathecal", "intrathecal intrathecally"),
        ("sublingual", "sublingual sublingually sl"),
        ("buccal", "buccal oromucosal"),
        ("transdermal", "transdermal patch patches"),
        ("intravenous", "intravenous iv"),
        ("intramuscular", "intramuscular im depot"),
        ("subcutaneous", "subcutaneous subcut subcutaneously"),
        ("nasal", "nasal intranasal"),
        ("inhaled", "inhaled inhaler smoked vape vaped inhalation"),
        ("ophthalmic", "ophthalmic eye eyes"),
        ("enteral", "enteral peg nasogastric gastrostomy jejunostomy"),
        ("oral", "oral orally po mouth swallow orodispersible"),
        (
            "topical",
            "topical topically cream creams gel gels ointment lotion rub apply applied skin plo paste foam shampoo",
        ),
        ("rectal", "suppository suppositories"),
        # After the gels, whose bottles have pumps too.
        ("intrathecal", "pump itb"),
        ("injection", "injection injected injectable"),
        (
            "oral",
            "tablet tablets tab tabs capsule capsules caps cap pill pills syrup granules linctus lozenge",
        ),
    )
)


def route_in(words: Iterable[str]) -> str | None:
    """The route that folded words point to; None when they name none."""
    seen = set(words)
    return next((route for route, signs in _BY_WORD if seen & signs), None)
