"""The figures of the report, counted by the database. Reads only: the same few queries for one flag or a million."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, Final

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.db.models.fields.json import KeyTextTransform
from django.utils.translation import pgettext, pgettext_lazy

from monitoring.people.models import Clinic, Role, User
from monitoring.regimens.models import (
    DosePeriod,
    InteractionFlag,
    Override,
    OverrideReason,
    Prescription,
    PrescriptionState,
    Question,
    QuestionOutcome,
)
from monitoring.reports.queries.after import happened_after
from monitoring.reports.queries.elsewhere import done_elsewhere
from monitoring.reports.rules import Asked, Figures, Period, Reason, pivot
from monitoring.reports.rules import Count as Line

CAUSES: Final = {
    "severity": pgettext_lazy("staff", "It became more severe"),
    "new_medicine": pgettext_lazy("staff", "Another medicine takes part or raises it"),
    "risk_factor": pgettext_lazy("staff", "A new risk factor"),
    "dose_rise": pgettext_lazy("staff", "A dose rose, or can no longer be told"),
    "route": pgettext_lazy("staff", "Another route"),
    "egfr": pgettext_lazy("staff", "Worse kidney function, or not known any more"),
    "age_band": pgettext_lazy("staff", "The patient reached another age band"),
    "release": pgettext_lazy("staff", "A new release changed the rule"),
    "expired": pgettext_lazy("staff", "The answer expired"),
    "monitoring": pgettext_lazy("staff", "Promised check-ins were not done"),
    "withdrawn": pgettext_lazy("staff", "Its author withdrew it"),
    "not_recorded": pgettext_lazy("staff", "What it weighed was not kept"),
}
SEVERITIES: Final = {each: each.capitalize() for each in ("contraindicated", "major", "moderate", "minor")}


def figures_for(reader: User, period: Period, *, now: datetime) -> Figures:
    """The figures of the reader's clinic. How often each clinician answered is for admins alone, and counts only."""
    clinic: Clinic = reader.clinic
    questions = Question.objects.filter(
        flag__patient__clinic=clinic, at__gte=period.start, at__lt=period.end
    ).order_by()
    answers = answers_in(clinic, period).order_by()
    by_rule, by_severity = _asked(questions)
    raised = _raised(clinic, period)
    return Figures(
        period=period,
        clinic=clinic.name,
        raised=raised["all"],
        raised_asking=raised["asking"],
        total=_total(by_severity),
        by_rule=by_rule,
        by_severity=by_severity,
        instead=_instead(questions),
        again_because=_again(questions),
        reasons=_reasons(answers),
        own_answers=answers.filter(by=reader).count(),
        after=happened_after(answers, now),
        by_clinician=_by_clinician(answers) if reader.role == Role.ADMIN else None,
        elsewhere=done_elsewhere(reader, period),
    )


def answers_in(clinic: Clinic, period: Period) -> QuerySet[Override]:
    """The answers given in a clinic in a period, renewals among them."""
    return Override.objects.filter(flag__patient__clinic=clinic, at__gte=period.start, at__lt=period.end)


def _raised(clinic: Clinic, period: Period) -> dict[str, int]:
    flags = InteractionFlag.objects.filter(
        patient__clinic=clinic, raised_at__gte=period.start, raised_at__lt=period.end
    )
    asking = Exists(Question.objects.filter(flag=OuterRef("pk")))
    counts: dict[str, int] = flags.annotate(asking=asking).aggregate(
        all=Count("pk"), asked=Count("pk", filter=Q(asking=True))
    )
    return {"all": counts["all"], "asking": counts["asked"]}


def _asked(questions: QuerySet[Question]) -> tuple[tuple[Asked, ...], tuple[Asked, ...]]:
    """The questions by rule and by severity, from one query."""
    rows = list(
        questions.annotate(rule=KeyTextTransform("rule", "flag__finding"))
        .values_list("flag__code", "rule", "severity", "outcome")
        .annotate(count=Count("pk"))
    )
    labels = {f"{rule}": f"{code} ({rule})" for code, rule, *_ in rows}
    by_rule = pivot(((f"{rule}", outcome, count) for _, rule, _, outcome, count in rows), labels)
    by_severity = pivot(((severity, outcome, count) for _, _, severity, outcome, count in rows), SEVERITIES)
    order = list(SEVERITIES)
    known = {line.name: order.index(line.name) if line.name in order else len(order) for line in by_severity}
    return by_rule, tuple(sorted(by_severity, key=lambda line: known[line.name]))


def _total(lines: Iterable[Asked]) -> Asked:
    lines = list(lines)
    return Asked(
        "all", pgettext("staff", "All"),
        answered=sum(line.answered for line in lines), gone=sum(line.gone for line in lines),
        milder=sum(line.milder for line in lines), open=sum(line.open for line in lines),
    )  # fmt: skip


def _instead(questions: QuerySet[Question]) -> tuple[Line, ...]:
    """What was done where the interaction was gone before anybody answered."""
    during: dict[str, Any] = {"gte": OuterRef("at"), "lte": OuterRef("settled_at")}
    mine = Prescription.objects.filter(flags=OuterRef("flag"))
    ended = mine.filter(stopped_at__gte=during["gte"], stopped_at__lte=during["lte"])
    changed = DosePeriod.objects.filter(
        prescription__flags=OuterRef("flag"), created_at__gt=during["gte"], created_at__lte=during["lte"]
    )
    gone = questions.filter(outcome=QuestionOutcome.GONE).annotate(
        dropped=Exists(ended.filter(state=PrescriptionState.CANCELLED)),
        stopped=Exists(ended.filter(state=PrescriptionState.STOPPED)),
        changed=Exists(changed),
    )
    counts = gone.aggregate(
        was_dropped=Count("pk", filter=Q(dropped=True)),
        was_stopped=Count("pk", filter=Q(dropped=False, stopped=True)),
        was_changed=Count("pk", filter=Q(dropped=False, stopped=False, changed=True)),
        otherwise=Count("pk", filter=Q(dropped=False, stopped=False, changed=False)),
    )
    return (
        Line("dropped", pgettext("staff", "The new prescription was taken back"), counts["was_dropped"]),
        Line("stopped", pgettext("staff", "A medicine was stopped"), counts["was_stopped"]),
        Line("dose_changed", pgettext("staff", "A dose was changed"), counts["was_changed"]),
        Line(
            "otherwise", pgettext("staff", "It ended otherwise (washed out, new facts, new rules)"), counts["otherwise"]
        ),
    )


def _again(questions: QuerySet[Question]) -> tuple[Line, ...]:
    """Why answered interactions asked again; one question may have several causes."""
    found: dict[str, int] = {}
    for causes, count in questions.values_list("causes").annotate(count=Count("pk")):
        for cause in causes:
            found[cause] = found.get(cause, 0) + count
    lines = [Line(name, str(CAUSES.get(name, name)), count) for name, count in found.items() if name != "new"]
    return tuple(sorted(lines, key=lambda line: (-line.count, line.label)))


def _reasons(answers: QuerySet[Override]) -> tuple[Reason, ...]:
    rows = answers.values_list("reason", "flag__code").annotate(
        count=Count("pk"), withdrawn=Count("pk", filter=Q(withdrawn_at__isnull=False))
    )
    lines = [
        Reason(reason, str(OverrideReason(reason).label), code, count, taken) for reason, code, count, taken in rows
    ]
    return tuple(sorted(lines, key=lambda line: (line.code, -line.count, line.label)))


def _by_clinician(answers: QuerySet[Override]) -> tuple[Line, ...]:
    rows = answers.values_list("by", "by__name").annotate(count=Count("pk"))
    return tuple(sorted((Line(str(pk), name, count) for pk, name, count in rows), key=lambda each: -each.count))
