"""A whole line: the ingredients, and how much of each a day."""

from decimal import Decimal

import pytest

from interactions.medicines import read_medicine


@pytest.mark.parametrize(
    ("text", "daily"),
    [
        ("baclofen 10 mg three times daily", {"baclofen": "30"}),
        ("Percocet 5/325 every 6 h", {"oxycodone": "20", "acetaminophen": "1300"}),
        ("co-codamol 30/500 2 tabs qds", {"codeine": "240", "acetaminophen": "4000"}),
        ("Limbitrol DS 1 tab bd", {"amitriptyline": "50", "chlordiazepoxide": "20"}),
        ("Tylenol #3 1 tab q6h", {"codeine": "120", "acetaminophen": "1200"}),
        ("Suboxone 8/2 1 daily SL", {"buprenorphine": "8"}),
        ("baclofen 10 mg tablets 2 tds", {"baclofen": "60"}),
        ("baclofen 10 mg/5 mL solution 5 ml tds", {"baclofen": "30"}),
        ("Gablofen 450 micrograms/day", {"baclofen": "450"}),
        ("Fleqsuvy 5 mL three times a day", {"baclofen": "75"}),
        ("Ozobax 5 mL three times a day", {"baclofen": "15"}),
        ("Ozobax DS 5 mL three times a day", {"baclofen": "30"}),
        (
            "Amitriptyline 25 MG / Chlordiazepoxide 10 MG Oral Tablet, 1 tab bd",
            {"amitriptyline": "50", "chlordiazepoxide": "20"},
        ),
    ],
)
def test_each_ingredient_gets_its_own_amount(text: str, daily: dict[str, str]) -> None:
    reading = read_medicine(text)
    assert {key: dose.daily for key, dose in reading.doses.items()} == {
        key: Decimal(amount) for key, amount in daily.items()
    }
    assert reading.problems == ()


@pytest.mark.parametrize(
    "text",
    [
        "Limbitrol DS twice daily",
        "Tylenol 3 bd",
        "Percocet 5 mg tid",
        "Percocet 1 tab bd",
        "BAK-PLO gel bd",
        "ami 10 mg tds",
    ],
)
def test_a_dose_that_is_not_said_is_unknown(text: str) -> None:
    assert read_medicine(text).doses == {}


def test_the_strengths_of_a_code_serve_a_count_in_a_separate_instruction() -> None:
    reading = read_medicine("Limbitrol DS", rxcui="856792", sig="1 tab bd")
    assert {key: dose.daily for key, dose in reading.doses.items()} == {"amitriptyline": 50, "chlordiazepoxide": 20}
    plain = read_medicine("baclofen 10 MG Oral Tablet", rxcui="197391", sig="Take 1 tablet three times a day")
    assert plain.doses["baclofen"].daily == 30
    assert plain.route_hint == "oral"


def test_as_needed_is_kept() -> None:
    assert read_medicine("Percocet 5/325 1 tab q6h prn").as_needed


def test_what_is_not_resolved_has_no_dose() -> None:
    reading = read_medicine("Bactroban 10 mg tds")
    assert reading.doses == {}
    assert reading.resolution.ingredients == ()
