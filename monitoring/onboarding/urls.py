"""Addresses of the first steps, of invitations and of made-up patients."""

from django.urls import path

from monitoring.onboarding.views import inviting, losing, starting

urlpatterns = [
    path("start/", starting.start, name="start"),
    path("start/away/", starting.put_away, name="start_put_away"),
    path("start/again/", starting.take_out, name="start_take_out"),
    path("demo/", starting.demo, name="demo"),
    path("demo/load/", starting.demo_load, name="demo_load"),
    path("demo/remove/", starting.demo_remove, name="demo_remove"),
    path("patients/<uuid:patient_id>/invite/", inviting.invite, name="patient_invite"),
    path("patients/<uuid:patient_id>/lost-phone/", losing.lost_phone, name="lost_phone"),
    path("welcome/<str:token>/", inviting.welcome, name="welcome"),
]
