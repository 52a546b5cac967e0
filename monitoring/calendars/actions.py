"""A calendar for a phone is switched on, given another address, switched off, and read."""

from datetime import datetime, timedelta
from typing import Final

from django.db import transaction
from django.db.models import Q

from monitoring.audit.models import Outcome
from monitoring.audit.record import record
from monitoring.calendars.models import CalendarFeed
from monitoring.fields import new_token, token_digest
from monitoring.people.models import Patient, User
from monitoring.regimens.actions import lock_patient

JOB: Final = "calendar_feed"
# A phone asks again and again; that it did so a moment ago is not worth a write.
NOTED_EVERY: Final = timedelta(minutes=10)


@transaction.atomic
def open_feed(*, patient: Patient, neutral: bool, by: User, now: datetime) -> tuple[CalendarFeed, str]:
    """Give the patient's calendar a new secret address; any earlier one ends. The token is known only now.

    With `neutral` its entries say no more than that there is something to do.
    """
    lock_patient(patient.pk)
    _end(patient, by=by, now=now)
    token = new_token()
    feed = CalendarFeed.objects.create(
        patient=patient, token_digest=token_digest(token), neutral=neutral, created_at=now, created_by=by
    )
    record(
        action="calendar.open", now=now, by=by, patient_id=patient.pk, object_type="calendar_feed", object_id=feed.pk,
        detail={"neutral": neutral},
    )  # fmt: skip
    return feed, token


@transaction.atomic
def revoke_feed(*, patient: Patient, by: User, now: datetime) -> bool:
    """End the address of the patient's calendar; False when there was none."""
    lock_patient(patient.pk)
    return _end(patient, by=by, now=now)


def _end(patient: Patient, *, by: User, now: datetime) -> bool:
    feed = CalendarFeed.objects.live().filter(patient=patient).first()
    if feed is None:
        return False
    CalendarFeed.objects.filter(pk=feed.pk).update(revoked_at=now, revoked_by=by)
    record(
        action="calendar.revoke", now=now, by=by, patient_id=patient.pk, object_type="calendar_feed", object_id=feed.pk
    )
    return True


@transaction.atomic
def name_feed(*, patient: Patient, neutral: bool, by: User, now: datetime) -> bool:
    """Let the entries name medicines, or not any more; False when there is no calendar, or nothing changes."""
    lock_patient(patient.pk)
    feeds = CalendarFeed.objects.live().filter(patient=patient, neutral=not neutral)
    feed = feeds.first()
    if feed is None:
        return False
    feeds.update(neutral=neutral)
    record(
        action="calendar.titles", now=now, by=by, patient_id=patient.pk, object_type="calendar_feed", object_id=feed.pk,
        detail={"neutral": neutral},
    )  # fmt: skip
    return True


@transaction.atomic
def note_feed_refused(*, feed: CalendarFeed | None, now: datetime) -> None:
    """A program came with an address that is good no more; `feed` is None for one that never was."""
    record(
        action="calendar.refuse", now=now, anonymous=JOB, patient_id=feed.patient_id if feed else None,
        object_type="calendar_feed", object_id=feed.pk if feed else "", outcome=Outcome.DENIED,
        reason="ended" if feed else "unknown",
    )  # fmt: skip


@transaction.atomic
def note_fetch(*, feed: CalendarFeed, now: datetime) -> None:
    """A program read the calendar: noted in the audit log once on each of the patient's days, not at each poll."""
    today = feed.patient.local_date(now)
    mine = CalendarFeed.objects.live().filter(pk=feed.pk)
    unnoted = mine.filter(Q(read_noted_on__isnull=True) | Q(read_noted_on__lt=today))
    if unnoted.update(read_noted_on=today, last_fetched_at=now) == 1:
        record(
            action="patient.read", now=now, job=JOB, patient_id=feed.patient_id, clinic_id=feed.patient.clinic_id,
            object_type="calendar feed", object_id=feed.pk,
        )  # fmt: skip
        return
    stale = Q(last_fetched_at__isnull=True) | Q(last_fetched_at__lt=now - NOTED_EVERY)
    mine.filter(stale).update(last_fetched_at=now)
