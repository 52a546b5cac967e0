"""How many regimens a second the checker screens in one process, against the bare look-up nobody can do without.

The limit is the least any checker must do: ask, for each pair of the regimen's substances, whether the pair is
listed. The checker explains its findings, with factors, unknowns and sources; the limit only says yes.
"""

import random
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from itertools import combinations

from benchmarks.measuring import interleaved, ratio
from interactions.checking import Exposure, PatientContext, check_regimen, read_entry
from interactions.knowledge.loader import current_release

ON = date(2026, 6, 15)
PAIR = ("baclofen 10 mg tid", "amitriptyline 25 mg at night")
TEN = (
    *PAIR,
    "gabapentin 300 mg tid",
    "tramadol 50 mg qid",
    "sertraline 50 mg daily",
    "lisinopril 10 mg daily",
    "amlodipine 5 mg daily",
    "metformin 500 mg bd",
    "oxybutynin 5 mg bd",
    "furosemide 40 mg daily",
)
HARMLESS = ("lisinopril 10 mg daily", "metformin 500 mg bd", "acetaminophen 1 g qid", "cetirizine 10 mg daily")
REPEATS = 300


def _exposures(entered: Sequence[str]) -> list[Exposure]:
    return [
        exposure for text in entered for exposure in read_entry(text, route="oral", start=date(2026, 3, 1)).exposures
    ]


def run(rounds: int, seed: int) -> dict[str, object]:
    """Screenings a second: the pair, ten medicines, none that interact; reading the text; and the bare look-up."""
    context = PatientContext(age=72, sex="F", egfr=Decimal(48))
    regimens = {"pair": _exposures(PAIR), "ten medicines": _exposures(TEN), "nothing found": _exposures(HARMLESS)}
    names = {name: [exposure.ingredient for exposure in exposures] for name, exposures in regimens.items()}
    listed = _listed_pairs(seed)

    def screen(name: str) -> int:
        for _ in range(REPEATS):
            check_regimen(regimens[name], context, ON)
        return REPEATS

    def look_up(name: str) -> int:
        for _ in range(REPEATS):
            [pair for pair in combinations(sorted(names[name]), 2) if pair in listed]
        return REPEATS

    def read() -> int:
        for _ in range(20):
            _exposures(TEN)
        return 20

    jobs = {f"screen: {name}": lambda name=name: screen(name) for name in regimens}
    jobs |= {f"limit, pairs looked up: {name}": lambda name=name: look_up(name) for name in regimens}
    figures = interleaved({**jobs, "read ten medicines from text": read}, rounds)
    return {
        "release": current_release().version,
        "figures": figures,
        "ratios": {
            f"screen over limit, {name}": ratio(figures, f"screen: {name}", f"limit, pairs looked up: {name}")
            for name in regimens
        },
    }


def _listed_pairs(seed: int) -> frozenset[tuple[str, str]]:
    """As many random pairs as a small commercial list has; which ones does not matter to a look-up."""
    chooser = random.Random(seed)
    keys = sorted(current_release().substances)
    every = list(combinations(keys, 2))
    return frozenset(chooser.sample(every, k=min(2000, len(every))))
