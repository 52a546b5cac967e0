"""A plan is drawn up, redrawn, signed, replaced and cancelled."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from interactions.medicines import Dose
from interactions.medicines.dosing import dosing_facts
from monitoring.audit.models import AuditEvent
from monitoring.checkins.models import CheckInSchedule
from monitoring.people.models import User
from monitoring.regimens.actions import change_dose
from monitoring.regimens.models import DosePeriod, Prescription
from monitoring.titration.actions import (
    PlanConflictError,
    PlanRefusedError,
    cancel_plan,
    draft_plan,
    planned_steps,
    redraw_plan,
)
from monitoring.titration.models import PlanState, StepState, TitrationPlan
from monitoring.titration.queries import plan_mark, why_not_plannable
from monitoring.titration.schedule import from_template
from tests.monitoring.regimens.conftest import Prescribe, mg
from tests.monitoring.titration.conftest import (
    DOWN,
    REASON,
    Draw,
    Morning,
    Report,
    first,
    planned,
    reasons_for,
)

pytestmark = pytest.mark.django_db

Sign = Callable[..., TitrationPlan]


# --- drawing up ------------------------------------------------------------------------------------------------


def test_a_draft_changes_nothing(draw: Draw, baclofen: Prescription, clinician: User) -> None:
    plan = draw()
    assert (plan.state, plan.version, plan.start_daily, plan.signed_at) == ("draft", 1, "30", None)
    assert DosePeriod.objects.filter(prescription=baclofen).count() == 1
    assert not CheckInSchedule.objects.filter(source="plan").exists()
    assert AuditEvent.objects.get(action="plan.draft").actor_label == clinician.email


def test_a_labelled_schedule_keeps_its_times_of_day(draw: Draw, today: date, baclofen: Prescription) -> None:
    way = dosing_facts("baclofen").schedule("baclofen_taper_weekly")
    assert way is not None
    steps = from_template(way, today + timedelta(days=1), Decimal(30))
    plan = draw((), template=way, direction="taper")
    redraw_plan(plan=plan, steps=steps, policy=plan.policy, note="", by=plan.created_by, now=plan.created_at)
    assert plan.steps.get(number=1).times == ["morning", "midday", "evening"]
    assert plan.steps.last().times == []


def test_versions_count_up(draw: Draw) -> None:
    assert [draw().version, draw().version] == [1, 2]


@pytest.mark.parametrize(
    ("entered", "dose", "more", "why"),
    [
        ("baclofen", None, {}, "not known in mg"),
        ("baclofen", Dose((Decimal(2),), "mL"), {}, "not known in mg"),
        ("baclofen", mg(10), {"route": "topical"}, "by mouth"),
        ("baclofen", Dose((Decimal(90),), "microgram"), {"route": "intrathecal"}, "by mouth"),
        ("baclofen", Dose((Decimal(10),), "mg", as_needed=True), {}, "only when needed"),
        ("baclofen", Dose((Decimal(10),), "mg", interval_days=Decimal(2)), {}, "not taken every day"),
        ("baclofen", Dose((Decimal(10),), "mg", frequency_known=False), {}, "not known in mg"),
        ("amitriptyline and perphenazine", Dose((Decimal(1),), "tablet"), {}, "combination"),
        ("Herbal sleep mix No. 7", mg(10), {"manual_check_reason": REASON}, "not understood"),
    ],
)
def test_what_cannot_be_planned_says_why(
    give: Prescribe, clinician: User, now: datetime, today: date, entered: str, dose: Dose | None,
    more: dict[str, Any], why: str,
) -> None:  # fmt: skip
    prescription = give(entered, dose, starts_on=today - timedelta(days=30), **more)
    Prescription.objects.filter(pk=prescription.pk).update(state="active")
    prescription.refresh_from_db()
    assert why in why_not_plannable(prescription, today)
    with pytest.raises(PlanConflictError, match=why):
        draft_plan(
            prescription=prescription, direction="up", steps=planned(today, ((3, (20,)),)), template=None,
            policy="advance_when_clear", note="", by=clinician, now=now,
        )  # fmt: skip
    assert not TitrationPlan.objects.exists()


def test_tablets_of_a_known_strength_are_planned_in_mg(
    give: Prescribe, answer: Callable[..., Prescription], draw: Draw, today: date
) -> None:
    tablets = answer(give("amitriptyline 25 mg tablets", Dose((Decimal(2),), "tablet"), starts_on=today))
    if why_not_plannable(tablets, today):  # the strength was not read: then it is refused, not guessed
        pytest.fail(f"{tablets.strengths}: {why_not_plannable(tablets, today)}")
    plan = draw(((7, (75,)),), prescription=tablets)
    assert (plan.start_daily, plan.steps.get().unit) == ("50", "mg")


# --- redrawing -------------------------------------------------------------------------------------------------


def test_a_signed_plan_is_never_edited(rising: TitrationPlan, clinician: User, now: datetime, today: date) -> None:
    before = planned_steps(rising)
    with pytest.raises(PlanConflictError, match="no longer a draft"):
        redraw_plan(plan=rising, steps=planned(today, DOWN), policy=rising.policy, note="", by=clinician, now=now)
    assert planned_steps(rising) == before


def test_a_draft_that_a_colleague_redrew_is_not_written_over(
    draw: Draw, colleague: User, clinician: User, now: datetime, today: date
) -> None:
    plan = draw()
    seen = plan_mark(plan, today)
    given: dict[str, Any] = {"plan": plan, "policy": plan.policy, "note": "", "now": now}
    redraw_plan(steps=planned(today, ((3, (10, 10, 12)),)), by=colleague, seen=seen, **given)
    with pytest.raises(PlanConflictError, match="changed after you opened"):
        redraw_plan(steps=planned(today, ((3, (10, 10, 18)),)), by=clinician, seen=seen, **given)
    assert plan.steps.get().amounts == ["10", "10", "12"]


# --- signing ---------------------------------------------------------------------------------------------------


def test_a_signature_is_kept_with_what_it_covers(
    draw: Draw, sign: Sign, clinician: User, now: datetime, today: date
) -> None:
    plan = draw()
    reasons = reasons_for(plan, today)
    assert reasons
    signed = sign(plan)
    assert (signed.state, signed.signed_by, signed.signed_at) == (PlanState.SIGNED, clinician, now)
    assert [step["amounts"] for step in signed.signed_steps] == [["10", "10", "15"], ["10", "15", "15"], ["15"] * 3]
    assert [step["gap"] for step in signed.signed_steps] == [7, 7, 7]
    assert {one["rule"] for one in signed.guard_exceptions} == set(reasons)
    assert all(one["reason"] == REASON and one["limit"] for one in signed.guard_exceptions)
    line = AuditEvent.objects.get(action="plan.sign")
    assert line.detail["steps"] == 3  # how many: admins read the log, and see no doses


def test_each_guard_rail_needs_a_reason_of_its_own(draw: Draw, sign: Sign, today: date) -> None:
    plan = draw(((1, (20, 20, 20)),))
    reasons = reasons_for(plan, today)
    assert len(reasons) > 1
    for left_out in reasons:
        with pytest.raises(PlanRefusedError) as refused:
            sign(plan, exceptions={rule: text for rule, text in reasons.items() if rule != left_out})
        assert {breach.rule for breach in refused.value.breaches} == {left_out}
        with pytest.raises(PlanRefusedError):
            sign(plan, exceptions=reasons | {left_out: "   "})
    assert sign(plan).state == PlanState.SIGNED


def test_no_reason_signs_a_hard_breach(draw: Draw, sign: Sign, today: date) -> None:
    plan = draw(((3, ()),), direction="taper")
    with pytest.raises(PlanRefusedError) as refused:
        sign(plan, exceptions=dict.fromkeys(("to_none", "step_size", "none"), REASON))
    assert [breach.rule for breach in refused.value.breaches] == ["to_none"]
    plan.refresh_from_db()
    assert plan.state == PlanState.DRAFT


def test_what_is_signed_is_what_was_read(draw: Draw, sign: Sign, colleague: User, now: datetime, today: date) -> None:
    # given a clinician has read a draft
    plan = draw()
    seen = plan_mark(plan, today)
    # when a colleague changes a step of it
    redraw_plan(
        plan=plan, steps=planned(today, ((3, (10, 10, 20)),)), policy=plan.policy, note="", by=colleague, now=now
    )
    # then the signature does not fall on what nobody read
    with pytest.raises(PlanConflictError, match="changed after you opened"):
        sign(plan, seen=seen)
    plan.refresh_from_db()
    assert sign(plan, seen=plan_mark(plan, today)).state == PlanState.SIGNED


def test_a_dose_that_changed_since_the_draft_was_read_is_seen(
    draw: Draw, sign: Sign, baclofen: Prescription, clinician: User, now: datetime, today: date
) -> None:
    plan = draw()
    seen = plan_mark(plan, today)
    baclofen.refresh_from_db()
    change_dose(
        prescription=baclofen, dose=mg(10, 10, 12), sig="", from_day=today, by=clinician, now=now,
        expected_version=baclofen.version,
    )  # fmt: skip
    with pytest.raises(PlanConflictError):
        sign(plan, seen=seen)
    plan = TitrationPlan.objects.get(pk=plan.pk)
    assert sign(plan).start_daily == "32"


def test_a_plan_is_signed_once(rising: TitrationPlan, colleague: User, sign: Sign) -> None:
    with pytest.raises(PlanConflictError, match="no longer a draft"):
        sign(rising, by=colleague)
    assert AuditEvent.objects.filter(action="plan.sign").count() == 1


def test_a_new_plan_replaces_the_running_one(rising: TitrationPlan, draw: Draw, sign: Sign) -> None:
    newer = sign(draw(DOWN, direction="taper"))
    rising.refresh_from_db()
    assert rising.state == PlanState.SUPERSEDED
    assert set(rising.steps.values_list("state", flat=True)) == {StepState.CANCELLED}
    assert list(TitrationPlan.objects.running()) == [newer]
    assert AuditEvent.objects.get(object_id=newer.pk, action="plan.sign").detail["replaces"] == str(rising.pk)


def test_the_database_keeps_one_signed_plan_a_prescription(rising: TitrationPlan, draw: Draw) -> None:
    other = draw()
    with pytest.raises(IntegrityError, match=r"plan_one_signed|prescription_id"), transaction.atomic():
        TitrationPlan.objects.filter(pk=other.pk).update(
            state="signed", signed_at=rising.signed_at, signed_by=rising.signed_by
        )


def test_a_draft_of_a_stopped_medicine_cannot_be_signed(draw: Draw, sign: Sign, baclofen: Prescription) -> None:
    plan = draw()
    Prescription.objects.filter(pk=baclofen.pk).update(state="awaiting_acknowledgement")
    with pytest.raises(PlanConflictError, match="not active"):
        sign(plan)


# --- cancelling ------------------------------------------------------------------------------------------------


def test_a_cancelled_plan_leaves_the_dose_as_it_is(
    rising: TitrationPlan, report: Report, morning: Morning, clinician: User, now: datetime, baclofen: Prescription
) -> None:
    report(first(rising).due_on - timedelta(days=1))
    morning(first(rising))
    cancel_plan(plan=rising, reason=REASON, by=clinician, now=now)
    rising.refresh_from_db()
    assert (rising.state, rising.cancelled_by, rising.cancelled_reason) == (PlanState.CANCELLED, clinician, REASON)
    assert list(rising.steps.values_list("state", flat=True)) == ["advanced", "cancelled", "cancelled"]
    assert DosePeriod.objects.get(prescription=baclofen, ends_on=None).amounts == ["10", "10", "15"]
    # and: the same cancellation sent twice is one, another is too late
    cancel_plan(plan=rising, reason=REASON, by=clinician, now=now)
    assert AuditEvent.objects.filter(action="plan.cancel", object_id=str(rising.pk)).count() == 1
    with pytest.raises(PlanConflictError, match="already ended"):
        cancel_plan(plan=rising, reason="Another thought.", by=clinician, now=now)
