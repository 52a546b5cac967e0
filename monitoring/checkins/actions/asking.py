"""Ask for the check-ins that are due, and once more for those that are late: many at a time, or one alone."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import datetime
from uuid import UUID

from django.db import transaction

from monitoring.audit.record import Line, record_many
from monitoring.checkins.actions.linking import issue_links
from monitoring.checkins.models import CheckIn, CheckInQuerySet
from monitoring.checkins.queries import quiet_of
from monitoring.checkins.rules import QuietHours, late_from
from monitoring.notifications.actions import Message, queue_messages
from monitoring.notifications.models import Template
from monitoring.people.models import Patient

# What asking needs to know: rows come by the hundred, and patients hold much more.
NEEDED = (
    "closes_at",
    "patient__time_zone",
    "patient__user__is_active",
    "patient__check_in_preference__quiet_from",
    "patient__check_in_preference__quiet_until",
)


class OvertakenError(RuntimeError):
    """Rows that were read as due had changed by the time they were to be settled; nothing was kept."""


def claim_to_ask(now: datetime, limit: int, but: Collection[UUID]) -> list[UUID]:
    """Lock up to `limit` occasions to be asked for, and their patients, passing over what others hold."""
    return _claim(CheckIn.objects.to_remind(now).order_by("opens_at"), limit, but)


def claim_turned_late(now: datetime, limit: int, but: Collection[UUID]) -> list[UUID]:
    """Lock up to `limit` occasions whose answer is late, and their patients, passing over what others hold."""
    return _claim(CheckIn.objects.turned_late(now).order_by("late_at"), limit, but)


@transaction.atomic
def ask_check_in(*, check_in_id: UUID, now: datetime, job: str) -> bool:
    """Open one due occasion as `ask_check_ins` does; False when it was asked, is closed or must wait."""
    lock_patient_of(check_in_id)
    return ask_check_ins(check_in_ids=[check_in_id], now=now, job=job) == 1


@transaction.atomic
def note_late_check_in(*, check_in_id: UUID, now: datetime, job: str) -> bool:
    """Note that one occasion is late as `note_late_check_ins` does; False when it is not."""
    lock_patient_of(check_in_id)
    return note_late_check_ins(check_in_ids=[check_in_id], now=now, job=job) == 1


@transaction.atomic
def ask_check_ins(*, check_in_ids: Collection[UUID], now: datetime, job: str) -> int:
    """Open those of the occasions that are due and put the one reminder of each into the outbox; the count asked.

    The caller holds the locks of their patients. No reminder leaves within a patient's quiet hours: a sweep that
    comes late into them waits for their end, and a message that has not left when they begin, or when the window
    closes, is not sent any more. A patient without a sign-in is asked by phone: the occasion opens all the same,
    and is missed like any other. OvertakenError when a row was settled by another meanwhile.
    """
    due = CheckIn.objects.to_remind(now)
    asked: list[CheckIn] = []
    waiting, late = defaultdict[datetime, list[UUID]](list), defaultdict[datetime, list[UUID]](list)
    for check_in in _read(due, check_in_ids):
        quiet, zone = _quiet_of(check_in), check_in.patient.zone
        ready = quiet.ready(now, zone) if quiet else now
        if ready > now:
            waiting[ready].append(check_in.pk)
        else:
            asked.append(check_in)
            late[late_from(now, check_in.closes_at, zone, quiet)].append(check_in.pk)
    for ready, ids in waiting.items():
        due.filter(pk__in=ids).update(remind_at=ready)
    for late_at, ids in late.items():
        _must_be(due.filter(pk__in=ids).update(reminded_at=now, late_at=late_at), ids)
    queue_messages(messages=_reminders(asked, Template.CHECK_IN_DUE, now, job), now=now)
    lines = (Line(check_in.patient_id, "check_in", check_in.pk) for check_in in asked)
    return record_many(action="check_in.ask", now=now, job=job, lines=lines)


@transaction.atomic
def note_late_check_ins(*, check_in_ids: Collection[UUID], now: datetime, job: str) -> int:
    """Note that those of the occasions that were asked for are late, and remind once more; the count of them.

    The caller holds the locks of their patients. The second reminder is the last, and stays away within quiet
    hours. Clinicians see “late” either way. OvertakenError when a row was settled by another meanwhile.
    """
    due = CheckIn.objects.turned_late(now)
    noted = {
        check_in: (quiet := _quiet_of(check_in)) is None or quiet.ready(now, check_in.patient.zone) == now
        for check_in in _read(due, check_in_ids)
    }
    _must_be(due.filter(pk__in=[check_in.pk for check_in in noted]).update(late_noted_at=now), noted)
    told = [check_in for check_in, reminded in noted.items() if reminded]
    queue_messages(messages=_reminders(told, Template.CHECK_IN_LATE, now, job), now=now)
    lines = (
        Line(check_in.patient_id, "check_in", check_in.pk, {"reminded": reminded})
        for check_in, reminded in noted.items()
    )
    return record_many(action="check_in.late", now=now, job=job, lines=lines)


def lock_patient_of(check_in_id: UUID) -> Patient | None:
    """The patient of an occasion, locked before anything else; None when there is no such occasion."""
    found = CheckIn.objects.filter(pk=check_in_id).values_list("patient_id", flat=True).first()
    return None if found is None else Patient.objects.select_for_update().get(pk=found)


def _claim(due: CheckInQuerySet, limit: int, but: Collection[UUID]) -> list[UUID]:
    # Waiting for no lock while holding many: two workers that claim at once share the rows between them.
    free = due.exclude(pk__in=but).select_related("patient").only("id", "patient__id")
    return [check_in.pk for check_in in free.select_for_update(skip_locked=True, of=("self", "patient"))[:limit]]


def _read(due: CheckInQuerySet, ids: Collection[UUID]) -> list[CheckIn]:
    """As they stand now, that the patients are locked: a patient may have set quiet hours a moment before."""
    with_times = due.filter(pk__in=ids).select_related("patient__user", "patient__check_in_preference")
    return list(with_times.only(*NEEDED))


def _quiet_of(check_in: CheckIn) -> QuietHours | None:
    return quiet_of(getattr(check_in.patient, "check_in_preference", None))


def _must_be(changed: int, wanted: Collection[object]) -> None:
    if changed != len(wanted):
        raise OvertakenError(f"{len(wanted) - changed} of {len(wanted)} check-ins were settled by another")


def _reminders(check_ins: Iterable[CheckIn], template: Template, now: datetime, job: str) -> list[Message]:
    """One content-free reminder for each patient who can sign in, with a link by which they need not.

    It is not sent any more once quiet hours have begun or the window has closed. A late one brings no new link to
    somebody who has the first one in hand.
    """
    users = {each: each.patient.user for each in check_ins}
    reached = [(each, user) for each, user in users.items() if user is not None and user.is_active]
    links = issue_links(check_ins=[each for each, _ in reached], now=now, job=job)
    found = []
    for check_in, user in reached:
        quiet, closes_at = _quiet_of(check_in), check_in.closes_at
        until = closes_at if quiet is None else min(closes_at, quiet.begins_after(now, check_in.patient.zone))
        key = f"{template} {check_in.pk}"
        link = links.get(check_in.pk, "")
        found.append(Message((user,), template, key, "check_in", check_in.pk, expires_at=until, link=link))
    return found
