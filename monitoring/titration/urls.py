"""Titration pages, under a patient."""

from django.urls import path

from monitoring.titration import views

urlpatterns = [
    path("patients/<uuid:patient_id>/plans/", views.plan_list, name="plan_list"),
    path("patients/<uuid:patient_id>/plans/new/", views.plan_new, name="plan_new"),
    path("patients/<uuid:patient_id>/plans/<uuid:plan_id>/", views.plan_detail, name="plan_detail"),
    path("patients/<uuid:patient_id>/plans/<uuid:plan_id>/edit/", views.plan_edit, name="plan_edit"),
    path("patients/<uuid:patient_id>/plans/<uuid:plan_id>/sign/", views.plan_sign, name="plan_sign"),
    path("patients/<uuid:patient_id>/plans/<uuid:plan_id>/cancel/", views.plan_cancel, name="plan_cancel"),
    path("patients/<uuid:patient_id>/plans/<uuid:plan_id>/pause/", views.plan_pause, name="plan_pause"),
    path("patients/<uuid:patient_id>/plans/<uuid:plan_id>/resume/", views.plan_resume, name="plan_resume"),
    path("patients/<uuid:patient_id>/plans/<uuid:plan_id>/roll-back/", views.plan_roll_back, name="plan_roll_back"),
    path("patients/<uuid:patient_id>/plans/<uuid:plan_id>/replan/", views.plan_replan, name="plan_replan"),
    path(
        "patients/<uuid:patient_id>/plans/<uuid:plan_id>/steps/<uuid:step_id>/release/",
        views.step_release,
        name="step_release",
    ),
]
