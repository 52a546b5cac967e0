"""Keeping how a person reads."""

from datetime import datetime
from typing import Any

from django.db import transaction

from monitoring.audit.record import record
from monitoring.people.models import User
from monitoring.preferences.models import Preference

CHANGEABLE = frozenset({"language", "text_size", "contrast", "theme", "shortcuts"})


@transaction.atomic
def change_preference(*, by: User, now: datetime, **changes: Any) -> Preference:
    """Keep what `by` chose of language, text_size, contrast, theme and shortcuts; what is not given stays.

    Nothing is written, and nothing noted, when nothing changes. A name that is none of these is a ValueError.
    """
    if unknown := set(changes) - CHANGEABLE:
        raise ValueError(f"not a preference: {', '.join(sorted(unknown))}")
    User.objects.select_for_update().get(pk=by.pk)
    preference, is_new = Preference.objects.get_or_create(user=by)
    changed = {name: value for name, value in changes.items() if getattr(preference, name) != value}
    if not changed and not is_new:
        return preference
    for name, value in changed.items():
        setattr(preference, name, value)
    preference.full_clean(exclude=["user"])
    preference.save()
    record(action="preference.change", by=by, now=now, object_type="user", object_id=by.pk, detail=changed)
    return preference
