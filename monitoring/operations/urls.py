"""Addresses for machines that watch this one."""

from django.urls import path

from monitoring.operations import views

urlpatterns = [
    path("livez", views.livez, name="livez"),
]
