"""The patient's check-in: one page a question group, kept after each tap, working without JavaScript."""

from datetime import datetime
from typing import Any, cast
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from monitoring.audit.record import record_read
from monitoring.checkins.actions import keep_readable_answers, save_page, start_check_in
from monitoring.checkins.forms import NO_ANSWER, DangerForm, PageForm, SendForm
from monitoring.checkins.models import CheckIn, CheckInState
from monitoring.checkins.queries import clinic_looks_by, draft_answers, home_check_in
from monitoring.checkins.rules import read_answers
from monitoring.checkins.rules.questions import (
    PAGES,
    QUESTIONS,
    Page,
    answer_words,
    next_page,
    page_at,
    with_danger_signs,
)
from monitoring.checkins.views.results import recent_in_words, result_of
from monitoring.checkins.views.sending import is_emergency, send_and_answer
from monitoring.help.views import numbers_for
from monitoring.people.access import get_visible_or_404, patient_of, patient_required
from monitoring.people.models import Patient, User

DANGER_PAGE = PAGES[0]
ALL = 60


@patient_required
@require_GET
def check_ins(request: HttpRequest) -> HttpResponse:
    """The patient's check-ins in words, newest first, with a button to start one at any time."""
    patient, now = patient_of(request), timezone.now()
    if patient is None:
        return redirect("my_plan")  # which says what to do
    _note_read(patient, request, now)
    context = {"patient": patient, "rows": recent_in_words(patient, ALL), "home": home_check_in(patient, now)}
    return render(request, "monitoring/checkins/list.html", context)


@patient_required
@require_http_methods(["GET", "POST"])
def start(request: HttpRequest) -> HttpResponse:
    """Begin a check-in, or go on with the one that was begun.

    Whoever tapped the button after their session had ended comes back here from signing in: they find it again.
    """
    patient = patient_of(request)
    if patient is None or request.method == "GET":
        return redirect("my_plan")
    return redirect(_onward(start_check_in(patient=patient, by=_user(request), now=timezone.now())))


@patient_required
@require_http_methods(["GET", "POST"])
def danger_signs(request: HttpRequest, check_in_id: UUID) -> HttpResponse:
    """Page 1: one ticked sign is sent at once; nothing ticked and sent is asked again."""
    check_in, now = _own_check_in(request, check_in_id), timezone.now()
    if request.method == "GET":
        return _ask(request, check_in, DANGER_PAGE, DangerForm(initial=_ticked(check_in)), now)
    if request.POST.get("go") == "none":
        return _keep(request, check_in, DANGER_PAGE, {"danger_signs": ["none"]}, now)
    form = DangerForm(request.POST)
    if not form.is_valid():
        return _ask(request, check_in, DANGER_PAGE, form, now, status=422)
    answers = with_danger_signs(draft_answers(check_in), form.cleaned_data["danger_signs"])
    key = form.cleaned_data["submission_key"]
    return send_and_answer(request, check_in, answers, key, by=_user(request), now=now)


@patient_required
@require_http_methods(["GET", "POST"])
def question(request: HttpRequest, check_in_id: UUID, number: int) -> HttpResponse:
    """Pages 2 to 7: the tapped answer is kept, then the next page. An emergency does not wait for the rest."""
    check_in, now, page = _own_check_in(request, check_in_id), timezone.now(), page_at(number)
    if page is None or page is DANGER_PAGE:
        raise Http404
    if request.method == "GET":
        return _ask(request, check_in, page, PageForm(page=page, draft=draft_answers(check_in)), now)
    if "all_well" in request.POST:
        return _keep(request, check_in, page, page.well, now)
    form = PageForm(request.POST, page=page, draft={}, skip="skip" in request.POST)
    if not form.is_valid():
        return _refuse(request, check_in, page, form, now)
    return _keep(request, check_in, page, form.answers(), now)


@patient_required
@require_http_methods(["GET", "POST"])
def review(request: HttpRequest, check_in_id: UUID) -> HttpResponse:
    """Every answer with a way to change it, then one tap to send."""
    check_in, now = _own_check_in(request, check_in_id), timezone.now()
    if DANGER_PAGE.number not in _seen(check_in):
        return redirect(_onward(check_in))
    form = SendForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        key, note = form.cleaned_data["submission_key"], form.cleaned_data["note"]
        return send_and_answer(request, check_in, draft_answers(check_in), key, by=_user(request), now=now, note=note)
    if request.method == "GET" and check_in.state == CheckInState.SUBMITTED:
        return redirect(_onward(check_in))
    _note_read(check_in.patient, request, now)
    context = {"check_in": check_in, "form": form, "rows": _rows(check_in, change=True)}
    return render(request, "monitoring/checkins/review.html", context, status=422 if form.errors else 200)


@patient_required
@require_GET
def done(request: HttpRequest, check_in_id: UUID) -> HttpResponse:
    """What to do now, by the level of what was sent."""
    check_in, now = _own_check_in(request, check_in_id), timezone.now()
    if not hasattr(check_in, "report"):
        return redirect(_onward(check_in))
    _note_read(check_in.patient, request, now)
    context = {
        "check_in": check_in,
        "report": check_in.report,
        "result": result_of(check_in.report),
        "looks_by": clinic_looks_by(check_in.report, now),
        "numbers": numbers_for(request),
        "rows": [row for row in _rows(check_in) if row["value"]],
    }
    return render(request, "monitoring/checkins/done.html", context)


def _ask(
    request: HttpRequest, check_in: CheckIn, page: Page, form: Any, now: datetime, *, status: int = 200
) -> HttpResponse:
    """Show one page of the form; a form that was sent shows what became of it instead."""
    if check_in.state == CheckInState.SUBMITTED:
        return redirect(_onward(check_in))
    _note_read(check_in.patient, request, now)
    context = {"check_in": check_in, "page": page, "form": form, **_frame(check_in, page, faulty=status == 422)}
    name = "danger" if page is DANGER_PAGE else "question"
    return render(request, f"monitoring/checkins/{name}.html", context, status=status)


def _frame(check_in: CheckIn, page: Page, *, faulty: bool) -> dict[str, object]:
    """What stands around a page's questions, and the buttons where one question's answers are the buttons."""
    only = page.questions[0]
    return {
        "back": _back_from(check_in, page),
        "total": len(PAGES),
        "choices": page.shown(only) if page.is_single else [],
        "chosen": draft_answers(check_in).get(only.key),
        "page_errors": [NO_ANSWER] if page.is_single and faulty else [],
        "page_invalid": faulty,
    }


def _keep(request: HttpRequest, check_in: CheckIn, page: Page, answers: Any, now: datetime) -> HttpResponse:
    """Keep the answers of a page and go on; send at once when they are an emergency."""
    by = _user(request)
    sent_before = check_in.state == CheckInState.SUBMITTED
    merged = {**{k: v for k, v in draft_answers(check_in).items() if k not in page.keys}, **answers}
    check_in = save_page(check_in=check_in, page=page.number, questions=page.keys, answers=answers, by=by, now=now)
    if is_emergency(check_in, answers, now) or (is_emergency(check_in, merged, now) and not sent_before):
        return send_and_answer(request, check_in, merged, check_in.pk, by=by, now=now)
    return redirect(_onward(check_in))


def _refuse(request: HttpRequest, check_in: CheckIn, page: Page, form: PageForm, now: datetime) -> HttpResponse:
    """Ask a faulty page again. What was answered well is kept, and an emergency in it does not wait for the rest."""
    by, answered = _user(request), form.answers()
    check_in = keep_readable_answers(check_in=check_in, answers=answered, by=by, now=now)
    if is_emergency(check_in, answered, now):
        return send_and_answer(request, check_in, draft_answers(check_in), check_in.pk, by=by, now=now)
    return _ask(request, check_in, page, form, now, status=422)


def _onward(check_in: CheckIn) -> str:
    """Where this check-in goes on: its next unseen page, the review, or its result."""
    if check_in.state == CheckInState.SUBMITTED:
        return reverse("my_check_in_done", args=[check_in.pk])
    page = next_page(_seen(check_in))
    return _page_url(check_in, page) if page else reverse("my_check_in_review", args=[check_in.pk])


def _page_url(check_in: CheckIn, page: Page) -> str:
    if page is DANGER_PAGE:
        return reverse("my_check_in_danger", args=[check_in.pk])
    return reverse("my_check_in_page", args=[check_in.pk, page.number])


def _back_from(check_in: CheckIn, page: Page) -> str:
    before = page_at(page.number - 1)
    return _page_url(check_in, before) if before else reverse("my_check_ins")


def _seen(check_in: CheckIn) -> list[int]:
    seen = check_in.draft.get("seen", []) if isinstance(check_in.draft, dict) else []
    return [number for number in seen if isinstance(number, int)]


def _ticked(check_in: CheckIn) -> dict[str, object]:
    ticked = draft_answers(check_in).get("danger_signs", [])
    return {"danger_signs": [sign for sign in ticked if sign != "none"] if isinstance(ticked, list) else []}


def _rows(check_in: CheckIn, *, change: bool = False) -> list[dict[str, str]]:
    answers = read_answers(check_in.report.answers if hasattr(check_in, "report") else draft_answers(check_in))
    return [
        {
            "label": QUESTIONS[key].label,
            "value": answer_words(answers, key),
            "url": _page_url(check_in, page) if change else "",
        }
        for page in PAGES
        for key in page.keys
    ]


def _user(request: HttpRequest) -> User:
    return cast("User", request.user)


def _own_check_in(request: HttpRequest, check_in_id: UUID) -> CheckIn:
    return get_visible_or_404(CheckIn, _user(request), check_in_id)


def _note_read(patient: Patient, request: HttpRequest, now: datetime) -> None:
    record_read(patient_id=patient.pk, what="check_ins", by=_user(request), now=now)
