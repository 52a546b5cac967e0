"""Which number is shown to whom: the wrong one is worse than none."""

import pytest

from monitoring.help.numbers import REGIONS, HelpLine, clinic_numbers, site_numbers


def test_a_region_has_its_own_numbers() -> None:
    assert site_numbers("UK").emergency.number == "999"
    assert site_numbers("US").crisis.label == "the 988 Lifeline on 988"
    assert site_numbers("AU").poison.number == "13 11 26"


def test_every_region_has_an_emergency_number() -> None:
    assert all(numbers.emergency for numbers in REGIONS.values())


def test_an_unknown_region_is_refused_with_the_choices() -> None:
    with pytest.raises(ValueError, match="HELP_REGION must be one of UK, US, EU, AU, CA"):
        site_numbers("Atlantis")


@pytest.mark.parametrize("number", ["call us", "javascript:go()", "999;ext", "+"])
def test_what_nobody_can_dial_is_refused_by_name(number: str) -> None:
    with pytest.raises(ValueError, match="EMERGENCY_NUMBER must be a telephone number"):
        site_numbers("UK", emergency=number)


@pytest.mark.parametrize("number", ["112", "+44 20 7946 0100", "(020) 7946-0100", "1-800-222-1222"])
def test_numbers_are_taken_as_people_write_them(number: str) -> None:
    assert site_numbers("UK", poison=number).poison.number == number


def test_a_site_may_set_its_own_and_an_empty_setting_changes_nothing() -> None:
    numbers = site_numbers("UK", emergency="112", crisis="")
    assert numbers.emergency.number == "112"
    assert numbers.crisis.number == "116 123"


def test_a_clinics_numbers_come_first() -> None:
    numbers = clinic_numbers(
        site_numbers("UK"), emergency="999", crisis="0800 111", phone="020 7946 0100", out_of_hours="", name="Harbour"
    )
    assert numbers.clinic.label == "Harbour on 020\u00a07946\u00a00100"
    assert numbers.crisis == HelpLine(number="0800 111")
    assert numbers.advice.name == "NHS 111"
    assert not numbers.out_of_hours


def test_a_known_crisis_line_keeps_its_name() -> None:
    numbers = clinic_numbers(
        site_numbers("UK"), emergency="999", crisis="116 123", phone="1", out_of_hours="", name="Harbour"
    )
    assert numbers.crisis.name == "Samaritans"


def test_a_clinic_in_another_region_is_not_given_this_regions_lines() -> None:
    numbers = clinic_numbers(site_numbers("UK"), emergency="911", crisis="", phone="1", out_of_hours="", name="Harbour")
    assert numbers.emergency.number == "911"
    assert not numbers.crisis
    assert not numbers.advice
