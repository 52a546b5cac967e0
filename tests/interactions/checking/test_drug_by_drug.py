"""Every substance of the release, drug by drug: each mark it carries brings its card beside the pair."""

from datetime import date
from decimal import Decimal
from functools import cache

import pytest

from interactions.checking import Exposure, Finding, PatientContext, Route, check_regimen
from interactions.knowledge.loader import current_release, load_release
from interactions.knowledge.release import Substance

ON = date(2026, 6, 15)
# Those of the pair itself: the cards that two tablets of it bring, and none of another medicine.
OF_THE_PAIR = {"baclofen", "amitriptyline"}
OTHERS = [each for key, each in sorted(current_release().substances.items()) if key not in OF_THE_PAIR]
TRICYCLIC = {each.key for each in OTHERS if "tca" in each.groups}
# A card about the pair that another medicine sharpens names the pair only; these have a card of their own.
SEIZURE = {"bupropion", "tramadol"}
OWN_GROUPS = {"levodopa": "OTHER", "lithium": "OTHER", "triptan": "SEROTONERGIC"}
BY_GROUP = {"muscle_relaxant": "CNS_STACK", "cannabis": "CNS_STACK", "opioid": "OPIOID_STACK", "alcohol": "ALCOHOL"}


@cache
def cards(*regimen: str, release: str | None = None) -> tuple[Finding, ...]:
    """What is said to somebody of 50 with healthy kidneys who takes these by mouth."""
    context = PatientContext(age=50, egfr=Decimal(95), conditions_known=True)
    lines = [Exposure(ingredient=key, route=Route.ORAL) for key in regimen]
    return check_regimen(lines, context, ON, release=load_release(release) if release else None).findings


def of(substance: Substance, *beside: str, release: str | None = None) -> dict[str, str]:
    """The cards that name it, with their severity."""
    found = cards(*beside, substance.key, release=release)
    return {each.code: each.severity.value for each in found if substance.key in each.participants}


def expected(substance: Substance) -> set[str]:
    """One of each set must be among the cards beside the pair, by what the release says of the substance."""
    key, groups = substance.key, substance.groups
    codes = {code for group, code in {**BY_GROUP, **OWN_GROUPS}.items() if group in groups}
    if key in TRICYCLIC:
        return {"TCA_CLASS", "DUPLICATE"}
    if substance.cns_depressant and not groups & {"opioid", "alcohol"}:
        codes.add("CNS_STACK")
    if substance.orthostatic or groups & {"antihypertensive", "alpha1_blocker", "alpha2_agonist"}:
        codes.add("ORTHO")
    if substance.acb:
        codes.add("ANTICHOL")
    if substance.qt_risk:
        codes.add("QT")
    if "maoi" in groups:
        codes.add("MAOI")
    elif "maoi_like" in groups:
        codes.add("SEROTONERGIC_MAOI_LIKE")
    elif "serotonergic_strong" in groups or substance.serotonergic == "moderate":
        codes.add("SEROTONERGIC")
    if "cyp2d6_strong_inhibitor" in groups:
        codes.add("CYP2D6")
    return codes | ({"SEIZURE"} if key in SEIZURE else set()) | ({"OTHER"} if key == "clonidine" else set())


@pytest.mark.parametrize("substance", OTHERS, ids=lambda each: each.key)
def test_beside_the_pair_it_brings_the_cards_of_its_marks_and_no_other(substance: Substance) -> None:
    allowed = {"ANTICHOL", "EXPAND"} if substance.key in TRICYCLIC else set()
    found = of(substance, "baclofen", "amitriptyline").keys()
    assert expected(substance) <= found <= expected(substance) | allowed


@pytest.mark.parametrize("substance", OTHERS, ids=lambda each: each.key)
def test_whatever_it_is_the_pair_itself_is_flagged(substance: Substance) -> None:
    found = {each.code for each in cards("baclofen", "amitriptyline", substance.key)}
    assert "PAIR_CNS" in found
    unmarked = not expected(substance)
    assert not unmarked or found == {each.code for each in cards("baclofen", "amitriptyline")}


_DEEPER = {"opioid", "muscle_relaxant", "tca"}
MILD = [each for each in OTHERS if each.cns_depressant == "mild" and not each.groups & _DEEPER]
STANDING = [each for each in OTHERS if each.orthostatic and each.key not in TRICYCLIC]


@pytest.mark.parametrize("substance", MILD, ids=lambda each: each.key)
@pytest.mark.parametrize("beside", [("baclofen",), ("amitriptyline",), ("baclofen", "amitriptyline")], ids="+".join)
def test_a_mild_sedative_is_a_minor_card_by_itself(substance: Substance, beside: tuple[str, ...]) -> None:
    assert of(substance, *beside)["CNS_STACK"] == "minor"


@pytest.mark.parametrize("substance", STANDING, ids=lambda each: each.key)
def test_what_lowers_the_pressure_on_standing_counts_alone_only_where_it_blocks_alpha_receptors(
    substance: Substance,
) -> None:
    sharp = substance.alpha1_blockade or substance.groups & {"alpha1_blocker", "alpha2_agonist"}
    assert of(substance, "baclofen")["ORTHO"] == "minor"
    assert of(substance, "amitriptyline").get("ORTHO") == ("moderate" if sharp else None)
    assert of(substance, "amitriptyline", "lisinopril")["ORTHO"] == "moderate"


def test_a_release_before_says_what_it_said() -> None:
    old = load_release("2026.11").substances
    pair = ("baclofen", "amitriptyline")
    assert not {key for key in ("cetirizine", "oxybutynin") if "CNS_STACK" in of(old[key], *pair, release="2026.11")}
    assert "ORTHO" not in of(old["levodopa"], *pair, release="2026.11")
