"""Addresses for those who watch the watching."""

from django.urls import path

from monitoring.outages import views

urlpatterns = [
    path("readyz", views.readyz, name="readyz"),
    path("monitoring/", views.monitoring_page, name="monitoring"),
]
