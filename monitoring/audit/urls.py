"""Addresses of the audit log."""

from django.urls import path

from monitoring.audit import views

urlpatterns = [
    path("audit/", views.log, name="audit"),
    path("audit/export.csv", views.export, name="audit_export"),
    path("audit/verify/", views.verify, name="audit_verify"),
    path("audit/<uuid:serial>/", views.event, name="audit_event"),
]
