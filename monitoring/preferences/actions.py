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
    return _change(by, changes, by=by, now=now)


@transaction.atomic
def keep_first_language(*, user: User, language: str, by: User, now: datetime) -> bool:
    """Keep the language of somebody who has none yet; False, with nothing written, when they have one.

    It is the one they came in reading, then `by` is themselves; or the one that a clinician was told. Their own choice
    on the settings page changes it whenever they like.
    """
    User.objects.select_for_update().get(pk=user.pk)
    if Preference.objects.filter(pk=user.pk).exclude(language="").exists():
        return False
    _change(user, {"language": language}, by=by, now=now)
    return True


def _change(user: User, changes: dict[str, Any], *, by: User, now: datetime) -> Preference:
    preference, is_new = Preference.objects.get_or_create(user=user)
    changed = {name: value for name, value in changes.items() if getattr(preference, name) != value}
    if not changed and not is_new:
        return preference
    for name, value in changed.items():
        setattr(preference, name, value)
    preference.full_clean(exclude=["user"])
    preference.save()
    record(action="preference.change", by=by, now=now, object_type="user", object_id=user.pk, detail=changed)
    return preference
