"""The clock a reader lives by: patients see their own zone, everybody else the clinic's."""

from collections.abc import Callable
from zoneinfo import ZoneInfo

from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from monitoring.people.models import Patient, User


def zone_for(user: User) -> ZoneInfo:
    """The zone in which times are shown to `user`."""
    if user.is_patient:
        own = Patient.objects.filter(user=user).values_list("time_zone", flat=True).first()
        if own:
            return ZoneInfo(own)
    return ZoneInfo(user.clinic.time_zone)


class TimeZoneMiddleware:
    """Show the times of this answer in the reader's zone."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        try:
            zone = zone_for(request.user) if request.user.is_authenticated else None
        except DatabaseError:
            zone = None  # the help pages must open even when the database does not
        with timezone.override(zone):
            return self.get_response(request)
