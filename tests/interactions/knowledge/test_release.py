"""The release that ships holds what it must, as facts with their sources, and never pretends to know."""

import dataclasses
import subprocess
import sys
from decimal import Decimal

import pytest

from interactions.knowledge.codes import FINDING_CODES
from interactions.knowledge.groups import GROUPS
from interactions.knowledge.loader import current_release, load_release, versions
from interactions.knowledge.release import Release


@pytest.fixture(scope="module")
def release() -> Release:
    return current_release()


def test_the_newest_release_is_the_current_one(release: Release) -> None:
    assert release.version == versions()[-1]
    assert release.follows == versions()[-2]
    assert load_release(release.version).content_hash == release.content_hash
    assert len(release.content_hash) == 64


def test_it_holds_every_substance_and_product(release: Release) -> None:
    assert len(release.substances) >= 123
    assert len(release.products) >= 42


def test_it_cannot_be_changed(release: Release) -> None:
    with pytest.raises(TypeError):
        release.substances["aspirin"] = release.substances["baclofen"]  # type: ignore[index]
    with pytest.raises(dataclasses.FrozenInstanceError):
        release.substances["baclofen"].acb = 3  # type: ignore[misc]
    with pytest.raises(TypeError):
        release.washout.local_hours["baclofen"] = Decimal(1)  # type: ignore[index]


def test_unknown_stays_unknown(release: Release) -> None:
    baclofen = release.substances["baclofen"]
    assert baclofen.acb is None
    assert baclofen.acbcalc == 1
    assert baclofen.qt_risk is None
    assert release.substances["gabapentin"].acb is None


@pytest.mark.parametrize(
    ("group", "members"),
    [
        ("maoi_irreversible", {"phenelzine", "tranylcypromine", "isocarboxazid", "selegiline", "rasagiline"}),
        ("maoi_reversible", {"moclobemide"}),
        ("maoi_like", {"linezolid", "methylene_blue", "procarbazine"}),
        ("z_drug", {"zolpidem", "zopiclone", "eszopiclone", "zaleplon"}),
        ("gabapentinoid", {"gabapentin", "pregabalin", "mirogabalin"}),
        (
            "cyp2d6_strong_inhibitor",
            {"fluoxetine", "paroxetine", "bupropion", "quinidine", "terbinafine", "cinacalcet", "dacomitinib"},
        ),
        (
            "alpha1_blocker",
            {"doxazosin", "prazosin", "terazosin", "tamsulosin", "alfuzosin", "silodosin", "indoramin", "urapidil"}
            | {"phenoxybenzamine", "carvedilol", "labetalol"},
        ),
    ],
)
def test_groups_hold_the_right_substances(release: Release, group: str, members: set[str]) -> None:
    assert {substance.key for substance in release.in_group(group)} == members


def test_classes_and_groups_tell_the_same_story(release: Release) -> None:
    for substance in release.substances.values():
        if substance.beers_class == "opioid":
            assert "opioid" in substance.groups, substance.key
        if substance.beers_class == "benzodiazepine":
            assert "benzodiazepine" in substance.groups, substance.key
        if substance.cyp2d6 == "strong inhibitor":
            assert "cyp2d6_strong_inhibitor" in substance.groups, substance.key
        if "tca" in substance.groups:
            assert substance.beers_class == "antidepressant", substance.key
        if "opioid" in substance.groups or "benzodiazepine" in substance.groups:
            assert substance.respiratory_depressant is True, substance.key


def test_every_group_is_used_and_explained(release: Release) -> None:
    used = {group for substance in release.substances.values() for group in substance.groups}
    assert used == set(GROUPS)


def test_every_rule_carries_a_known_code(release: Release) -> None:
    assert {rule.code for rule in release.rules.values()} <= set(FINDING_CODES)


def test_amounts_are_never_floats(release: Release) -> None:
    strengths = [strength for product in release.products.values() for strength in product.strengths]
    assert Decimal("12.5") in {strength.amount for strength in strengths}
    assert all(isinstance(strength.amount, Decimal) for strength in strengths)
    assert release.washout.baclofen_renal_factors[1].factor == Decimal("1.3")


def test_washouts_are_those_of_the_labels(release: Release) -> None:
    washout = release.washout
    assert washout.tca_after_irreversible_maoi_days == washout.maoi_after_tca_days == 14
    assert washout.tca_after_reversible_maoi_days == 1
    assert release.substances["fluoxetine"].washout_days == 35
    assert release.substances["amitriptyline"].washout_days == 10


def test_renal_bands_leave_no_value_out(release: Release) -> None:
    bands = release.dosing.renal_bands
    edges = {band.egfr_from for band in bands} | {band.egfr_below for band in bands if band.egfr_below is not None}
    for egfr in (Decimal(0), *edges, *(edge + Decimal("0.1") for edge in edges), Decimal(200)):
        assert any(band.egfr_from <= egfr and (band.egfr_below is None or egfr < band.egfr_below) for band in bands), (
            egfr
        )


def test_the_maxima_are_those_of_the_labels(release: Release) -> None:
    limits = {limit.id: limit for limit in release.dosing.limits}
    assert limits["baclofen_oral_us"].above == 80
    assert limits["baclofen_oral_eu"].above == 100
    assert limits["amitriptyline_oral_usual"].above == 150
    assert limits["amitriptyline_oral_max"].above == 300


def test_brands_are_clean(release: Release) -> None:
    for substance in release.substances.values():
        for brand in substance.brands:
            assert not set(brand) & set("()/;"), (substance.key, brand)


COMBINED = [
    "Percocet",
    "Tylenol with Codeine",
    "Limbitrol",
    "Vicodin",
    "Norco",
    "Ultracet",
    "Suboxone",
    "Treximet",
    "Symbyax",
    "Contrave",
    "Tylenol PM",
    "Co-codamol",
    "Targinact",
    "Triptafen",
    "Auvelity",
    "Nuedexta",
]


@pytest.mark.parametrize("brand", COMBINED)
def test_a_combination_is_no_brand_of_one_substance(release: Release, brand: str) -> None:
    assert all(brand not in substance.brands for substance in release.substances.values())
    assert any(brand in combination.names for combination in release.combinations.values())


def test_loading_needs_no_django() -> None:
    code = (
        "import sys\n"
        "from interactions.knowledge.loader import current_release\n"
        "import interactions.medicines\n"
        "current_release()\n"
        "sys.exit(any(name.split('.')[0] == 'django' for name in sys.modules))\n"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
