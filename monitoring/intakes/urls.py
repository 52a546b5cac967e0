"""Addresses of what is said of doses."""

from datetime import date

from django.urls import path, register_converter

from monitoring.intakes import views


class DayConverter:
    """A calendar day in an address: 2026-06-15. A day that does not exist is no address."""

    regex = r"[0-9]{4}-[0-9]{2}-[0-9]{2}"

    def to_python(self, value: str) -> date:
        return date.fromisoformat(value)

    def to_url(self, value: date) -> str:
        return value.isoformat()


register_converter(DayConverter, "day")

urlpatterns = [
    path("me/doses/<day:day>/report/", views.report, name="my_dose_report"),
    path("me/doses/reports/<uuid:pk>/", views.advice, name="my_dose_advice"),
    path("patients/<uuid:patient_id>/doses/", views.dose_reports, name="dose_reports"),
]
