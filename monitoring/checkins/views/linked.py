"""A check-in by the link of a message: one form, no sign-in, and nothing of the record on any page.

Who is signed in in this browser counts for nothing here, and what is written is judged as from anybody who holds the
link. The token stays in the address, which no page behind it passes on.
"""

import logging
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, nullcontext
from datetime import datetime
from functools import wraps
from http import HTTPStatus
from typing import Any, Concatenate, Final, ParamSpec
from uuid import UUID

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import add_never_cache_headers
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from monitoring import languages
from monitoring.checkins.actions import (
    LinkEndedError,
    ask_for_new_link,
    keep_readable_link_answers,
    note_link_opened,
    note_link_refused,
    save_link_page,
    submit_by_link,
)
from monitoring.checkins.forms.links import NewLinkForm
from monitoring.checkins.models import CheckInLink, SymptomReport
from monitoring.checkins.queries import clinic_looks_by, link_answers, link_of, link_pages_seen, link_standing
from monitoring.checkins.rules import Level, LinkStanding, read_answers
from monitoring.checkins.views.filling import Door, fill_danger_signs, fill_page, fill_review, onward
from monitoring.checkins.views.results import result_of
from monitoring.checkins.views.sending import is_emergency
from monitoring.help.numbers import HelpNumbers
from monitoring.help.views import numbers_of
from monitoring.hints import hint_delivery
from monitoring.people.models import Clinic
from monitoring.preferences.queries import asked_language
from monitoring.rest.limits import is_beyond, put_off, refused_too_often
from monitoring.wording.queries import speaking_to

logger = logging.getLogger(__name__)
P = ParamSpec("P")

ASKED_A_MINUTE: Final = 5
# By one link: no hand is so fast, and each answer that is kept is a line in a log that only grows.
USED_A_MINUTE: Final = 120


class LinkDoor(Door):
    """The form that one link opens; what was answered through it is kept with the link."""

    base = "base_link.html"

    def __init__(self, link: CheckInLink, token: str) -> None:
        self.link, self.token = link, token
        self.check_in = link.check_in
        self.check_in.patient = link.patient

    @property
    def answers(self) -> Mapping[str, object]:
        return link_answers(self.link)

    @property
    def seen(self) -> list[int]:
        return link_pages_seen(self.link)

    @property
    def is_sent(self) -> bool:
        return self.link.used_at is not None

    def address(self, page: str, *more: int) -> str:
        name = "danger" if page == "out" else page
        return reverse(f"linked_{name}", args=[self.token, *more])

    def keep(self, page: int | None, questions: tuple[str, ...], answers: Mapping[str, object], now: datetime) -> None:
        if not self.is_sent:
            self.link = save_link_page(link=self.link, page=page, questions=questions, answers=answers, now=now)

    def keep_readable(self, answers: Mapping[str, object], now: datetime) -> None:
        if not self.is_sent:
            self.link = keep_readable_link_answers(link=self.link, answers=answers, now=now)

    def send(
        self, request: HttpRequest, answers: Mapping[str, object], key: UUID, *, now: datetime, note: str = ""
    ) -> HttpResponse:
        # A link sends once, whatever key a page was drawn with.
        del key
        try:
            report = submit_by_link(link=self.link, answers=answers, now=now, note=note)
        except LinkEndedError:
            raise
        except Exception:  # whatever broke, a patient must not believe that this has reached anyone
            logger.exception("a check-in could not be taken")
            return self._not_sent(request, HTTPStatus.SERVICE_UNAVAILABLE)
        if self._is_worse_than(report, answers, now):
            return self._not_sent(request, HTTPStatus.CONFLICT)
        hint_delivery(report.level)
        return redirect(self.address("done"))

    def put_off(self, request: HttpRequest, now: datetime) -> HttpResponse | None:
        """What a machine gets that goes through this link without end; None for everybody else."""
        if not is_beyond(USED_A_MINUTE, "link-use", str(self.link.pk), now):
            return None
        return put_off(self._not_sent(request, HTTPStatus.TOO_MANY_REQUESTS), now)

    def note_read(self, now: datetime) -> None:
        """Nothing of the record is shown: that the form was opened was noted when it was."""

    def _is_worse_than(self, report: SymptomReport, answers: Mapping[str, object], now: datetime) -> bool:
        """Whether this tells of an emergency that the one report of this link, sent before, does not."""
        if report.level == Level.EMERGENCY or report.answers == read_answers(answers).as_dict():
            return False
        return is_emergency(self.check_in, answers, now)

    def _not_sent(self, request: HttpRequest, status: HTTPStatus) -> HttpResponse:
        context = {"base": self.base, "numbers": self.numbers, "check_in": self.check_in, "again": self.address("out")}
        return render(request, "monitoring/checkins/not_sent.html", context, status=status)

    @property
    def numbers(self) -> HelpNumbers:
        """Whom to call, the clinic not by its name: that may say what is treated there."""
        return nameless_numbers(self.link.patient.clinic)


def nameless_numbers(clinic: Clinic) -> HelpNumbers:
    """A clinic's numbers without its name."""
    return numbers_of(clinic, timezone.now(), name="")


LinkView = Callable[Concatenate[HttpRequest, LinkDoor, datetime, P], HttpResponse]


def by_link(view: LinkView[P]) -> Callable[..., HttpResponse]:
    """Open the door that the token in the address is for; every other token is answered alike, whatever it was.

    Nothing here rests on a cookie, so nothing can be sent by a page elsewhere that does not know the token itself: that
    is why no other proof is asked for. A browser that tells nobody where it came from could not give one.
    """

    @csrf_exempt
    @require_http_methods(["GET", "HEAD", "POST"])
    @wraps(view)
    def guarded(request: HttpRequest, token: str, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        now, link = timezone.now(), link_of(token)
        request.user = AnonymousUser()
        standing = None if link is None else link_standing(link, now)
        if link is None or standing not in {LinkStanding.OPEN, LinkStanding.RECEIPT}:
            return _private(_refused(request, token, link, standing, now))
        with _speaking(request, link):
            try:
                answer = view(request, LinkDoor(link, token), now, *args, **kwargs)
            except LinkEndedError as ended:
                answer = _refused(request, token, link, ended.standing, now)
            answer.headers["Content-Language"] = languages.current()
        return _private(answer)

    return guarded


def _speaking(request: HttpRequest, link: CheckInLink) -> AbstractContextManager[None]:
    """As the patient chose to read, else as this phone asks."""
    reader = link.patient.user
    return speaking_to(reader, otherwise=asked_language(request)) if reader else nullcontext()


def _private(response: HttpResponse) -> HttpResponse:
    add_never_cache_headers(response)
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    return response


def _refused(
    request: HttpRequest, token: str, link: CheckInLink | None, standing: LinkStanding | None, now: datetime
) -> HttpResponse:
    """The one page for every link that opens nothing. Beyond the limits nothing is written any more."""
    context = {"numbers": settings.HELP_NUMBERS}
    if refused_too_often("link", address=request.META.get("REMOTE_ADDR", ""), token=token, now=now):
        return put_off(render(request, "monitoring/checkins/linked_ended.html", context), now)
    note_link_refused(link=link, standing=standing, now=now)
    return render(request, "monitoring/checkins/linked_ended.html", context, status=HTTPStatus.NOT_FOUND)


@by_link
def entry(request: HttpRequest, door: LinkDoor, now: datetime) -> HttpResponse:
    """The address in the message: on to the first page that was not answered, or to what became of it."""
    if late := door.put_off(request, now):
        return late
    if request.method == "GET" and not door.is_sent:
        note_link_opened(link=door.link, now=now)
    return redirect(onward(door))


@by_link
def danger(request: HttpRequest, door: LinkDoor, now: datetime) -> HttpResponse:
    """Page 1."""
    return door.put_off(request, now) or _asked_for(request) or fill_danger_signs(request, door, now)


@by_link
def page(request: HttpRequest, door: LinkDoor, now: datetime, number: int) -> HttpResponse:
    """Pages 2 to 7."""
    return door.put_off(request, now) or _asked_for(request) or fill_page(request, door, number, now)


@by_link
def review(request: HttpRequest, door: LinkDoor, now: datetime) -> HttpResponse:
    """Every answer given by this link with a way to change it, then one tap to send."""
    return door.put_off(request, now) or _asked_for(request) or fill_review(request, door, now)


@by_link
def done(request: HttpRequest, door: LinkDoor, now: datetime) -> HttpResponse:
    """What to do now, for an hour after it was sent; none of the answers but the danger that was told."""
    report = door.link.report
    if report is None:
        return redirect(onward(door))
    context: dict[str, Any] = {
        "base": door.base,
        "by_link": True,
        "check_in": door.check_in,
        "report": report,
        "result": result_of(report),
        "looks_by": clinic_looks_by(report, now),
        "numbers": door.numbers,
    }
    return render(request, "monitoring/checkins/done.html", context)


def _asked_for(request: HttpRequest) -> HttpResponse | None:
    """Who asks for the head of a page alone gets no page: nothing is filled in that way."""
    return HttpResponse() if request.method == "HEAD" else None


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Ask for a new link. The answer is the same for every address, whoever it is of."""
    now, form = timezone.now(), NewLinkForm(request.POST or None)
    context = {"form": form, "numbers": settings.HELP_NUMBERS}
    if request.method == "POST" and is_beyond(ASKED_A_MINUTE, "new-link", request.META.get("REMOTE_ADDR", ""), now):
        context["too_often"] = True
        return put_off(render(request, "monitoring/checkins/linked_new.html", context), now)
    if not form.is_valid():
        return render(request, "monitoring/checkins/linked_new.html", context, status=422 if form.errors else 200)
    ask_for_new_link(email=form.cleaned_data["email"], now=now)
    return redirect("linked_asked")


@require_http_methods(["GET", "HEAD"])
def asked(request: HttpRequest) -> HttpResponse:
    """What is true whoever asked: if there is something to send, it is on its way."""
    return render(request, "monitoring/checkins/linked_asked.html", {"numbers": settings.HELP_NUMBERS})
