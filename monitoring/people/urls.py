"""Addresses of sign-in, accounts, registering and care teams."""

from django.urls import path
from django.views.generic import TemplateView

from monitoring.people.views import care, carers, clinic, opened, patient_carers, patients, sessions, users

urlpatterns = [
    path("", sessions.home, name="home"),
    path("login/", sessions.SignIn.as_view(), name="login"),
    path("logout/", sessions.sign_out, name="logout"),
    path("signed-out/", TemplateView.as_view(template_name="registration/logged_out.html"), name="signed_out"),
    path("password/", sessions.change_password, name="change_password"),
    path("session/", sessions.session_left, name="session_left"),
    path("sessions/", sessions.session_list, name="sessions"),
    path("sessions/end/", sessions.sessions_end, name="sessions_end"),
    path("me/carers/", carers.my_carers, name="my_carers"),
    path("me/carers/new/", carers.my_carer_new, name="my_carer_new"),
    path("me/carers/<uuid:pk>/end/", carers.my_carer_end, name="my_carer_end"),
    path("me/carers/invitations/<uuid:pk>/revoke/", carers.my_carer_revoke, name="my_carer_revoke"),
    path("care/", care.care, name="care"),
    path("care/<uuid:pk>/", care.care_choose, name="care_choose"),
    path("care/<uuid:pk>/stop/", care.care_stop, name="care_stop"),
    path("care/welcome/<str:token>/", care.welcome, name="carer_welcome"),
    path("patients/<uuid:pk>/carers/", patient_carers.patient_carers, name="patient_carers"),
    path(
        "patients/<uuid:pk>/carers/<uuid:consent_pk>/end/", patient_carers.patient_carer_end, name="patient_carer_end"
    ),
    path(
        "patients/<uuid:pk>/carers/invitations/<uuid:invitation_pk>/revoke/",
        patient_carers.patient_carer_revoke,
        name="patient_carer_revoke",
    ),
    path("me/access/", opened.my_access, name="my_access"),
    path("patients/<uuid:pk>/access/", opened.access, name="patient_access"),
    path("users/", users.user_list, name="users"),
    path("users/new/", users.invite, name="invite"),
    path("users/<uuid:pk>/deactivate/", users.deactivate, name="deactivate_user"),
    path("users/<uuid:pk>/activate/", users.activate, name="activate_user"),
    path("users/<uuid:pk>/password/", users.new_password, name="new_password"),
    path("clinic/", clinic.clinic, name="clinic"),
    path("clinic/hours/", clinic.opening_hours, name="opening_hours"),
    path("absences/", clinic.absence_list, name="absences"),
    path("absences/new/", clinic.absence_new, name="absence_new"),
    path("absences/<uuid:pk>/cancel/", clinic.absence_cancel, name="absence_cancel"),
    path("patients/new/", patients.register, name="register_patient"),
    path("patients/<uuid:pk>/team/", patients.team, name="care_team"),
    path("patients/<uuid:pk>/team/<uuid:clinician_pk>/remove/", patients.remove_member, name="leave_care_team"),
    path("patients/<uuid:pk>/sign-in/", patients.patient_sign_in, name="patient_sign_in"),
]
