"""The patient reads, answers three questions, and signs. Each page works alone, and every step can be taken again."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_safe

from monitoring.audit.record import record_read
from monitoring.education.actions import ChangedError, NotReadyError, answer_question, mark_card_read, sign_agreement
from monitoring.education.forms import AgreeForm
from monitoring.education.queries import Learning, learning_of
from monitoring.education.rules import StepKind
from monitoring.languages import clinical_language
from monitoring.people.access import (
    SignedInRequest,
    patient_of,
    patient_required,
    patient_self_required,
    patient_sends_required,
)
from monitoring.people.forms import posted
from monitoring.people.models import Patient


@require_safe
@patient_required
def learn(request: SignedInRequest) -> HttpResponse:
    """The cards, the questions and the signature, each with how it stands."""
    patient = _patient(request)
    learning = learning_of(patient)
    context = {"learning": learning, "next_url": next_url(learning)}
    return _page(request, patient, "learn.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@patient_sends_required
def card(request: SignedInRequest, slug: str) -> HttpResponse:
    """One card; a POST says that it was read and leads on."""
    patient = _patient(request)
    learning = learning_of(patient)
    state = next((each for each in learning.cards if each.card.slug == slug), None)
    if state is None:
        raise Http404
    if request.method == "POST":
        mark_card_read(patient=patient, card=state.card, by=request.user, now=timezone.now())
        return redirect(next_url(learning_of(patient)))
    again = next((each for each in learning.questions if str(each.number) == request.GET.get("again")), None)
    number = learning.cards.index(state) + 1
    context = {"learning": learning, "state": state, "number": number, "again": again, "next_url": next_url(learning)}
    return _page(request, patient, "card.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@patient_self_required
def question(request: SignedInRequest, number: int) -> HttpResponse:
    """One question, answered by one tap. Another answer than the card's leads to the card, and is kept nowhere."""
    patient = _patient(request)
    learning = learning_of(patient)
    state = next((each for each in learning.questions if each.number == number), None)
    if state is None:
        raise Http404
    if learning.unread_count and not state.answer:
        return redirect(next_url(learning))
    if request.method != "POST":
        return _page(request, patient, "question.html", {"state": state, "total": len(learning.questions)})
    answer, asked = request.POST.get("answer", ""), state.question
    if answer_question(patient=patient, question=asked, answer=answer, by=request.user, now=timezone.now()):
        return redirect(next_url(learning_of(patient)))
    return redirect(reverse("learn_card", args=[asked.card]) + f"?again={number}")


@require_http_methods(["GET", "HEAD", "POST"])
@patient_self_required
def sign(request: SignedInRequest) -> HttpResponse:
    """The tick that is a signature, under the version and the day."""
    patient, now = _patient(request), timezone.now()
    learning = learning_of(patient)
    if learning.step.kind is not StepKind.SIGN:
        return redirect(next_url(learning))
    form = AgreeForm(posted(request), initial={"seen": learning.edition.content_hash})
    if form.is_valid():
        return _signed(request, patient, form.cleaned_data["seen"])
    context = {"learning": learning, "form": form, "today": patient.local_date(now)}
    return _page(request, patient, "sign.html", context, status=422 if form.errors else 200)


def _signed(request: SignedInRequest, patient: Patient, seen: str) -> HttpResponse:
    try:
        sign_agreement(patient=patient, seen=seen, language=clinical_language(), by=request.user, now=timezone.now())
    except (ChangedError, NotReadyError):
        messages.warning(request, gettext("Some words have changed. Please read them first."))
    else:
        messages.success(request, gettext("Thank you. Your clinic can see that you agreed."))
    return redirect("learn")


@require_safe
@patient_required
def sheet(request: SignedInRequest) -> HttpResponse:
    """All cards on one sheet of paper."""
    patient, now = _patient(request), timezone.now()
    return _page(request, patient, "print.html", {"patient": patient, "learning": learning_of(patient), "now": now})


def next_url(learning: Learning) -> str:
    """The address of what comes next."""
    step = learning.step
    if step.kind is StepKind.CARD:
        return reverse("learn_card", args=[step.slug])
    if step.kind is StepKind.QUESTION:
        return reverse("learn_question", args=[step.number])
    return reverse("learn_sign" if step.kind is StepKind.SIGN else "learn")


def _patient(request: SignedInRequest) -> Patient:
    patient = patient_of(request)
    if patient is None:
        raise Http404
    return patient


def _page(
    request: SignedInRequest, patient: Patient, template: str, context: dict[str, Any], status: int = 200
) -> HttpResponse:
    record_read(patient_id=patient.pk, what="education", by=request.user, now=timezone.now())
    return render(request, f"monitoring/education/{template}", context, status=status)
