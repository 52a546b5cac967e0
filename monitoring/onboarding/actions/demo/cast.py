"""The people of the demo clinic. All of them are invented, and their identifiers say so."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from types import MappingProxyType
from typing import Final

from interactions.medicines import Dose


@dataclass(frozen=True, slots=True)
class DemoMedicine:
    """A medicine begun `begins` days into the history; `plan` says how its dose then changes.

    "labelled" and "cautious" go up, by the first schedule or by the gentlest; "taper" goes down; "drawn" waits to be
    signed. The plan is made `planned_ago` days before the history ends.
    """

    entered: str
    dose: Dose
    begins: int = 0
    ends: int | None = None
    plan: str = ""
    planned_ago: int = 14


@dataclass(frozen=True, slots=True)
class DemoPatient:
    """`misses` is the share of check-ins not answered; `symptoms` the usual score of a question, 0 when absent.

    `worse_after` names what a dose rise brings for three days; `ends_badly` the answers of the last day. Nobody
    renews the answers of one who is `left_alone`; `egfr_at_end` comes back from the laboratory on the last day.
    """

    given: str
    family: str
    born: date
    sex: str
    egfr: Decimal | None
    conditions: tuple[str, ...] | None
    medicines: tuple[DemoMedicine, ...]
    misses: float = 0.08
    symptoms: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))
    worse_after: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))
    ends_badly: Mapping[str, object] = field(default_factory=lambda: MappingProxyType({}))
    left_alone: bool = False
    egfr_at_end: Decimal | None = None


def mg(*amounts: str) -> Dose:
    """A dose of so many milligrams at each administration of a day."""
    return Dose(tuple(Decimal(amount) for amount in amounts), "mg")


BACLOFEN_5: Final = DemoMedicine("baclofen", mg("5", "5", "5"))
BACLOFEN_10: Final = DemoMedicine("baclofen", mg("10", "10", "10"))
AMITRIPTYLINE_10: Final = DemoMedicine("amitriptyline", mg("10"), begins=10)
AMITRIPTYLINE_25: Final = DemoMedicine("amitriptyline", mg("25"), begins=7)

# fmt: off
PATIENTS: Final = (
    DemoPatient(
        "Maya", "Harper", date(1957, 3, 14), "F", Decimal(52), ("chronic kidney disease stage 3", "falls"),
        (DemoMedicine("baclofen", mg("5", "5"), plan="cautious", planned_ago=5), AMITRIPTYLINE_10),
        symptoms={"q1_sleepiness": 1}, worse_after={"q1_sleepiness": 2, "q3_standing": 1},
    ),
    DemoPatient(
        "Tunde", "Adeyemi", date(1972, 8, 2), "M", Decimal(88), ("multiple sclerosis",),
        (DemoMedicine("baclofen", mg("10", "10", "10"), plan="taper", planned_ago=12), AMITRIPTYLINE_25),
        ends_badly={"q4_fall": 3, "q6_strength": 1},
    ),
    DemoPatient(
        "Eva", "Lindqvist", date(1945, 1, 21), "F", Decimal(41), ("chronic kidney disease stage 3", "hypertension"),
        (BACLOFEN_5, AMITRIPTYLINE_10, DemoMedicine("gabapentin", mg("300", "300", "300"), begins=14)),
        symptoms={"q1_sleepiness": 1, "q3_standing": 1}, worse_after={"q1_sleepiness": 3, "q5_thinking": 1},
        left_alone=True,
    ),
    DemoPatient(
        "Luis", "Soto", date(1979, 5, 30), "M", Decimal(95), ("spinal cord injury",),
        (BACLOFEN_10, AMITRIPTYLINE_25), misses=0.55,
    ),
    DemoPatient(
        "Nadia", "Rahman", date(1988, 11, 9), "F", Decimal(102), ("multiple sclerosis",),
        (DemoMedicine("baclofen", mg("5", "5", "5"), plan="drawn", planned_ago=1), AMITRIPTYLINE_10),
        symptoms={"q3_standing": 1}, ends_badly={"q3_standing": 2},
    ),
    DemoPatient(
        "Wei", "Chen", date(1964, 2, 17), "M", Decimal(76), ("COPD",),
        (BACLOFEN_10, AMITRIPTYLINE_10), symptoms={"q2_breathing": 0}, egfr_at_end=Decimal(44),
    ),
    DemoPatient(
        "Grace", "Okonjo", date(1951, 9, 26), "F", None, None,
        (BACLOFEN_5, DemoMedicine("nortriptyline", mg("10"), begins=12)),
    ),
    DemoPatient(
        "Arthur", "Penrose", date(1949, 7, 4), "M", Decimal(63), ("hypertension",),
        (
            BACLOFEN_10,
            DemoMedicine("amitriptyline", mg("25"), begins=0, ends=50),
        ),
    ),
    DemoPatient(
        "Sofia", "Marino", date(1983, 4, 11), "F", Decimal(110), (),
        (BACLOFEN_10, AMITRIPTYLINE_25, DemoMedicine("tramadol", mg("50", "50"), begins=40)),
        worse_after={"q1_sleepiness": 2},
    ),
    DemoPatient(
        "Piet", "de Vries", date(1969, 12, 1), "M", Decimal(84), ("multiple sclerosis",),
        (DemoMedicine("baclofen", mg("5", "5", "5"), plan="labelled"),), misses=0.02,
    ),
    DemoPatient(
        "Amina", "Yusuf", date(1992, 6, 23), "F", Decimal(115), (),
        (DemoMedicine("amitriptyline", mg("10"), plan="labelled"), DemoMedicine("baclofen", mg("5", "5"), begins=30)),
    ),
    DemoPatient(
        "Harold", "Whitcombe", date(1943, 10, 15), "M", Decimal(58), ("urinary retention", "hypertension"),
        (BACLOFEN_5, DemoMedicine("doxazosin", mg("4"))), misses=0.12,
    ),
)  # fmt: skip
