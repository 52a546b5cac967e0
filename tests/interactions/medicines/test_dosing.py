"""What a plan may ask the release about dosing one ingredient."""

from decimal import Decimal

import pytest

from interactions.knowledge.loader import current_release
from interactions.medicines.dosing import dosing_facts


def test_every_schedule_and_limit_of_the_release_is_found_under_its_ingredient() -> None:
    dosing = current_release().dosing
    oral = {limit.ingredient for limit in dosing.limits} | {schedule.ingredient for schedule in dosing.schedules}
    found = [dosing_facts(ingredient) for ingredient in oral]
    assert {s.id for facts in found for s in facts.schedules} == {s.id for s in dosing.schedules}
    pumps = [dosing_facts(ingredient, "intrathecal") for ingredient in oral]
    limits = {limit.id for facts in [*found, *pumps] for limit in facts.limits}
    assert limits == {limit.id for limit in dosing.limits}


def test_a_medicine_the_release_says_nothing_of_has_no_facts() -> None:
    facts = dosing_facts("paracetamol")
    assert (facts.schedules, facts.limits, facts.renal_bands) == ((), (), ())
    assert facts.gentlest("up") is None
    assert facts.labelled("up") is None
    assert facts.renal_band(Decimal(20)) is None


def test_what_is_written_for_tablets_is_not_read_for_a_pump() -> None:
    pump = dosing_facts("baclofen", "intrathecal")
    assert pump.unit == "microgram"
    assert (pump.schedules, pump.renal_bands) == ((), ())
    assert {limit.unit for limit in pump.limits} == {"microgram"}
    assert {limit.unit for limit in dosing_facts("baclofen").limits} == {dosing_facts("baclofen").unit} == {"mg"}


@pytest.mark.parametrize(
    ("egfr", "reduction"),
    [("95", "0"), ("80", "0"), ("79.9", "0.3333"), ("50", "0.3333"), ("49.9", "0.5"), ("30", "0.5")],
)
def test_a_band_begins_at_its_lower_edge(egfr: str, reduction: str) -> None:
    band = dosing_facts("baclofen").renal_band(Decimal(egfr))
    assert band is not None
    assert band.reduction == Decimal(reduction)


@pytest.mark.parametrize("egfr", ["29.9", "15", "14.9", "0"])
def test_of_two_bands_the_one_that_says_avoid_counts(egfr: str) -> None:
    band = dosing_facts("baclofen").renal_band(Decimal(egfr))
    assert band is not None
    assert band.reduction is None


def test_an_unknown_egfr_is_in_no_band() -> None:
    assert dosing_facts("baclofen").renal_band(None) is None


def test_the_gentlest_way_up_takes_smaller_and_rarer_steps_than_the_label() -> None:
    facts = dosing_facts("baclofen")
    gentlest, labelled = facts.gentlest("up"), facts.labelled("up")
    assert gentlest is not None
    assert labelled is not None
    assert (gentlest.id, labelled.id) == ("baclofen_up_slow", "baclofen_up_us")
    assert gentlest.max_step < labelled.max_step
    assert facts.labelled("taper") == facts.gentlest("taper")


@pytest.mark.parametrize("ingredient", ["baclofen", "amitriptyline"])
def test_whatever_is_shown_can_name_its_source(ingredient: str) -> None:
    facts = dosing_facts(ingredient)
    shown = [*facts.schedules, *facts.limits, *facts.renal_bands]
    assert shown
    for fact in shown:
        assert [source.id for source in facts.cited(fact.sources)] == list(fact.sources)
        assert fact.sources


def test_a_note_is_found_by_its_id() -> None:
    note = dosing_facts("baclofen").note("baclofen_renal_older")
    assert note is not None
    assert note.sources == ("S12", "S13")
    assert dosing_facts("baclofen").note("nothing") is None
