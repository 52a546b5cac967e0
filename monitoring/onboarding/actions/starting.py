"""A start list put away, and taken out again."""

from datetime import datetime

from django.db import transaction

from monitoring.audit.record import record
from monitoring.onboarding.models import StartListDismissal
from monitoring.people.models import User


@transaction.atomic
def put_start_list_away(*, by: User, now: datetime) -> None:
    """Remind `by` of the start list no more. Twice changes nothing."""
    _, is_new = StartListDismissal.objects.get_or_create(user=by, defaults={"at": now})
    if is_new:
        record(action="start_list.put_away", now=now, by=by, object_type="user", object_id=by.pk)


@transaction.atomic
def take_start_list_out(*, by: User, now: datetime) -> None:
    """Remind `by` of the start list again."""
    deleted, _ = StartListDismissal.objects.filter(user=by).delete()
    if deleted:
        record(action="start_list.take_out", now=now, by=by, object_type="user", object_id=by.pk)
