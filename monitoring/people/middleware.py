"""The clock a reader lives by: patients see their own zone, carers that of whom they help, others the clinic's."""

from collections.abc import Callable
from zoneinfo import ZoneInfo

from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from monitoring.people.access import helping
from monitoring.people.models import Patient, User


def zone_for(user: User, helped: Patient | None = None) -> ZoneInfo:
    """The zone in which times are shown to `user`, who may be at the side of the patient `helped`."""
    if helped is not None:
        return helped.zone
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
            consent = helping(request)
            helped = consent.patient if consent else None
            zone = zone_for(request.user, helped) if request.user.is_authenticated else None
        except DatabaseError:
            zone = None  # the help pages must open even when the database does not
        with timezone.override(zone):
            return self.get_response(request)
