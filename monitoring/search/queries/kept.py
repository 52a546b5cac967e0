"""Filters kept under a name."""

from monitoring.people.models import User
from monitoring.search.models import ListName, SavedFilter, SavedFilterQuerySet


def saved_filters(user: User, on_list: ListName | None = None) -> SavedFilterQuerySet:
    """The filters `user` keeps, of one list or of all."""
    kept: SavedFilterQuerySet = SavedFilter.objects.visible_to(user)
    return kept.filter(on_list=on_list) if on_list else kept
