"""The patient’s way through the cards, and what the clinic sees of it."""

from datetime import datetime
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from monitoring.audit.models import AuditEvent
from monitoring.education.models import CardRead, EducationAgreement, TeachBackAnswer
from monitoring.education.rules import current_edition
from monitoring.notifications.models import Notification
from monitoring.people.models import Patient, User
from monitoring.preferences.actions import change_preference
from monitoring.wording.actions import sign_wording
from monitoring.wording.queries import digest_in_force
from tests.living import words_of

pytestmark = pytest.mark.django_db
EDITION = current_edition()


@pytest.fixture
def maya(client: Client, patient: Patient, now: datetime, time_machine: Any) -> Client:
    time_machine.move_to(now, tick=False)
    assert patient.user is not None
    client.force_login(patient.user)
    return client


@pytest.fixture
def staff(patient: Patient, clinician: User, now: datetime, time_machine: Any) -> Client:
    time_machine.move_to(now, tick=False)
    browser = Client()
    browser.force_login(clinician)
    return browser


def read_every_card(maya: Client) -> Any:
    """From the first card on, each as it comes; the page after the last."""
    page = maya.get(reverse("learn_card", args=["driving"]))
    for _ in EDITION.cards:
        page = maya.post(page.wsgi_request.path, follow=True)
    return page


def answer_all(maya: Client) -> Any:
    for number, question in enumerate(EDITION.questions, start=1):
        page = maya.post(reverse("learn_question", args=[number]), {"answer": question.right}, follow=True)
    return page


def test_from_the_home_page_to_the_signature(maya: Client, patient: Patient) -> None:
    # given: the home page asks to read
    assert "Read 5 short cards" in words_of(maya.get("/me/"))
    # when: the five cards are read, in order
    page = read_every_card(maya)
    assert page.wsgi_request.path == reverse("learn_question", args=[1])
    # and: one question is answered otherwise
    page = maya.post(page.wsgi_request.path, {"answer": "coffee"}, follow=True)
    assert page.wsgi_request.path == reverse("learn_card", args=["driving"])
    assert "Let us look at this card once more." in words_of(page)
    assert "wrong" not in words_of(page).lower()
    assert not TeachBackAnswer.objects.exists()
    # and: then all of them
    page = answer_all(maya)
    assert page.wsgi_request.path == reverse("learn_sign")
    assert EDITION.version in words_of(page)
    assert "15 Jun 2026" in words_of(page)
    # then: the tick signs
    page = maya.post(page.wsgi_request.path, {"seen": EDITION.content_hash, "agreed": "on"}, follow=True)
    assert "Thank you." in words_of(page)
    assert EducationAgreement.objects.get().signer == "patient"
    assert "Read 5 short cards" not in words_of(maya.get("/me/"))


def test_no_tick_is_no_signature(maya: Client) -> None:
    read_every_card(maya)
    answer_all(maya)
    page = maya.post(reverse("learn_sign"), {"seen": EDITION.content_hash})
    assert page.status_code == 422
    assert 'href="#id_agreed"' in page.text
    assert not EducationAgreement.objects.exists()


def test_what_was_shown_under_other_words_is_not_signed(maya: Client) -> None:
    read_every_card(maya)
    answer_all(maya)
    page = maya.post(reverse("learn_sign"), {"seen": "0" * 64, "agreed": "on"}, follow=True)
    assert "Some words have changed." in words_of(page)
    assert not EducationAgreement.objects.exists()


def test_a_step_out_of_turn_leads_to_the_one_that_comes_first(maya: Client) -> None:
    first = reverse("learn_card", args=["driving"])
    for name, args in (("learn_question", [1]), ("learn_sign", [])):
        assert maya.get(reverse(name, args=args))["Location"] == first
        assert maya.post(reverse(name, args=args), {"answer": "wait"})["Location"] == first
    assert not TeachBackAnswer.objects.exists()


@pytest.mark.parametrize("path", ["/me/learn/flying/", "/me/learn/questions/0/", "/me/learn/questions/4/"])
def test_what_is_not_there_is_not_found(maya: Client, path: str) -> None:
    assert maya.get(path).status_code == 404


def test_looking_changes_nothing(maya: Client) -> None:
    for path in ("/me/", "/me/learn/", "/me/learn/driving/", "/me/learn/driving/?again=1", "/me/learn/print/"):
        assert maya.get(path).status_code == 200
    assert not CardRead.objects.exists()
    assert AuditEvent.objects.filter(action="patient.read", object_type="education").count() == 4


def test_the_check_in_and_help_wait_for_no_card(maya: Client) -> None:
    assert maya.post(reverse("my_check_in_start"), follow=True).status_code == 200
    assert maya.get(reverse("help_emergency")).status_code == 200


def test_the_sheet_that_staff_print_is_in_the_patients_language(
    staff: Client, patient: Patient, clinician: User, now: datetime
) -> None:
    assert patient.user is not None
    change_preference(by=patient.user, now=now, language="es")
    sign_wording(language="es", digest=digest_in_force("es"), by=clinician, now=now)
    page = staff.get(reverse("education_sheet", args=[patient.pk])).text
    frame, sheet = page.split('<article class="stack" lang="es" dir="ltr">')
    assert '<html lang="en"' in frame
    assert "Use sus medicinas con cuidado" in sheet
    assert "Stay safe with your medicines" not in sheet
    assert 'lang="en"' not in sheet.split("</article>")[0]


def test_the_printed_sheet_holds_every_word_and_whose_it_is(maya: Client) -> None:
    page = words_of(maya.get("/me/learn/print/"))
    for card in EDITION.cards:
        assert all(statement.text.replace("'", "&#x27;") in page for statement in card.statements)
    assert "HARPER, Maya" in page
    assert EDITION.version in page


def test_the_clinic_sees_who_has_read_what_and_asks(staff: Client, patient: Patient) -> None:
    page = words_of(staff.get(reverse("education")))
    assert "HARPER, Maya" in page
    assert "Not read yet" in page
    assert "Awaiting clinical review" in page
    assert "HARPER" not in words_of(staff.get(reverse("education") + "?state=signed"))
    page = staff.post(reverse("education_remind", args=[patient.pk]), follow=True)
    assert "Asked." in words_of(page)
    assert Notification.objects.filter(recipient=patient.user, template="learn").exists()


def test_staff_read_out_and_a_slip_keeps_what_was_ticked(staff: Client, patient: Patient, clinician: User) -> None:
    address = reverse("education_read_out", args=[patient.pk])
    right = {question.key: question.right for question in EDITION.questions}
    form = {"seen": EDITION.content_hash, "read_out": "on", "agreed": "on", **right}
    page = staff.post(address, {**form, "cold": "two"})
    assert page.status_code == 422
    assert "Read the card “Other medicines” out once more" in words_of(page)
    assert page.context["form"]["drive"].value() == "wait"
    page = staff.post(address, form, follow=True)
    assert "Signed for the patient: read out by you." in words_of(page)
    assert clinician.name in words_of(page)
    assert EducationAgreement.objects.get().signer == "read_out"


def test_a_reader_finds_what_every_sentence_rests_on(staff: Client) -> None:
    page = words_of(staff.get(reverse("education_texts")))
    for card in EDITION.cards:
        assert all(statement.text.replace("'", "&#x27;") in page for statement in card.statements)
    assert EDITION.content_hash in page
    assert "NICE" in page or "Depression in adults" in page
    assert page.count("Awaiting clinical review") == len(EDITION.cards)
