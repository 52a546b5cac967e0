"""A leaver’s and an absent clinician’s alerts go on at once; their cover is told in their place."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from monitoring.alerts import queries
from monitoring.alerts.actions import (
    close_alert,
    escalate_alert,
    hand_over_alerts,
    snooze_alert,
    take_alert,
)
from monitoring.alerts.models import Alert, AlertLevel, AlertState
from monitoring.notifications.models import Notification, Template
from monitoring.people.actions import activate_user, cancel_absence, deactivate_user, leave_care_team
from monitoring.people.models import Absence, Patient, User
from tests.monitoring.alerts.conftest import Raise

pytestmark = pytest.mark.django_db
Away = Callable[..., Absence]
SECOND = timedelta(seconds=1)
NOTE = "Rang her: awake and well."


def sweep(now: datetime) -> int:
    """What the ten-second sweep does: what is due, and what rests on somebody who is gone."""
    count = sum(escalate_alert(alert_id=pk, now=now, job="sweep") for pk in queries.unanswered_ids(now))
    return count + sum(hand_over_alerts(user_id=pk, now=now, job="sweep") for pk in queries.handing_over(now))


def told(alert: Alert, at: datetime, template: str = Template.ALERT) -> set[Any]:
    rows = Notification.objects.filter(ref_id=alert.pk, created_at=at, template=template)
    return set(rows.values_list("recipient", flat=True))


def test_each_level_switched_off_in_turn_passes_the_alert_to_the_next_at_once(
    set_policy: Callable[..., Any], raised: Raise, patient: Patient, clinician: User, colleague: User, stranger: User,
    admin: User, now: datetime,
) -> None:  # fmt: skip
    leave_care_team(patient=patient, clinician=colleague, by=clinician, now=now)
    set_policy(AlertLevel.EMERGENCY, ("team", 5), (colleague, 5), ("clinic", 10))
    alert = raised(AlertLevel.EMERGENCY)
    assert told(alert, now) == {clinician.pk}

    for number, (leaver, following, template) in enumerate(
        [(clinician, colleague, Template.ALERT), (colleague, stranger, Template.ALERT),
         (stranger, admin, Template.ALERT_UNSTAFFED)], start=1,
    ):  # fmt: skip
        at = now + number * SECOND
        deactivate_user(user=leaver, by=admin, now=at)
        assert sweep(at) == 1
        assert sweep(at) == 0
        assert told(alert, at, template) == {following.pk}
    alert.refresh_from_db()
    assert alert.rung == 3
    line = alert.history.last()
    assert line is not None
    assert (line.what, line.note) == ("handed_on", "Dr Charlie Stone is no longer active.")


def test_while_somebody_who_was_told_is_left_nothing_is_passed_on(
    emergency: Alert, clinician: User, admin: User, now: datetime
) -> None:
    deactivate_user(user=clinician, by=admin, now=now)
    assert sweep(now) == 0
    clinician.refresh_from_db()
    assert clinician.handed_over_at == now


def test_a_taken_alert_comes_back_at_once_when_its_holder_is_switched_off(
    emergency: Alert, clinician: User, colleague: User, admin: User, now: datetime
) -> None:
    take_alert(alert=emergency, by=clinician, now=now)
    at = now + SECOND
    deactivate_user(user=clinician, by=admin, now=at)
    assert sweep(at) == 1
    emergency.refresh_from_db()
    assert (emergency.state, emergency.taken_by, emergency.cycle) == (AlertState.NEW, None, 1)
    assert told(emergency, at) == {colleague.pk}


def test_an_answered_or_snoozed_alert_is_left_alone(
    urgent: Alert, raised: Raise, patient: Patient, clinician: User, colleague: User, admin: User, now: datetime
) -> None:
    leave_care_team(patient=patient, clinician=colleague, by=clinician, now=now)
    snooze_alert(alert=urgent, until=now + timedelta(hours=2), by=clinician, now=now, note="Visit at noon")
    closed = raised(AlertLevel.URGENT, kind="withdrawal")
    close_alert(alert=closed, outcome="called", note=NOTE, by=clinician, now=now)
    deactivate_user(user=clinician, by=admin, now=now)
    assert sweep(now) == 0
    assert sweep(now + timedelta(hours=2)) == 1  # the snooze runs out, and somebody is told


def test_somebody_switched_on_again_in_between_keeps_what_they_have(
    emergency: Alert, clinician: User, admin: User, now: datetime
) -> None:
    take_alert(alert=emergency, by=clinician, now=now)
    deactivate_user(user=clinician, by=admin, now=now)
    activate_user(user=clinician, by=admin, now=now)
    assert hand_over_alerts(user_id=clinician.pk, now=now, job="sweep") == 0
    emergency.refresh_from_db()
    assert emergency.state == AlertState.TAKEN
    deactivate_user(user=clinician, by=admin, now=now)
    assert sweep(now) == 1


# Cover


def test_the_cover_is_told_in_the_place_of_whoever_is_away(
    away: Away, raised: Raise, clinician: User, colleague: User, stranger: User, now: datetime
) -> None:
    absence = away(clinician, stranger)
    alert = raised(AlertLevel.WARNING)
    assert told(alert, now) == {stranger.pk, colleague.pk}
    assert alert in queries.calling_for_help(stranger)
    assert queries.covered_in(alert, stranger, now) == [clinician]

    cancel_absence(absence=absence, by=clinician, now=now)
    again = raised(AlertLevel.WARNING, kind="withdrawal")
    assert told(again, now) == {clinician.pk, colleague.pk}


def test_a_chain_of_covers_is_followed_and_one_who_was_switched_off_is_passed_over(
    away: Away, raised: Raise, patient: Patient, clinician: User, colleague: User, stranger: User, admin: User,
    now: datetime,
) -> None:  # fmt: skip
    leave_care_team(patient=patient, clinician=colleague, by=clinician, now=now)
    away(clinician, colleague)
    away(colleague, stranger)
    assert told(raised(AlertLevel.WARNING), now) == {stranger.pk}
    deactivate_user(user=colleague, by=admin, now=now)
    assert told(raised(AlertLevel.WARNING, kind="withdrawal"), now) == {stranger.pk}


def test_a_cover_who_moved_to_another_clinic_is_passed_over_for_whoever_is_there(
    away: Away, raised: Raise, patient: Patient, clinician: User, colleague: User, stranger: User,
    other_clinic: Any, now: datetime,
) -> None:  # fmt: skip
    leave_care_team(patient=patient, clinician=colleague, by=clinician, now=now)
    away(clinician, stranger)
    User.objects.filter(pk=stranger.pk).update(clinic=other_clinic)
    assert told(raised(AlertLevel.WARNING), now) == {colleague.pk}


def test_when_everybody_is_away_they_are_told_all_the_same(
    away: Away, raised: Raise, clinician: User, colleague: User, stranger: User, admin: User, now: datetime
) -> None:
    away(clinician, colleague)
    away(colleague, stranger)
    Absence.objects.create(  # a loop that no form lets through
        user=stranger, cover=clinician, starts_at=now, ends_at=now + timedelta(days=1), noted_at=now, noted_by=admin
    )
    assert told(raised(AlertLevel.EMERGENCY), now) == {clinician.pk, colleague.pk, stranger.pk}


def test_when_an_absence_begins_what_rests_on_the_absent_goes_to_the_cover_at_once(
    away: Away, raised: Raise, patient: Patient, clinician: User, colleague: User, stranger: User, now: datetime
) -> None:
    leave_care_team(patient=patient, clinician=colleague, by=clinician, now=now)
    waiting = raised(AlertLevel.WARNING)
    held = raised(AlertLevel.URGENT, kind="withdrawal")
    take_alert(alert=held, by=clinician, now=now)
    absence = away(clinician, stranger, now + 60 * SECOND)
    assert sweep(now + 59 * SECOND) == 0
    at = now + 60 * SECOND
    assert sweep(at) == 2
    assert sweep(at) == 0
    assert told(waiting, at) == told(held, at) == {stranger.pk}
    absence.refresh_from_db()
    assert absence.handed_over_at == at


def test_the_whole_clinic_means_whoever_is_there(
    away: Away, emergency: Alert, clinician: User, colleague: User, stranger: User, now: datetime
) -> None:
    away(colleague, stranger)
    at = now + timedelta(minutes=10)
    sweep(at)
    assert told(emergency, at) == {clinician.pk, stranger.pk}
