from datetime import date
from decimal import Decimal

import pytest

from monitoring.people.rules import implausible

TODAY = date(2026, 6, 15)


def test_unknown_is_plausible() -> None:
    assert implausible({}, today=TODAY) == {}
    assert implausible({"egfr": None, "egfr_on": None, "birth_date": None, "qtc_ms": None}, today=TODAY) == {}


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"birth_date": date(2026, 6, 16)}, "birth_date"),
        ({"birth_date": date(1905, 1, 1)}, "birth_date"),
        ({"egfr": Decimal(0), "egfr_on": TODAY}, "egfr"),
        ({"egfr": Decimal(251), "egfr_on": TODAY}, "egfr"),
        ({"egfr": Decimal("NaN"), "egfr_on": TODAY}, "egfr"),
        ({"egfr": Decimal(52)}, "egfr_on"),
        ({"egfr_on": TODAY}, "egfr"),
        ({"egfr": Decimal(52), "egfr_on": date(2026, 6, 16)}, "egfr_on"),
        ({"egfr": Decimal(52), "egfr_on": date(1950, 1, 1), "birth_date": date(1957, 3, 14)}, "egfr_on"),
        ({"qtc_ms": 199}, "qtc_ms"),
        ({"qtc_ms": 801}, "qtc_ms"),
        ({"weight_kg": Decimal("0.9")}, "weight_kg"),
        ({"weight_kg": Decimal(401)}, "weight_kg"),
    ],
)
def test_what_cannot_be_is_named_by_its_field(facts: dict[str, object], field: str) -> None:
    assert set(implausible(facts, today=TODAY)) == {field}


@pytest.mark.parametrize(
    "facts",
    [
        {"birth_date": TODAY},
        {"birth_date": date(1906, 1, 1)},
        {"egfr": Decimal(1), "egfr_on": TODAY},
        {"egfr": Decimal(250), "egfr_on": date(2020, 1, 1)},
        {"qtc_ms": 200},
        {"qtc_ms": 800},
        {"weight_kg": Decimal(1)},
        {"weight_kg": Decimal(400)},
    ],
)
def test_the_limits_themselves_can_be(facts: dict[str, object]) -> None:
    assert implausible(facts, today=TODAY) == {}
