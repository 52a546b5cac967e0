"""The single answers behind the figures: for their care team's pages, and in computable form for the export."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet

from interactions.cds_hooks.door.feedback import feedback_between
from monitoring.people.models import Patient, Role, User
from monitoring.regimens.models import Override, Question, QuestionOutcome
from monitoring.reports.queries.after import followed
from monitoring.reports.queries.elsewhere import known_reason, reason_words
from monitoring.reports.queries.figures import answers_in
from monitoring.reports.rules import Period

NOT_ANSWERED = "not answered"
_ACTIONS = {
    "": NOT_ANSWERED,
    QuestionOutcome.GONE: "changed or dropped instead",
    QuestionOutcome.MILDER: "no longer asked",
}


@dataclass(frozen=True, slots=True)
class Told:
    """One intervention and what was done with it, as 45 CFR 170.315(b)(11) asks: `location` is the clinic.

    It names no patient. `note` is "" for those who may not read notes.
    """

    intervention: str
    code: str
    title: str
    severity: str
    release: str
    action: str
    feedback_code: str
    feedback: str
    note: str
    user: str
    user_id: str
    at: datetime
    location: str


def visible_answers(reader: User, period: Period) -> QuerySet[Override]:
    """The answers of the patients the reader cares for, newest first, with what happened after each."""
    own = answers_in(reader.clinic, period).filter(flag__patient__in=Patient.objects.visible_to(reader))
    return followed(own.select_related("flag__patient", "by")).order_by("-at", "pk")


def told_in(reader: User, period: Period) -> Iterator[Told]:
    """Every answer and every unanswered question of a period, oldest first.

    A clinician gets those of the patients they care for, with notes; an admin the whole clinic's, without.
    """
    is_admin = reader.role == Role.ADMIN
    answers = answers_in(reader.clinic, period)
    questions = Question.objects.filter(
        flag__patient__clinic=reader.clinic, at__gte=period.start, at__lt=period.end
    ).exclude(outcome=QuestionOutcome.ANSWERED)
    if not is_admin:
        mine = Patient.objects.visible_to(reader)
        answers, questions = answers.filter(flag__patient__in=mine), questions.filter(flag__patient__in=mine)
    where = reader.clinic.name
    for answer in answers.select_related("flag", "by").order_by("at", "pk").iterator(1_000):
        yield _answered(answer, where, note="" if is_admin else answer.note)
    for question in questions.select_related("flag").order_by("at", "pk").iterator(1_000):
        yield _left(question, where)


def _answered(answer: Override, where: str, *, note: str) -> Told:
    flag = answer.flag
    return Told(
        intervention=flag.finding.get("rule", ""), code=flag.code, title=flag.finding.get("title", ""),
        severity=answer.severity, release=answer.facts.get("release", flag.release),
        action="overridden" if answer.withdrawn_at is None else "overridden, then withdrawn",
        feedback_code=answer.reason, feedback=answer.get_reason_display(), note=note,
        user=answer.by.name, user_id=str(answer.by_id), at=answer.at, location=where,
    )  # fmt: skip


def _left(question: Question, where: str) -> Told:
    flag = question.flag
    return Told(
        intervention=flag.finding.get("rule", ""), code=flag.code, title=flag.finding.get("title", ""),
        severity=question.severity, release=question.release, action=_ACTIONS[question.outcome],
        feedback_code="", feedback="", note="", user="", user_id="", at=question.at, location=where,
    )  # fmt: skip


def patients_told_of(reader: User, period: Period) -> list[UUID]:
    """The patients whose notes `told_in` hands to this reader: none to an admin."""
    if reader.role == Role.ADMIN:
        return []
    return list(visible_answers(reader, period).order_by().values_list("flag__patient", flat=True).distinct())


def told_of_cards(reader: User, period: Period) -> Iterator[Told]:
    """The same of the cards that hospital systems showed, for admins: the system is the location. No comments."""
    if reader.role != Role.ADMIN:
        return
    for row in feedback_between(period.start, period.end, tenant=reader.clinic_id):
        yield Told(
            intervention=row.rule, code=row.code, title="", severity=row.severity, release="", action=row.outcome,
            feedback_code=known_reason(row.reason_code), feedback=reason_words(row.reason_code), note="",
            user=row.user, user_id="", at=row.at, location=row.client,
        )  # fmt: skip
