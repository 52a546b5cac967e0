"""Addresses of reading and agreeing."""

from django.urls import path

from monitoring.education.views import patient, staff

urlpatterns = [
    path("me/learn/", patient.learn, name="learn"),
    path("me/learn/questions/<int:number>/", patient.question, name="learn_question"),
    path("me/learn/sign/", patient.sign, name="learn_sign"),
    path("me/learn/print/", patient.sheet, name="learn_print"),
    path("me/learn/<slug:slug>/", patient.card, name="learn_card"),
    path("education/", staff.education, name="education"),
    path("education/texts/", staff.texts, name="education_texts"),
    path("patients/<uuid:pk>/education/", staff.record_page, name="patient_education"),
    path("patients/<uuid:pk>/education/remind/", staff.remind, name="education_remind"),
    path("patients/<uuid:pk>/education/read-out/", staff.read_out, name="education_read_out"),
    path("patients/<uuid:pk>/education/sheet/", staff.sheet, name="education_sheet"),
]
