"""Addresses of the worklist and of one alert."""

from django.urls import path

from monitoring.alerts import views

urlpatterns = [
    path("alerts/", views.worklist, name="worklist"),
    path("alerts/<uuid:pk>/take/", views.take, name="alert_take"),
    path("alerts/<uuid:pk>/snooze/", views.snooze, name="alert_snooze"),
    path("alerts/<uuid:pk>/close/", views.close, name="alert_close"),
    path("alerts/<uuid:pk>/release/", views.release, name="alert_release"),
    path("alerts/<uuid:pk>/step-in/", views.step_in_page, name="alert_step_in"),
]
