"""The patient's check-in: one page a question, kept after each tap, working without JavaScript."""

from collections.abc import Mapping
from datetime import datetime
from typing import cast
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from monitoring.audit.record import record_read
from monitoring.checkins.actions import keep_readable_answers, save_page, start_check_in
from monitoring.checkins.models import CheckIn, CheckInState
from monitoring.checkins.queries import clinic_looks_by, draft_answers, home_check_in
from monitoring.checkins.views.filling import Door, fill_danger_signs, fill_page, fill_review, onward, rows_of
from monitoring.checkins.views.results import recent_in_words, result_of
from monitoring.checkins.views.sending import send_and_answer
from monitoring.help.views import numbers_for
from monitoring.people.access import get_visible_or_404, patient_answers_required, patient_of, patient_required
from monitoring.people.models import Patient, User

# Those before are in the history.
LATEST = 14


class OwnDoor(Door):
    """The form of whoever is signed in; its answers are kept with the check-in."""

    def __init__(self, request: HttpRequest, check_in_id: UUID) -> None:
        self.by = cast("User", request.user)
        self.check_in = get_visible_or_404(CheckIn, self.by, check_in_id)

    @property
    def answers(self) -> Mapping[str, object]:
        return draft_answers(self.check_in)

    @property
    def seen(self) -> list[int]:
        seen = self.check_in.draft.get("seen", []) if isinstance(self.check_in.draft, dict) else []
        return [number for number in seen if isinstance(number, int)]

    @property
    def is_sent(self) -> bool:
        return bool(self.check_in.state == CheckInState.SUBMITTED)

    def address(self, page: str, *more: int) -> str:
        if page == "out":
            return reverse("my_check_ins")
        return reverse(f"my_check_in_{page}", args=[self.check_in.pk, *more])

    def keep(self, page: int | None, questions: tuple[str, ...], answers: Mapping[str, object], now: datetime) -> None:
        self.check_in = save_page(
            check_in=self.check_in, page=page, questions=questions, answers=answers, by=self.by, now=now
        )

    def keep_readable(self, answers: Mapping[str, object], now: datetime) -> None:
        self.check_in = keep_readable_answers(check_in=self.check_in, answers=answers, by=self.by, now=now)

    def send(
        self, request: HttpRequest, answers: Mapping[str, object], key: UUID, *, now: datetime, note: str = ""
    ) -> HttpResponse:
        return send_and_answer(request, self.check_in, answers, key, by=self.by, now=now, note=note)

    def note_read(self, now: datetime) -> None:
        _note_read(self.check_in.patient, self.by, now)


@patient_required
@require_GET
def check_ins(request: HttpRequest) -> HttpResponse:
    """The patient's check-ins in words, newest first, with a button to start one at any time."""
    patient, now = patient_of(request), timezone.now()
    if patient is None:
        return redirect("my_plan")  # which says what to do
    _note_read(patient, cast("User", request.user), now)
    context = {
        "patient": patient,
        "rows": recent_in_words(patient, LATEST),
        "home": home_check_in(patient, now),
        "numbers": numbers_for(request),
    }
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
    check_in = start_check_in(patient=patient, by=cast("User", request.user), now=timezone.now())
    return redirect(onward(OwnDoor(request, check_in.pk)))


@patient_answers_required
@require_http_methods(["GET", "POST"])
def danger_signs(request: HttpRequest, check_in_id: UUID) -> HttpResponse:
    """Page 1."""
    return fill_danger_signs(request, OwnDoor(request, check_in_id), timezone.now())


@patient_answers_required
@require_http_methods(["GET", "POST"])
def question(request: HttpRequest, check_in_id: UUID, number: int) -> HttpResponse:
    """Pages 2 to 7."""
    return fill_page(request, OwnDoor(request, check_in_id), number, timezone.now())


@patient_answers_required
@require_http_methods(["GET", "POST"])
def review(request: HttpRequest, check_in_id: UUID) -> HttpResponse:
    """Every answer with a way to change it, then one tap to send."""
    return fill_review(request, OwnDoor(request, check_in_id), timezone.now())


@patient_required
@require_GET
def done(request: HttpRequest, check_in_id: UUID) -> HttpResponse:
    """What to do now, by the level of what was sent."""
    door, now = OwnDoor(request, check_in_id), timezone.now()
    if not hasattr(door.check_in, "report"):
        return redirect(onward(door))
    door.note_read(now)
    report = door.check_in.report
    context = {
        "check_in": door.check_in,
        "report": report,
        "result": result_of(report),
        "looks_by": clinic_looks_by(report, now),
        "numbers": numbers_for(request),
        "rows": rows_of(report.answers),
    }
    return render(request, "monitoring/checkins/done.html", context)


def _note_read(patient: Patient, by: User, now: datetime) -> None:
    record_read(patient_id=patient.pk, what="check_ins", by=by, now=now)
