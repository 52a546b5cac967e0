"""What a check-in that was not sent calls for; where no sweep will judge its answers any more, they are at once."""

from collections.abc import Mapping
from datetime import datetime
from typing import TypedDict, Unpack

from monitoring.alerts.actions import raise_alert
from monitoring.alerts.models import AlertKind
from monitoring.checkins.actions.judging import judge_begun
from monitoring.checkins.models import CheckIn, CheckInState, SymptomReport
from monitoring.checkins.queries import link_answers
from monitoring.checkins.rules import Level
from monitoring.people.models import Patient, User


class Actor(TypedDict, total=False):
    """Who did it: a person, or what stands for one."""

    by: User
    job: str


def raise_unsent(
    check_in: CheckIn, patient: Patient, level: Level, why: list[str], now: datetime, **actor: Unpack[Actor]
) -> None:
    """The alert about a check-in that was not sent."""
    raise_alert(
        patient=patient, kind=AlertKind.MISSED_CHECK_IN, level=level, why=why, source_type="check_in",
        source_id=check_in.pk, now=now, **actor,
    )  # fmt: skip


def judge_kept_late(
    check_in: CheckIn,
    patient: Patient,
    *,
    before: Mapping[str, object],
    after: Mapping[str, object],
    now: datetime,
    **actor: Unpack[Actor],
) -> None:
    """Raise what answers call for that were kept in a form which was closed meanwhile, or sent through another door.

    Of one that is due the sweep judges them when its window closes. `before` was judged when it was kept, or when the
    form was closed: what adds nothing to it raises nothing again. Part of an action that holds the patient's lock.
    """
    if check_in.state == CheckInState.DUE:
        return
    level, why = judge_begun(after, patient, now=now)
    was, said = judge_begun(before, patient, now=now)
    if level > was or not set(why) <= set(said):
        _raise(check_in, patient, level, why, now, **actor)


def judge_left_by_link(check_in: CheckIn, patient: Patient, *, now: datetime, **actor: Unpack[Actor]) -> None:
    """Raise what was begun by a link calls for, where the form has just been sent through another door.

    Whoever holds the link may be somebody else, and may never go on. A link that a newer one replaced gave its answers
    over to it. Part of the action that sent the form.
    """
    links = list(check_in.links.all())
    given_over = {link.issued_at for link in links}
    for link in links:
        if link.revoked_at not in given_over and link.report_id is None:
            level, why = judge_begun(link_answers(link), patient, now=now)
            _raise(check_in, patient, level, why, now, **actor)


def _raise(
    check_in: CheckIn, patient: Patient, level: Level, why: list[str], now: datetime, **actor: Unpack[Actor]
) -> None:
    if level >= Level.WARNING and level > _already_told(check_in):
        raise_unsent(check_in, patient, level, why, now, **actor)


def _already_told(check_in: CheckIn) -> Level:
    """How bad the report of this form is; none without one, or where it could not be judged."""
    report = SymptomReport.objects.filter(check_in=check_in).only("level").first()
    return Level.NONE if report is None or report.level is None else Level(report.level)
