"""Addresses of sign-in, accounts, registering and care teams."""

from django.urls import path
from django.views.generic import TemplateView

from monitoring.people.views import clinic, patients, sessions, users

urlpatterns = [
    path("", sessions.home, name="home"),
    path("login/", sessions.SignIn.as_view(), name="login"),
    path("logout/", sessions.sign_out, name="logout"),
    path("signed-out/", TemplateView.as_view(template_name="registration/logged_out.html"), name="signed_out"),
    path("password/", sessions.change_password, name="change_password"),
    path("users/", users.user_list, name="users"),
    path("users/new/", users.invite, name="invite"),
    path("users/<uuid:pk>/deactivate/", users.deactivate, name="deactivate_user"),
    path("users/<uuid:pk>/activate/", users.activate, name="activate_user"),
    path("users/<uuid:pk>/password/", users.new_password, name="new_password"),
    path("clinic/", clinic.clinic, name="clinic"),
    path("absences/", clinic.absence_list, name="absences"),
    path("absences/new/", clinic.absence_new, name="absence_new"),
    path("absences/<uuid:pk>/cancel/", clinic.absence_cancel, name="absence_cancel"),
    path("patients/new/", patients.register, name="register_patient"),
    path("patients/<uuid:pk>/team/", patients.team, name="care_team"),
    path("patients/<uuid:pk>/team/<uuid:clinician_pk>/remove/", patients.remove_member, name="leave_care_team"),
    path("patients/<uuid:pk>/sign-in/", patients.patient_sign_in, name="patient_sign_in"),
]
