"""What stands on each day: what is taken, what a signed plan may bring, and what stands still."""

from collections.abc import Callable
from datetime import date, datetime, timedelta

import pytest

from monitoring.calendars.queries import CalendarDay, days_of, plan_of, sheet_of, spans_of
from monitoring.checkins.models import SymptomReport
from monitoring.people.models import Patient, User
from monitoring.regimens.models import Prescription
from monitoring.titration.actions import pause_plan
from monitoring.titration.models import StepState, TitrationPlan, TitrationStep

pytestmark = pytest.mark.django_db


def told(day: CalendarDay) -> list[tuple[str, str, bool]]:
    """The day's total of each medicine, its mark, and whether it may change."""
    return [
        (each.taking.total_words.replace("\u00a0", " ") if each.taking else "none", each.mark, each.may_change)
        for each in day.medicines
    ]


def days(patient: Patient, today: date, *back_to_ahead: int) -> dict[int, list[tuple[str, str, bool]]]:
    first, last = back_to_ahead
    plan = plan_of(patient, today)
    found = days_of(plan, today + timedelta(days=first), today + timedelta(days=last))
    return {(each.day - today).days: told(each) for each in found}


def test_steps_ahead_are_shown_as_what_may_come_and_the_end_of_a_taper_as_none(
    taper: TitrationPlan, patient: Patient, today: date
) -> None:
    found = days(patient, today, -1, 18)
    assert found[0] == [("30 mg", "", False)]
    assert found[2] == [("30 mg", "", False)]
    assert found[3] == [("20 mg", "less", True)]
    assert found[4] == [("20 mg", "", True)]
    assert found[10] == [("10 mg", "less", True)]
    assert found[17] == [("none", "none", True)]
    assert found[18] == [("none", "", True)]


def test_a_step_that_was_taken_up_is_what_is_taken(
    rising: TitrationPlan, patient: Patient, today: date, clear_step: Callable[[], date]
) -> None:
    day = clear_step()
    found = days(patient, day, -1, 1)
    assert found[-1] == [("30 mg", "", False)]
    assert found[0] == [("35 mg", "more", False)]
    assert found[1] == [("35 mg", "", False)]


@pytest.fixture
def clear_step(
    rising: TitrationPlan, report: Callable[..., SymptomReport], morning: Callable[..., bool]
) -> Callable[[], date]:
    def _clear() -> date:
        step = rising.steps.get(number=1)
        report(step.due_on - timedelta(days=1))
        assert morning(step)
        return step.due_on

    return _clear


def test_a_plan_on_pause_or_on_hold_shows_the_present_dose_alone(
    taper: TitrationPlan, patient: Patient, clinician: User, today: date, now: datetime
) -> None:
    pause_plan(plan=taper, reason="Away for a while.", by=clinician, now=now)
    assert set(map(tuple, days(patient, today, 0, 20).values())) == {(("30 mg", "", False),)}
    TitrationPlan.objects.filter(pk=taper.pk).update(paused_at=None, paused_by=None, paused_reason="")
    step = TitrationStep.objects.get(plan=taper, number=1)
    TitrationStep.objects.filter(pk=step.pk).update(state=StepState.HELD, settled_at=now, decision={"decision": "hold"})
    assert set(map(tuple, days(patient, today, 0, 20).values())) == {(("30 mg", "", False),)}
    assert plan_of(patient, today).waits


def test_a_step_that_is_due_but_not_taken_up_is_not_todays_dose(
    taper: TitrationPlan, patient: Patient, today: date
) -> None:
    late = today + timedelta(days=4)
    found = days(patient, late, 0, 1)
    assert found[0] == [("30 mg", "", False)]
    assert found[1] == [("20 mg", "less", True)]


def test_a_medicine_that_ends_says_so_on_the_day_after(baclofen: Prescription, patient: Patient, today: date) -> None:
    Prescription.objects.filter(pk=baclofen.pk).update(ends_on=today + timedelta(days=1))
    found = days(patient, today, 0, 3)
    assert [found[ahead] for ahead in range(4)] == [
        [("30 mg", "", False)], [("30 mg", "", False)], [("none", "none", True)], [("none", "", True)],
    ]  # fmt: skip


def test_the_list_says_the_same_as_the_grid_once_for_days_alike(
    taper: TitrationPlan, patient: Patient, today: date
) -> None:
    found = days_of(plan_of(patient, today), today, today + timedelta(days=18))
    spans = spans_of(found)
    assert [((span.first - today).days, (span.last - today).days) for span in spans] == [
        (0, 2),
        (3, 9),
        (10, 16),
        (17, 18),
    ]
    for span in spans:
        inside = [day for day in found if span.first <= day.day <= span.last]
        assert {tuple(each.key for each in day.medicines) for day in inside} == {
            tuple(each.key for each in span.medicines)
        }


def test_what_changes_has_its_place_on_the_sheet_and_the_rest_a_line(
    taper: TitrationPlan, patient: Patient, today: date, now: datetime, give: Callable[..., Prescription]
) -> None:
    for name in ("paracetamol", "vitamin d", "omeprazole"):
        Prescription.objects.create(
            patient=patient, entered=name, label=name, ingredients=[name], match="exact", route="oral",
            state="active", prescribed_at=now, starts_on=today - timedelta(days=9),
        )  # fmt: skip
    sheet = sheet_of(plan_of(patient, today), today)
    assert (sheet.first, sheet.last) == (today, today + timedelta(days=27))
    assert {len(day.medicines) for week in sheet.weeks for day in week} == {2}
    assert sheet.weeks[0][0].medicines[0].prescription.label == "baclofen"
    assert [each.prescription.label for each in sheet.alike] == ["paracetamol", "vitamin d"]
