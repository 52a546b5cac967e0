"""Addresses of the clinical copy and its translations."""

from django.urls import path

from monitoring.wording import views

urlpatterns = [
    path("wording/", views.wording, name="wording"),
    path("wording/<slug:language>/", views.translation, name="translation"),
]
