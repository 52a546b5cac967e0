"""The reasons a record is offered by the hook are those of this service's own pages, in the same words."""

from interactions.checking.reasons import DISPLAYS, SYSTEM, reasons_for
from interactions.knowledge.loader import current_release
from monitoring.regimens import rules
from monitoring.regimens.models import OverrideReason


def test_the_displays_are_the_labels_of_the_pages() -> None:
    assert dict(OverrideReason.choices) == dict(DISPLAYS)


def test_each_finding_has_the_same_reasons_on_a_page_and_on_a_card() -> None:
    codes = {rule.code for rule in current_release().rules.values()} | {"A_CODE_OF_LATER"}
    assert {code: reasons_for(code) for code in codes} == {code: rules.reasons_for(code) for code in codes}


def test_every_code_of_the_release_has_four_to_six_reasons_that_can_be_shown() -> None:
    for rule in current_release().rules.values():
        assert 4 <= len(reasons_for(rule.code)) <= 6
        assert set(reasons_for(rule.code)) <= DISPLAYS.keys()


def test_the_system_is_the_same_wherever_the_service_is_installed() -> None:
    assert SYSTEM.startswith("urn:")
