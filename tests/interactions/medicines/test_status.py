"""Words that say a medicine is not taken: it is still checked, a person is asked, and the sentence says why."""

from datetime import date

import pytest

from interactions.checking import read_entry
from interactions.medicines.names import resolve
from interactions.medicines.status import Doubt


@pytest.mark.parametrize(
    ("entered", "doubt"),
    [
        ("baclofen stopped last week", Doubt.ENDED),
        ("stopped baclofen last week", Doubt.ENDED),
        ("baclofen (stopped)", Doubt.ENDED),
        ("Baclofen - D/C'd", Doubt.ENDED),
        ("baclofen 10 mg tid, ran out", Doubt.ENDED),
        ("baclofen 10 mg tid discontinued 3 days ago", Doubt.ENDED),
        ("baclofen on hold", Doubt.ENDED),
        ("ex-baclofen", Doubt.ENDED),
        ("off baclofen since May", Doubt.ENDED),
        ("no longer takes amitriptyline 25 mg", Doubt.ENDED),
        ("baclofen 10 mg tid - last dose yesterday", Doubt.ENDED),
        ("no baclofen", Doubt.NOT_TAKEN),
        ("not taking baclofen", Doubt.NOT_TAKEN),
        ("amitriptyline 25 mg nocte (not taking)", Doubt.NOT_TAKEN),
        ("allergic to baclofen", Doubt.NOT_TAKEN),
        ("baclofen allergy", Doubt.NOT_TAKEN),
        ("codeine: allergic", Doubt.NOT_TAKEN),
        ("has baclofen at home", Doubt.NOT_TAKEN),
        ("never took amitriptyline", Doubt.NOT_TAKEN),
        ("declined amitriptyline", Doubt.NOT_TAKEN),
        ("consider baclofen", Doubt.PLANNED),
        ("?baclofen", Doubt.PLANNED),
        ("baclofen?", Doubt.PLANNED),
        ("due to start baclofen 5 mg tds", Doubt.PLANNED),
        ("mother takes amitriptyline", Doubt.SOMEONE_ELSE),
        ("either baclofen or tizanidine", Doubt.CHOICE),
        ("Lioresal vs lisinopril", Doubt.CHOICE),
        ("baclofen 10 mg tid instead of tizanidine", Doubt.NOT_TAKEN),
    ],
)
def test_a_medicine_that_may_not_be_taken_is_checked_and_asked_about(entered: str, doubt: Doubt) -> None:
    entry = read_entry(entered)
    assert entry.resolution.ingredients == tuple(dict.fromkeys(each.ingredient for each in entry.exposures))
    assert entry.exposures
    assert doubt in {status.doubt for status in entry.resolution.statuses}
    assert entry.resolution.needs_confirmation
    assert any("checked" in problem for problem in entry.problems)


@pytest.mark.parametrize(
    "entered",
    [
        "baclofen 10 mg tid without food",
        "baclofen 10mg, do not stop suddenly",
        "never stop baclofen abruptly, 10 mg tid",
        "amitriptyline 25 mg at night, not to be stopped abruptly",
        "baclofen 10 mg tid with no refills",
        "no more than 3 baclofen 10 mg a day",
        "Zyrtec allergy",
        "cetirizine 10 mg od for allergies",
        "Lioresal (baclofen) 10 mg tid",
        "baclofen 10 mg one or two tablets tid",
        "contains paracetamol 500 mg: do not take with any other paracetamol",
        "baclofen 10 mg tid (previously 5 mg tid)",
    ],
)
def test_advice_about_taking_it_well_raises_no_doubt(entered: str) -> None:
    resolution = resolve(entered)
    assert resolution.resolved
    assert resolution.statuses == ()
    assert not resolution.needs_confirmation


def test_an_end_that_is_written_only_in_words_is_said_without_a_question() -> None:
    for entered in (
        "baclofen 10 mg tid until Friday",
        "baclofen 10 mg tid x 10 days",
        "baclofen 10 mg tid for two weeks",
    ):
        entry = read_entry(entered)
        assert not entry.resolution.needs_confirmation
        assert any("give the last day" in problem for problem in entry.problems)


def test_a_date_answers_the_doubt() -> None:
    ended = read_entry("baclofen 10 mg tid, stopped", end=date(2026, 6, 1))
    assert not ended.resolution.needs_confirmation
    assert ended.problems == ()
    planned = read_entry("will start baclofen 5 mg tid", start=date(2026, 6, 1))
    assert not planned.resolution.needs_confirmation
    # A date says nothing about an allergy.
    assert read_entry("allergic to codeine", end=date(2026, 6, 1)).resolution.needs_confirmation


@pytest.mark.parametrize("advice", ["no alcohol", "avoid alcohol", "do not drink alcohol", "Avoid drinking alcohol"])
def test_advice_against_alcohol_is_no_drinking(advice: str) -> None:
    assert resolve(f"baclofen 10 mg tds. {advice}").ingredients == ("baclofen",)
    assert resolve("baclofen 10 mg tds, alcohol 2 drinks a day").ingredients == ("baclofen", "alcohol")


def test_a_denial_of_drinking_stays_what_was_said() -> None:
    assert resolve("no alcohol").ingredients == ("alcohol",)
    assert resolve("no alcohol").needs_confirmation
