"""How many regimens a second the checker screens in one process, against other checkers and a bare look-up.

The limit is the least any checker must do: ask, for each pair of the regimen's substances, whether the pair is
listed. The checker explains its findings, with factors, unknowns and sources; the limit only says yes. The other
checkers are set to the same ten medicines: one knows only the pair, the other the pairs of this release.
"""

import random
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from datetime import date
from decimal import Decimal
from functools import partial
from itertools import combinations
from pathlib import Path
from typing import Any, Final, Literal

from benchmarks.measuring import Job, interleaved, ratio
from benchmarks.peers.cql import PACKAGES, Cql, NotRunError
from benchmarks.peers.ddi import Ddi, write_pairs
from interactions.checking import Exposure, PatientContext, check_regimen, read_entry
from interactions.checking.index import index_of
from interactions.knowledge.loader import current_release

ON: Final = date(2026, 6, 15)
PAIR: Final = ("baclofen 10 mg tid", "amitriptyline 25 mg at night")
TEN: Final = (
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
# Ten that no rule is about: neither baclofen nor a tricyclic among them.
HARMLESS: Final = (
    "lisinopril 10 mg daily",
    "metformin 500 mg bd",
    "acetaminophen 1 g qid",
    "cetirizine 10 mg daily",
    "amlodipine 5 mg daily",
    "furosemide 40 mg daily",
    "oxybutynin 5 mg bd",
    "sertraline 50 mg daily",
    "gabapentin 300 mg tid",
    "tramadol 50 mg qid",
)
# Every rule about a tricyclic is asked here, and none speaks.
BESIDE_ONE: Final = (
    "amitriptyline 25 mg at night",
    "metformin 500 mg bd",
    "acetaminophen 1 g qid",
    "levothyroxine 50 mcg od",
    "atorvastatin 20 mg od",
    "allopurinol 100 mg od",
    "amoxicillin 500 mg tid",
    "apixaban 5 mg bd",
    "omeprazole 20 mg od",
    "montelukast 10 mg od",
)
PATIENT: Final = PatientContext(age=72, sex="F", egfr=Decimal(48))
REPEATS: Final = 1000
DIFFERENT: Final = 300


def _exposures(entered: Sequence[str]) -> list[Exposure]:
    return [
        exposure for text in entered for exposure in read_entry(text, route="oral", start=date(2026, 3, 1)).exposures
    ]


def run(rounds: int, seed: int) -> dict[str, object]:
    """Screenings a second: the pair, ten medicines, none that interact; reading the text; peers; the bare look-up."""
    regimens = {
        "pair": _exposures(PAIR),
        "ten medicines": _exposures(TEN),
        "nothing found": _exposures(HARMLESS),
        "nothing found beside amitriptyline": _exposures(BESIDE_ONE),
    }
    jobs = _own_jobs(regimens, seed)
    with ExitStack() as stack:
        peers, not_run, notes = _peers(stack, [each.ingredient for each in regimens["ten medicines"]])
        figures = interleaved({**jobs, **peers}, rounds)
    return {
        "release": current_release().version,
        "findings of ten medicines": len(check_regimen(regimens["ten medicines"], PATIENT, ON).findings),
        "figures": figures,
        "ratios": {
            **{
                f"screen over limit, {name}": ratio(figures, f"screen: {name}", f"limit, pairs looked up: {name}")
                for name in regimens
            },
            **{
                f"{what} over {peer}": ratio(figures, f"{what}: ten medicines", peer)
                for what in ("screen", "screen and read")
                for peer in peers
            },
        },
        "peers": notes,
        "not run": not_run,
    }


def _own_jobs(regimens: dict[str, list[Exposure]], seed: int) -> dict[str, Job]:
    """What the checker and the limit do, by name."""
    different = _different_regimens(seed)
    jobs: dict[str, Job] = {}
    for name, exposures in regimens.items():
        jobs[f"screen: {name}"] = partial(_screen, [exposures] * REPEATS)
        jobs[f"limit, pairs looked up: {name}"] = partial(_look_up, exposures, _listed_pairs(seed))
    jobs["screen and read: ten medicines"] = partial(_screen_and_read, regimens["ten medicines"])
    jobs[f"screen: {DIFFERENT} different regimens of ten"] = partial(_screen, different)
    jobs["read ten medicines from text"] = _read_ten
    return jobs


def _screen(regimens: Sequence[list[Exposure]]) -> int:
    for regimen in regimens:
        check_regimen(regimen, PATIENT, ON)
    return len(regimens)


def _screen_and_read(exposures: list[Exposure]) -> int:
    for _ in range(REPEATS):
        check_regimen(exposures, PATIENT, ON).as_dict()
    return REPEATS


def _look_up(exposures: list[Exposure], listed: frozenset[tuple[str, str]]) -> int:
    names = [exposure.ingredient for exposure in exposures]
    for _ in range(REPEATS):
        [pair for pair in combinations(sorted(names), 2) if pair in listed]
    return REPEATS


def _read_ten() -> int:
    for _ in range(20):
        _exposures(TEN)
    return 20


def _peers(stack: ExitStack, keys: list[str]) -> tuple[dict[str, Job], dict[str, str], dict[str, Any]]:
    """The other checkers that can be run here, why others cannot, and what each was set to do."""
    jobs: dict[str, Job] = {}
    not_run: dict[str, str] = {}
    notes: dict[str, Any] = {}
    try:
        cql = Cql()
        stack.callback(cql.close)
        codes = [str(current_release().substances[key].rxcui) for key in keys]
        cql.seconds("values", codes, 1)
    except NotRunError as reason:
        not_run["cql-execution"] = str(reason)
    else:
        jobs["cql-execution, the pair over FHIR orders"] = partial(_ask_cql, cql, "fhir", codes, 20)
        jobs["cql-execution, the pair over plain values"] = partial(_ask_cql, cql, "values", codes, 400)
        notes["cql-execution"] = {**PACKAGES, "knows": "the pair alone, without routes, dates, doses or factors"}
    try:
        ddi = Ddi()
    except NotRunError as reason:
        not_run["clinical-ddi-check"] = str(reason)
    else:
        file = Path(stack.enter_context(tempfile.TemporaryDirectory())) / "pairs.json"
        pairs = write_pairs(file, _pairs_of_rules(), _said_of)
        jobs["clinical-ddi-check with the pairs of this release"] = partial(_ask_ddi, ddi, keys, file, 20)
        jobs["clinical-ddi-check as shipped"] = partial(_ask_ddi, ddi, keys, None, 400)
        notes["clinical-ddi-check"] = {
            "version": ddi.version,
            "pairs given": pairs,
            "left out": "its look-up of names over the network; as shipped it knows five pairs, none of these",
        }
    return jobs, not_run, notes


def _ask_cql(cql: Cql, over: Literal["fhir", "values"], codes: list[str], times: int) -> int:
    cql.seconds(over, codes, times)
    return times


def _ask_ddi(ddi: Ddi, keys: list[str], file: Path | None, times: int) -> int:
    for _ in range(times):
        ddi.check(keys, file)
    return times


def _pairs_of_rules() -> Iterator[tuple[str, str]]:
    """Baclofen and each tricyclic with every other substance: no rule speaks of two others alone."""
    targets = sorted(index_of(current_release()).targets)
    for one in targets:
        for other in sorted(current_release().substances):
            if other not in targets or other > one:
                yield one, other


def _said_of(one: str, other: str) -> tuple[str, str] | None:
    """Severity and effects of two medicines together, where a card names both; what the peer's file can hold."""
    screening = check_regimen([Exposure(ingredient=one), Exposure(ingredient=other)], PatientContext(), ON)
    for finding in screening.findings:
        if {one, other} <= set(finding.participants) and finding.counts:
            return finding.severity.value, " ".join(finding.effects)
    return None


def _different_regimens(seed: int) -> list[list[Exposure]]:
    """The pair with eight other medicines, drawn anew for each."""
    chooser = random.Random(seed)
    others = sorted(current_release().substances.keys() - {"baclofen", "amitriptyline"})
    pair = _exposures(PAIR)
    start = date(2026, 3, 1)
    return [
        [*pair, *(Exposure(ingredient=key, entered=key, start=start) for key in chooser.sample(others, k=8))]
        for _ in range(DIFFERENT)
    ]


def _listed_pairs(seed: int) -> frozenset[tuple[str, str]]:
    """As many random pairs as a small commercial list has; which ones does not matter to a look-up."""
    chooser = random.Random(seed)
    keys = sorted(current_release().substances)
    every = list(combinations(keys, 2))
    return frozenset(chooser.sample(every, k=min(2000, len(every))))
