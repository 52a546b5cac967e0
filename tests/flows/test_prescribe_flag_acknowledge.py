"""A clinician adds the second medicine, is shown the interaction, answers for it; the patient is asked every day."""

from datetime import date
from typing import Any

import pytest
from django.utils import timezone

from monitoring.audit.models import AuditEvent
from monitoring.checkins.models import CheckIn, CheckInSchedule, ScheduleSource
from monitoring.operations.models import Heartbeat
from monitoring.people.models import Patient, User
from monitoring.regimens.models import FlagStatus, InteractionFlag, Override, Prescription, PrescriptionState
from tests.flows.conftest import NOTE, AddMedicine, mailed
from tests.living import Browser
from tests.sweeping import Sweepers, until

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow, pytest.mark.xdist_group("sweeping")]


def test_the_pair_is_shown_answered_and_watched(
    sweeping: Sweepers, add_medicine: AddMedicine, alice: Browser, maya: Browser, patient: Patient, clinician: User,
    today: date,
) -> None:  # fmt: skip
    # given: she takes amitriptyline at night
    add_medicine("amitriptyline", reason="will_monitor", amount="25", often="1-night")
    before = CheckInSchedule.objects.count()

    # when: her clinician adds baclofen and answers what the page shows
    check, after = add_medicine("baclofen", reason="will_monitor", amount="10", often="3")

    # then: the pair was shown before it was prescribed, and is kept with the answer
    assert "PAIR_CNS" in [card.code for card in check.context["screened"].asked]
    flag = InteractionFlag.objects.get(patient=patient, code="PAIR_CNS")
    answer = Override.objects.get(flag=flag)
    assert (flag.status, answer.reason, answer.note, answer.by) == (
        FlagStatus.ACKNOWLEDGED, "will_monitor", NOTE, clinician,
    )  # fmt: skip
    assert set(Prescription.objects.values_list("state", flat=True)) == {PrescriptionState.ACTIVE}
    assert NOTE in after.content.decode()

    # and: check-ins are scheduled daily for 14 days by the same answer
    schedule = CheckInSchedule.objects.get(source=ScheduleSource.OVERRIDE, source_id=flag.pk)
    assert CheckInSchedule.objects.count() > before
    assert (schedule.starts_on, (schedule.daily_until - today).days) == (today, 13)
    assert CheckIn.objects.filter(patient=patient, local_date=today).count() == 1

    # and: the clock asks her, by a mail that says nothing
    until(lambda: CheckIn.objects.filter(patient=patient, reminded_at__isnull=False).exists(), "she is asked")
    (mail,) = mailed(sweeping, "maya@home.example", 1)
    assert mail["Subject"] == "A message from your clinic"
    assert "check-in" in maya.get("/me/").content.decode()

    # and: the log tells who did what
    said = list(AuditEvent.objects.filter(patient_id=patient.pk).values_list("action", "actor_label"))
    assert ("prescription.create", clinician.email) in said
    assert ("flag.acknowledge", clinician.email) in said
    assert ("check_in.ask", "plan_check_ins") in said


def test_a_worse_kidney_asks_the_clinician_again(
    sweeping: Sweepers, add_medicine: AddMedicine, alice: Browser, patient: Patient, clinician: User, today: date
) -> None:
    # given: both medicines, answered for
    add_medicine("amitriptyline", reason="tolerated", amount="25", often="1-night")
    add_medicine("baclofen", reason="tolerated", amount="10", often="3")

    # when: her eGFR falls
    page = alice.get(f"/patients/{patient.pk}/context/")
    worse = alice.send(page.wsgi_request.path, page.context["form"], egfr="22", egfr_on=today.isoformat())

    # then: what became worse waits for a new answer, on every page about her
    open_flags = InteractionFlag.objects.unanswered().filter(patient=patient)
    assert open_flags
    strip: Any = alice.get(f"/patients/{patient.pk}/check-ins/").content.decode()
    for flag in open_flags:
        assert f"/patients/{patient.pk}/flags/{flag.pk}/" in strip or flag.finding["title"] in strip
    assert worse.status_code == 200

    # when: she answers each on its own page
    for flag in list(open_flags):
        asked = alice.get(f"/patients/{patient.pk}/flags/{flag.pk}/")
        form = asked.context["form"]
        reason = form.fields["reason"].choices[0][0]
        alice.send(asked.wsgi_request.path, form, reason=reason, note=NOTE)

    # then: nothing waits any more, and the sweep that screens again leaves it so
    assert not InteractionFlag.objects.unanswered().filter(patient=patient)
    asked_at = timezone.now()
    screened = Heartbeat.objects.filter(name="recheck_regimens", last_finished_at__gt=asked_at)
    until(screened.exists, "the sweep came by")
    assert not InteractionFlag.objects.unanswered().filter(patient=patient)
