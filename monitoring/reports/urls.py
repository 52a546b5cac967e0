"""Addresses of the reports."""

from django.urls import path

from monitoring.reports import views

urlpatterns = [
    path("reports/handover/", views.handover, name="handover_report"),
    path("reports/overrides/", views.overrides, name="override_report"),
    path("reports/overrides/export/", views.export, name="override_report_export"),
]
