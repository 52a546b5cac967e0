"""Addresses of the patient's calendar."""

from django.urls import path

from monitoring.calendars.views import feeds, plan

urlpatterns = [
    path("me/plan/", plan.my_calendar, name="my_calendar"),
    path("me/plan/print/", plan.my_sheet, name="my_sheet"),
    path("me/plan/feed/", feeds.my_feed, name="my_feed"),
    path("patients/<uuid:patient_id>/calendar/print/", plan.patient_sheet, name="patient_sheet"),
    path("cal/<str:token>.ics", feeds.calendar_feed, name="calendar_feed"),
]
