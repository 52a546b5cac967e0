"""Keeping a filter, and everything that can become of it."""

from datetime import datetime
from typing import Final

from django.db import IntegrityError, transaction
from django.utils.translation import pgettext, pgettext_lazy

from monitoring.audit.record import record
from monitoring.people.models import User
from monitoring.search.models import SavedFilter

MOST_KEPT: Final = 20
TAKEN: Final = pgettext_lazy("staff", "You keep a filter of this name already. Choose another name.")


class FilterRefused(ValueError):  # noqa: N818 - named for what happened
    """A filter cannot be kept like this; the message says why, in words for the person."""


def save_filter(*, name: str, on_list: str, query: str, by: User, now: datetime) -> SavedFilter:
    """Keep a narrowed list under a name. `query` has been cleaned: it names no patient.

    FilterRefused when the name is in use on that list, or when 20 filters are kept already.
    """
    with transaction.atomic():
        User.objects.select_for_update().get(pk=by.pk)
        if SavedFilter.objects.visible_to(by).count() >= MOST_KEPT:
            raise FilterRefused(
                pgettext("staff", "You keep %(most_kept)s filters. Delete one first.") % {"most_kept": MOST_KEPT}
            )
        kept = SavedFilter(user=by, name=name, on_list=on_list, query=query, saved_at=now)
        _write(kept)
        record(action="filter.save", now=now, by=by, object_type="filter", object_id=kept.pk)
        return kept


@transaction.atomic
def rename_filter(*, kept: SavedFilter, name: str, by: User, now: datetime) -> SavedFilter:
    """Give a kept filter another name. FilterRefused when it is in use on that list."""
    kept.name = name
    _write(kept)
    record(action="filter.rename", now=now, by=by, object_type="filter", object_id=kept.pk)
    return kept


@transaction.atomic
def delete_filter(*, kept: SavedFilter, by: User, now: datetime) -> None:
    """Keep a filter no longer. Deleting it twice is deleting it once."""
    gone, _ = SavedFilter.objects.filter(pk=kept.pk).delete()
    if gone:
        record(action="filter.delete", now=now, by=by, object_type="filter", object_id=kept.pk)


def _write(kept: SavedFilter) -> None:
    try:
        with transaction.atomic():
            kept.save()
    except IntegrityError as error:
        raise FilterRefused(TAKEN) from error
