"""The text of a card: everything a reader needs to judge a hazard, and not more than is read before signing."""

from datetime import date

import pytest

from interactions.checking import Adjustment, Severity
from interactions.knowledge.loader import current_release
from tests.interactions.cds_hooks.builders import (
    AMITRIPTYLINE,
    BACLOFEN,
    Json,
    ask,
    bundle,
    card,
    codes,
    condition,
    dosage,
    draft,
    egfr,
    order,
    person,
    request,
)

ON_BACLOFEN = {"medicationRequests": bundle(BACLOFEN)}
HOLDS_WITH_MUCH_AT_RISK = {
    **ON_BACLOFEN,
    "patient": person(birthDate="1948-02-01"),
    "observations": bundle(egfr(38)),
    "conditions": bundle(condition("sleep apnoea"), condition("COPD")),
}
LONGEST_PAIR = 2_200
LONGEST = 3_000
SINCE = date(2026, 6, 14)


def pair_of(record: Json) -> str:
    detail = card(ask(request(prefetch=record)), "PAIR_CNS")["detail"]
    assert isinstance(detail, str)
    return detail


@pytest.mark.parametrize(
    ("item", "said"),
    [
        ("drugs involved", "baclofen 10 MG Oral Tablet, 10 mg three times a day (30 mg a day in all), route oral"),
        ("drugs involved, about to be signed", "25 mg once a day, route oral (order to be signed)"),
        ("clinical consequences", "**What may happen**\n\n- Drowsiness and slowed reactions add up"),
        ("seriousness", "deaths and hospital stays: unknown"),
        ("severity", "**How serious**: **major** (the rule alone: moderate), on the scale minor, moderate, major"),
        ("mechanism", "**How it comes about**: Sedation adds up; Muscle tone falls further;"),
        ("recommended action", "**What can be done**\n\n- Start one at its lowest dose"),
        ("contextual information", "raises the risk: eGFR 38 mL/min/1.73 m², and baclofen 30 mg a day."),
        ("what could not be judged", "**Not known here**\n\n- alcohol use: Ask"),
        ("frequency of exposure", "taken together: unknown"),
        ("frequency of harm", "harm when taken together: unknown"),
        ("evidence", "**Evidence**: product label; S05, S06"),
    ],
)
def test_every_item_of_the_minimum_is_there_and_what_nobody_knows_is_said_to_be_unknown(item: str, said: str) -> None:
    assert said in pair_of(HOLDS_WITH_MUCH_AT_RISK), item


def test_what_rests_on_what_is_one_line_of_ids_and_the_release() -> None:
    (line,) = [line for line in pair_of(ON_BACLOFEN).splitlines() if line.startswith("**Evidence**")]
    assert line.endswith(f"knowledge release {current_release().version}")
    assert not [source.title for source in current_release().sources.values() if source.title in line]


def test_a_grade_that_others_gave_says_whether_somebody_looked() -> None:
    (line,) = [line for line in pair_of(ON_BACLOFEN).splitlines() if line.startswith("**Graded elsewhere**")]
    assert "hellopharmacist.com minor;" in line
    assert "Drugs.com moderate (not verified)" in line
    assert "no grade from 3 others" in line


def test_the_card_of_the_pair_is_read_in_twenty_seconds() -> None:
    assert len(pair_of(ON_BACLOFEN).encode()) <= LONGEST_PAIR
    assert len(pair_of(HOLDS_WITH_MUCH_AT_RISK).encode()) <= LONGEST


def test_no_card_of_a_long_list_is_long() -> None:
    names = ("tramadol 50 mg", "sertraline 50 mg", "citalopram 20 mg", "fluconazole 200 mg", "oxybutynin 5 mg",
             "diazepam 5 mg", "clonidine 0.1 mg", "ibuprofen 400 mg", "phenelzine 15 mg")  # fmt: skip
    drafts = [AMITRIPTYLINE, *(draft(f"d{number}", name) for number, name in enumerate(names))]
    given = ask(request("order-sign", *drafts, prefetch=HOLDS_WITH_MUCH_AT_RISK))
    found = {row.rule: len(each["detail"].encode()) for row, each in zip(given.served, given.cards, strict=True)}
    assert len(found) > 8
    assert {rule: size for rule, size in found.items() if rule and size > LONGEST} == {}


def test_no_more_than_four_sentences_of_harm_and_of_what_to_do_and_the_rest_is_pointed_to() -> None:
    parts = dict(part.split("**\n\n") for part in pair_of(ON_BACLOFEN).split("\n\n**") if "**\n\n" in part)
    effects, management = parts["What may happen"].splitlines(), parts["What can be done"].splitlines()
    rule = current_release().rules["R01"]
    assert effects[-1] == f"- {len(rule.effects) - 4} more: see the rule"
    assert management[-1] == f"- {len(rule.management) - 4} more: see the rule"
    assert (len(effects), len(management)) == (5, 5)


def adjustment(severity: Severity, reason: str = "Two falls on the ward.") -> dict[str, Adjustment]:
    return {"R01": Adjustment(rule="R01", severity=severity, reason=reason, since=SINCE)}


def test_the_clinics_own_severity_counts_and_is_said_with_who_when_and_why() -> None:
    given = ask(request(prefetch=ON_BACLOFEN), adjustments=adjustment(Severity.MAJOR))
    pair = card(given, "PAIR_CNS")
    assert pair["summary"].startswith("Major: baclofen + amitriptyline")
    assert (
        "**major** (Set to major by the clinic on 14 June 2026: Two falls on the ward; the release has moderate)"
        in pair["detail"]
    )
    (served,) = [row for row in given.served if row.rule == "R01"]
    assert served.severity == "major"


def test_what_this_patient_adds_stays_on_top_of_the_clinics_severity() -> None:
    given = ask(request(prefetch=HOLDS_WITH_MUCH_AT_RISK), adjustments=adjustment(Severity.MINOR))
    assert card(given, "PAIR_CNS")["summary"].startswith("Moderate: ")
    assert "Set to minor by the clinic" in card(given, "PAIR_CNS")["detail"]


def test_a_lower_severity_is_a_quieter_card_and_never_none() -> None:
    given = ask(request(prefetch=ON_BACLOFEN), adjustments=adjustment(Severity.MINOR))
    assert card(given, "PAIR_CNS")["indicator"] == "info"


def test_a_reason_is_text_whatever_stands_in_it() -> None:
    wish = adjustment(Severity.MAJOR, "<img src=x onerror=alert(1)> [here](https://evil.example) **now**")
    detail = card(ask(request(prefetch=ON_BACLOFEN), adjustments=wish), "PAIR_CNS")["detail"]
    assert "<img" not in detail
    assert "](http" not in detail
    assert "https://evil" not in detail
    assert "**now**" not in detail


def test_an_order_that_changes_nothing_is_not_brought_up_by_the_clinics_severity() -> None:
    both = {"medicationRequests": bundle(BACLOFEN, order("a", "amitriptyline 25 mg"))}
    document = request("order-sign", draft("x", "levothyroxine 50 micrograms"), prefetch=both)
    assert "PAIR_CNS" not in codes(ask(document, adjustments=adjustment(Severity.MAJOR)))


@pytest.mark.parametrize(("when", "said"), [("MORN", "25 mg in the morning"), ("HS", "25 mg at night")])
def test_doses_of_one_amount_at_two_times_of_day_keep_their_own_words(when: str, said: str) -> None:
    dosed = draft("ami", "amitriptyline 25 MG Oral Tablet", dosageInstruction=dosage(25, when=[when]))
    assert said in card(ask(request("order-sign", dosed, prefetch=ON_BACLOFEN)), "PAIR_CNS")["detail"]
