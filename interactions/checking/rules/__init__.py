"""The rules, each a pure function from a regimen to the cards it calls for, in one explicit list."""

from dataclasses import dataclass
from typing import Final

from interactions.checking.rules import (
    body,
    heart,
    pair,
    person,
    reading,
    sedation,
    supply,
    tricyclic,
    withdrawal,
)
from interactions.checking.rules.cards import Rule


@dataclass(frozen=True, slots=True, eq=False)
class Registered:
    """A rule with the ids of its texts. ``needs`` names sets of the index: unless an ingredient of each is
    present (for today's rules: on the list at all), the rule has nothing to say and is not asked."""

    ids: tuple[str, ...]
    rule: Rule
    needs: tuple[str, ...] = ()


PRESENT_RULES: Final[tuple[Registered, ...]] = (
    Registered(("R01",), pair.pair, ("baclofen", "tca")),
    Registered(("R02",), pair.class_pair, ("baclofen", "other_tca")),
    Registered(("R24",), pair.local_pair, ("baclofen", "tca")),
    Registered(("R03",), sedation.opioid_stack, ("targets", "opioid")),
    Registered(("R21", "R23"), sedation.cns_stack, ("targets", "sedating")),
    Registered(("R22",), sedation.alcohol, ("targets",)),
    Registered(("R04",), tricyclic.maoi, ("maoi",)),
    Registered(("R05",), tricyclic.maoi_like, ("maoi_like",)),
    Registered(("R06",), tricyclic.serotonergic, ("tca", "serotonergic")),
    Registered(("R07",), tricyclic.triptan, ("tca", "triptan")),
    Registered(("R08",), tricyclic.cyp2d6, ("tca", "cyp2d6_strong_inhibitor")),
    Registered(("R09",), heart.qt_warned, ("tca", "qt_warned")),
    Registered(("R10",), heart.qt_possible, ("tca", "qt_possible")),
    Registered(("H01",), heart.long_qt, ("tca",)),
    Registered(("R12",), heart.orthostatic, ("targets", "pressure_lowering")),
    Registered(("R13",), heart.clonidine, ("tca", "alpha2_agonist")),
    Registered(("R11",), body.anticholinergic, ("targets", "anticholinergic_or_tca")),
    Registered(("R16",), body.renal, ("baclofen",)),
    Registered(("R19",), body.seizure, ("tca",)),
    Registered(("R20",), body.levodopa, ("baclofen", "levodopa")),
    Registered(("R29",), body.lithium, ("baclofen", "lithium")),
    Registered(("R14",), supply.duplicate_baclofen, ("baclofen",)),
    Registered(("R15",), supply.duplicate_tricyclic, ("tca",)),
    Registered(("R27",), supply.over_maximum, ("targets",)),
    Registered(("R25",), person.age, ("targets",)),
    Registered(("R26",), person.maternity, ("targets",)),
    Registered(("H02",), person.tricyclic_care, ("tca",)),
    Registered(("H03",), person.baclofen_care, ("baclofen",)),
)

# Asked once, about today: they look at what is past, at events, or at the list itself.
TODAY_RULES: Final[tuple[Registered, ...]] = (
    Registered(("R17",), withdrawal.withdrawal, ("baclofen",)),
    Registered(("R18",), withdrawal.pump),
    Registered(("R28",), reading.expanded),
    Registered(("N02",), reading.unit_error, ("targets",)),
    Registered(("N03",), reading.symptom),
)

# Works on the lines that were not resolved, and has no regimen to look at.
LINE_RULE_IDS: Final = ("N01",)
