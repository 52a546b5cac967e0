"""One card a harm, with what stands behind it folded away and a clinic's own severity in plain sight."""

import re
from datetime import date

from django.template.loader import render_to_string

from interactions.checking import Adjustment, Severity, check_regimen
from monitoring.people.models import Patient
from monitoring.regimens.queries.cards import Card, card_of_finding, hazards_of
from tests.interactions.checking.cases import ON, amitriptyline, baclofen, patient, screen, take
from tests.reading import text_of_html


def cards(*partners: str, **facts: object) -> list[Card]:
    found = screen(baclofen(), amitriptyline(), *map(take, partners), **facts).findings  # type: ignore[arg-type]
    return [card_of_finding(finding.as_dict(), {}) for finding in found]


def shown(card: Card) -> str:
    html = render_to_string("monitoring/regimens/_card.html", {"card": card, "patient": Patient()})
    return re.sub(r"\s+([:,.])", r"\1", " ".join(text_of_html(html).split()))


def pair(**facts: object) -> Card:
    return next(card for card in cards(**facts) if card.code == "PAIR_CNS")


def test_cards_of_one_harm_are_one_hazard_led_by_the_loudest() -> None:
    hazards = hazards_of(cards("morphine", "diazepam", age=70))
    sedation = next(hazard for hazard in hazards if hazard.lead.hazard == "sedation")
    assert {sedation.lead.code, *(card.code for card in sedation.others)} == {"PAIR_CNS", "OPIOID_STACK", "CNS_STACK"}
    assert len({hazard.lead.hazard for hazard in hazards}) == len(hazards)


def test_a_factor_shows_its_direction_its_value_and_what_it_rests_on() -> None:
    said = shown(pair(age=70, egfr=48, conditions=["copd"]))
    assert "eGFR 48" in said
    assert "raises the severity; published study, S12" in said
    assert "for information" in said


def test_what_is_not_known_says_how_to_find_out() -> None:
    said = shown(pair(egfr=None, conditions_known=False))
    assert "kidney function (eGFR): Look for the last creatinine" in said
    assert "Fill in what is known" in said


def test_grades_of_others_are_shown_on_their_own_scale_and_the_unread_as_such() -> None:
    said = shown(pair())
    assert "hellopharmacist.com: minor." in said
    assert "expected, not read there" in said
    assert "Its scale:" in said


def test_both_wordings_and_the_rule_are_at_hand() -> None:
    html = render_to_string("monitoring/regimens/_card.html", {"card": pair(), "patient": Patient()})
    assert "These two can make you sleepy, dizzy or weak." in html
    assert "/knowledge/rules/R01/" in html


def test_a_clinics_own_severity_is_said_with_its_reason() -> None:
    ours = {"R01": Adjustment(rule="R01", severity=Severity.MAJOR, reason="Our falls.", since=date(2026, 5, 4))}
    found = check_regimen([baclofen(), amitriptyline()], patient(), ON, adjustments=ours).findings
    said = shown(card_of_finding(found[0].as_dict(), {}))
    assert "Set to major by your clinic on 4 May 2026, from moderate: Our falls." in said
