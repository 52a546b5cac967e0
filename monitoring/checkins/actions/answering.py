"""A check-in while it is being filled in: begun, and kept after each tap."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db import transaction

from monitoring.audit.record import record
from monitoring.checkins.actions.submitting import UNSCHEDULED_WINDOW
from monitoring.checkins.actions.unsent import judge_kept_late
from monitoring.checkins.models import CheckIn, CheckInState
from monitoring.checkins.queries import check_in_to_fill, draft_answers
from monitoring.checkins.rules import read_answers, readable
from monitoring.people.models import Patient, User


@transaction.atomic
def start_check_in(*, patient: Patient, by: User, now: datetime) -> CheckIn:
    """The check-in to fill in now: one that was begun, else the one that is due, else an unscheduled one."""
    patient = Patient.objects.select_for_update().get(pk=patient.pk)
    check_in = check_in_to_fill(patient, now)
    if check_in is None:
        check_in = CheckIn.objects.create(
            patient=patient,
            local_date=patient.local_date(now),
            opens_at=now,
            closes_at=now + UNSCHEDULED_WINDOW,
        )
    record(
        action="check_in.start",
        now=now,
        by=by,
        patient_id=patient.pk,
        object_type="check_in",
        object_id=check_in.pk,
    )
    return check_in


@transaction.atomic
def save_page(
    *,
    check_in: CheckIn,
    page: int | None,
    questions: Sequence[str],
    answers: Mapping[str, object],
    by: User,
    now: datetime,
) -> CheckIn:
    """Keep the answers to some `questions` of the form; those of them that are left out become unanswered.

    `page` is the number of the page that was answered to its end by them; None while a part of it is still open. A form
    that was sent stays as it was sent. In one that was closed meanwhile they are judged at once: no sweep looks at it
    again. Faulty answers raise InputError.
    """
    patient = Patient.objects.select_for_update().get(pk=check_in.patient_id)
    check_in = CheckIn.objects.get(pk=check_in.pk)
    if check_in.state == CheckInState.SUBMITTED:
        return check_in
    before = draft_answers(check_in)
    kept = {key: value for key, value in before.items() if key not in questions}
    given = {key: value for key, value in answers.items() if key in questions}
    seen = {*check_in.draft.get("seen", []), *([] if page is None else [page])}
    check_in.draft = {"answers": read_answers({**kept, **given}).as_dict(), "seen": sorted(seen)}
    check_in.save(update_fields=["draft"])
    judge_kept_late(check_in, patient, before=before, after=draft_answers(check_in), now=now, by=by)
    record(
        action="check_in.draft",
        now=now,
        by=by,
        patient_id=check_in.patient_id,
        object_type="check_in",
        object_id=check_in.pk,
        detail={"page": page},
    )
    return check_in


@transaction.atomic
def keep_readable_answers(*, check_in: CheckIn, answers: object, by: User, now: datetime) -> CheckIn:
    """Keep in the draft what can be read of faulty answers, beside what was given before; the faulty are left out.

    Somebody who ticked a danger sign beside a slip is judged by the sign when the form is never sent again. A form
    that was sent stays as it was sent.
    """
    patient = Patient.objects.select_for_update().get(pk=check_in.patient_id)
    check_in = CheckIn.objects.get(pk=check_in.pk)
    given = readable(answers).as_dict()
    if check_in.state == CheckInState.SUBMITTED or not given:
        return check_in
    before = draft_answers(check_in)
    kept = readable({**before, **given}).as_dict()
    seen = check_in.draft.get("seen", []) if isinstance(check_in.draft, dict) else []
    check_in.draft = {"answers": kept, "seen": seen}
    check_in.save(update_fields=["draft"])
    judge_kept_late(check_in, patient, before=before, after=kept, now=now, by=by)
    record(
        action="check_in.draft",
        now=now,
        by=by,
        patient_id=check_in.patient_id,
        object_type="check_in",
        object_id=check_in.pk,
        detail={"faulty": True},
    )
    return check_in
