"""The pages of a check-in that is being filled in, whoever does so and through whichever door: asked, kept, gone on.

A door says where its pages lie, where the answers given so far are kept, and how they are sent.
"""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.functional import lazy
from django.utils.translation import pgettext, pgettext_lazy

from monitoring.checkins.forms import NO_ANSWER, DangerForm, PageForm, SendForm
from monitoring.checkins.models import CheckIn
from monitoring.checkins.rules import read_answers
from monitoring.checkins.rules.questions import (
    PAGES,
    QUESTIONS,
    Page,
    answer_words,
    next_page,
    page_at,
    page_of,
    with_danger_signs,
)
from monitoring.checkins.views.sending import is_emergency

DANGER_PAGE = PAGES[0]
NOTHING = "nothing"  # in the address of page 1: it was sent with nothing ticked
PART = "part"  # in the address of a page: the one topic of it that is asked


class Door(ABC):
    """Who fills in a check-in, and by which addresses. `base` is the template its pages stand in."""

    check_in: CheckIn
    base = "base_patient.html"

    @property
    @abstractmethod
    def answers(self) -> Mapping[str, object]:
        """The answers given so far."""

    @property
    @abstractmethod
    def seen(self) -> list[int]:
        """The numbers of the pages that were answered to their end."""

    @property
    @abstractmethod
    def is_sent(self) -> bool:
        """Whether this form was sent already."""

    @abstractmethod
    def address(self, page: str, *more: int) -> str:
        """Where a page of this door lies: “danger”, “page” with its number, “review”, “done” or “out”."""

    @abstractmethod
    def keep(self, page: int | None, questions: tuple[str, ...], answers: Mapping[str, object], now: datetime) -> None:
        """Keep the answers to these questions, the unanswered among them too; see `save_page`."""

    @abstractmethod
    def keep_readable(self, answers: Mapping[str, object], now: datetime) -> None:
        """Keep what can be read of a faulty page."""

    @abstractmethod
    def send(
        self, request: HttpRequest, answers: Mapping[str, object], key: UUID, *, now: datetime, note: str = ""
    ) -> HttpResponse:
        """Send the form and go to its result, or say that it was not sent."""

    @abstractmethod
    def note_read(self, now: datetime) -> None:
        """Note that the answers so far were shown."""


def fill_danger_signs(request: HttpRequest, door: Door, now: datetime) -> HttpResponse:
    """Page 1: one ticked sign is sent at once; nothing ticked and sent is asked again.

    It is asked at an address of its own: going back to the answer to a form, a browser shows an error instead of it.
    """
    if request.method == "GET":
        nothing = NOTHING in request.GET
        form = DangerForm({"submission_key": uuid4()} if nothing else None, initial=_ticked(door))
        return _ask(request, door, DANGER_PAGE, form, now, status=422 if nothing else 200)
    if request.POST.get("go") == "none":
        return _keep(request, door, DANGER_PAGE, {"danger_signs": ["none"]}, now)
    form = DangerForm(request.POST)
    if form.has_error("danger_signs", "required"):
        return redirect(f"{request.path}?{NOTHING}=1")
    if not form.is_valid():
        return _ask(request, door, DANGER_PAGE, form, now, status=422)
    answers = with_danger_signs(door.answers, form.cleaned_data["danger_signs"])
    return door.send(request, answers, form.cleaned_data["submission_key"], now=now)


def fill_page(request: HttpRequest, door: Door, number: int, now: datetime) -> HttpResponse:
    """Pages 2 to 7: the tapped answer is kept, then the next page. An emergency does not wait for the rest."""
    page = _asked(request, number)
    if request.method == "GET":
        return _ask(request, door, page, PageForm(page=page, draft=door.answers), now)
    if "all_well" in request.POST and page.well:
        return _keep(request, door, page, page.well, now)
    if page.parts and "different" in request.POST:
        return redirect(_address_of(door, page.parts[0]))
    form = PageForm(request.POST, page=page, draft={}, skip="skip" in request.POST)
    if not form.is_valid():
        return _refuse(request, door, page, form, now)
    return _keep(request, door, page, form.answers(), now)


def fill_review(request: HttpRequest, door: Door, now: datetime) -> HttpResponse:
    """Every answer with a way to change it, then one tap to send."""
    if DANGER_PAGE.number not in door.seen:
        return redirect(onward(door))
    form = SendForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        key, note = form.cleaned_data["submission_key"], form.cleaned_data["note"]
        return door.send(request, door.answers, key, now=now, note=note)
    if request.method == "GET" and door.is_sent:
        return redirect(onward(door))
    door.note_read(now)
    context = {"check_in": door.check_in, "base": door.base, "form": form, "rows": rows_to_change(door)}
    return render(request, "monitoring/checkins/review.html", context, status=422 if form.errors else 200)


def onward(door: Door) -> str:
    """Where this check-in goes on: its next unseen page or the part of it that is open, the review, or its result."""
    if door.is_sent:
        return door.address("done")
    page = next_page(door.seen)
    if page is None:
        return door.address("review")
    begun = [part for part in page.parts if not set(part.keys) & set(door.answers)]
    return _address_of(door, begun[0] if 0 < len(begun) < len(page.parts) else page)


def rows_of(raw: Mapping[str, object]) -> list[dict[str, Any]]:
    """Every answer in words, in the order of the pages."""
    answers = read_answers(raw)
    return [_row(key, answer_words(answers, key)) for page in PAGES for key in page.keys]


def rows_to_change(door: Door) -> list[dict[str, Any]]:
    """The same with the address at which each is changed."""
    return [
        {**row, "url": _address_of(door, page_of(row["key"]).part(row["key"]) or page_of(row["key"]))}
        for row in rows_of(door.answers)
    ]


def _row(key: str, words: str) -> dict[str, Any]:
    return {"key": key, "label": pgettext_lazy("clinical", QUESTIONS[key].label), "value": _told(words)}


def _each_told(words: str) -> str:
    return "; ".join(pgettext("clinical", part) for part in words.split("; "))


# Put into words where it is shown: only there is it known in which language.
_told = lazy(_each_told, str)


def _asked(request: HttpRequest, number: int) -> Page:
    """The page with this number, or the part of it that the address names."""
    page, part = page_at(number), request.GET.get(PART)
    if page is not None and part is not None:
        page = page.part(part)
    if page is None or page is DANGER_PAGE:
        raise Http404
    return page


def _ask(request: HttpRequest, door: Door, page: Page, form: Any, now: datetime, *, status: int = 200) -> HttpResponse:
    """Show one page of the form; a form that was sent shows what became of it instead."""
    if door.is_sent:
        return redirect(onward(door))
    door.note_read(now)
    name = "danger" if page is DANGER_PAGE else "question"
    context = {"check_in": door.check_in, "page": page, "form": form, **_frame(door, page, faulty=status == 422)}
    return render(request, f"monitoring/checkins/{name}.html", context, status=status)


def _frame(door: Door, page: Page, *, faulty: bool) -> dict[str, object]:
    """What stands around a page's question, and the buttons where its answers are the buttons."""
    only = page.questions[0]
    choices = [(value, pgettext_lazy("clinical", words)) for value, words in page.shown(only)]
    return {
        "base": door.base,
        "back": _back_from(door, page),
        "total": len(PAGES),
        "choices": choices if page.is_single else [],
        "chosen": door.answers.get(only.key),
        "page_errors": [NO_ANSWER] if faulty and (page.is_single or page.parts) else [],
        "page_invalid": faulty,
    }


def _keep(request: HttpRequest, door: Door, page: Page, answers: Mapping[str, object], now: datetime) -> HttpResponse:
    """Keep the answers of a page and go on; send at once when they are an emergency."""
    sent_before, check_in = door.is_sent, door.check_in
    merged = {**{k: v for k, v in door.answers.items() if k not in page.keys}, **answers}
    rest = _rest(page, door)
    door.keep(page.number if rest is None else None, page.keys, answers, now)
    if is_emergency(check_in, answers, now) or (is_emergency(check_in, merged, now) and not sent_before):
        return door.send(request, merged, check_in.pk, now=now)
    return redirect(_address_of(door, rest) if rest and not door.is_sent else onward(door))


def _rest(page: Page, door: Door) -> Page | None:
    """The part that is asked after this one, where the whole page was not answered before."""
    if not page.is_part or page.number in door.seen:
        return None
    parts = page_of(page.keys[0]).parts
    place = [part.keys for part in parts].index(page.keys) + 1
    return parts[place] if place < len(parts) else None


def _refuse(request: HttpRequest, door: Door, page: Page, form: PageForm, now: datetime) -> HttpResponse:
    """Ask a faulty page again. What was answered well is kept, and an emergency in it does not wait for the rest."""
    answered = form.answers()
    door.keep_readable(answered, now)
    if is_emergency(door.check_in, answered, now):
        return door.send(request, door.answers, door.check_in.pk, now=now)
    return _ask(request, door, page, form, now, status=422)


def _address_of(door: Door, page: Page) -> str:
    if page is DANGER_PAGE:
        return door.address("danger")
    address = door.address("page", page.number)
    return f"{address}?{PART}={page.keys[0]}" if page.is_part else address


def _back_from(door: Door, page: Page) -> str:
    before = page_at(page.number if page.is_part else page.number - 1)
    return _address_of(door, before) if before else door.address("out")


def _ticked(door: Door) -> dict[str, object]:
    ticked = door.answers.get("danger_signs", [])
    return {"danger_signs": [sign for sign in ticked if sign != "none"] if isinstance(ticked, list) else []}
