"""How a medicine is told to its patient."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.template.loader import render_to_string

from interactions.medicines import Dose
from monitoring.intakes.dosage import amount_words
from monitoring.intakes.queries import How, medicines_on, taking_of
from monitoring.people.models import Patient
from monitoring.regimens.models import Prescription, PrescriptionState

TEN_THRICE = Dose((Decimal(10),) * 3, "mg")


def words(how: Dose | None, **changes: Any) -> tuple[How, str]:
    row = Prescription(**{"label": "x", "route": "oral", "ingredients": ["baclofen"], **changes})
    taking = taking_of(row, how)
    said = render_to_string("monitoring/intakes/_how.html", {"taking": taking})
    return taking.how, " ".join(said.replace("\u00a0", " ").split())


@pytest.mark.parametrize(
    ("changes", "dose", "how", "said"),
    [
        ({}, TEN_THRICE, How.REGULAR, ""),
        ({}, None, How.TAKE_LABEL, "Take it as your label says."),
        ({}, Dose((Decimal(10),), "mg", as_needed=True), How.AS_NEEDED,
         "Take 10 mg only when you need it. Take it once a day at most."),
        ({}, Dose((Decimal(10),) * 2, "mg", as_needed=True), How.AS_NEEDED,
         "Take 10 mg only when you need it. Take it 2 times a day at most."),
        ({}, Dose((Decimal(10),), "mg", frequency_known=False), How.EACH_DOSE,
         "Each dose is 10 mg. Your label says how often."),
        ({}, Dose((Decimal(70),), "mg", interval_days=Decimal(7)), How.SOME_DAYS, "Take 70 mg once a week."),
        ({}, Dose((Decimal(5),), "mg", interval_days=Decimal(2)), How.SOME_DAYS, "Take 5 mg every other day."),
        ({}, Dose((Decimal(5),), "mg", interval_days=Decimal(3)), How.SOME_DAYS,
         "Take 5 mg on the days that your label says."),
        ({"route": "intrathecal"}, TEN_THRICE, How.PUMP, "Your pump gives it."),
        ({"route": "topical"}, TEN_THRICE, How.USE_LABEL, "Use it as your label says."),
        ({"route": "unknown"}, TEN_THRICE, How.USE_LABEL, "Use it as your label says."),
        ({"ingredients": []}, TEN_THRICE, How.USE_LABEL, "Use it as your label says."),
        ({"not_understood": ["xyzzy 5%"]}, TEN_THRICE, How.USE_LABEL, "Use it as your label says."),
    ],
)  # fmt: skip
def test_only_what_is_swallowed_and_understood_is_taken_in_amounts(
    changes: dict[str, Any], dose: Dose | None, how: How, said: str
) -> None:
    assert words(dose, **changes) == (how, said)


@pytest.mark.parametrize(
    ("amount", "unit", "said"),
    [
        ("12.50", "mg", "12.5 mg"), ("1", "tablet", "1 tablet"), ("2", "tablet", "2 tablets"),
        ("450", "microgram", "450 micrograms"), ("0.5", "mL", "0.5 mL"),
    ],
)  # fmt: skip
def test_amounts_have_no_trailing_zero_and_their_unit_in_full(amount: str, unit: str, said: str) -> None:
    assert amount_words(Decimal(amount), unit).replace("\u00a0", " ") == said


@pytest.mark.django_db
def test_a_stopped_medicine_is_taken_until_its_last_day(
    patient: Patient, baclofen: Prescription, today: date, now: datetime
) -> None:
    Prescription.objects.filter(pk=baclofen.pk).update(
        state=PrescriptionState.STOPPED, ends_on=today, stopped_at=now, stop_reason="taper_done"
    )
    assert [each.prescription for each in medicines_on(patient, today)] == [baclofen]
    assert medicines_on(patient, today + timedelta(days=1)) == []
    assert medicines_on(patient, today - timedelta(days=71)) == []
