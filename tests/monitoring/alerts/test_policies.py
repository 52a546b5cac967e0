"""Alerts follow the clinic’s own policy, whoever of it is there."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, transaction

from monitoring.alerts import queries
from monitoring.alerts.actions import (
    PolicyOvertaken,
    PolicyRefused,
    PolicySettled,
    approve_escalation_policy,
    escalate_alert,
    propose_escalation_policy,
    snooze_alert,
    take_alert,
    withdraw_policy_proposal,
)
from monitoring.alerts.actions.errors import AlertRefused
from monitoring.alerts.models import Alert, AlertLevel, EscalationPolicy, PolicyProposal
from monitoring.alerts.rules import POLICIES, Level, policy_for
from monitoring.audit.models import AuditEvent
from monitoring.notifications.models import Notification, Template
from monitoring.operations.models import SchedulerGap
from monitoring.people.actions import deactivate_user
from monitoring.people.models import Clinic, User
from tests.monitoring.alerts.conftest import Raise

pytestmark = pytest.mark.django_db
SetPolicy = Callable[..., EscalationPolicy]
MINUTE = timedelta(minutes=1)
TICK = timedelta(seconds=10)


def sweep(now: datetime) -> int:
    return sum(escalate_alert(alert_id=pk, now=now, job="sweep") for pk in queries.unanswered_ids(now))


def told(alert: Alert, at: datetime, template: str = Template.ALERT) -> set[Any]:
    rows = Notification.objects.filter(ref_id=alert.pk, created_at=at, template=template)
    return set(rows.values_list("recipient", flat=True))


def test_without_a_policy_of_its_own_the_built_in_one_holds(clinic: Clinic) -> None:
    assert queries.policies_of(clinic.pk) == [POLICIES[level] for level in sorted(Level, reverse=True)]


def test_each_rung_reaches_whom_the_clinic_chose(
    set_policy: SetPolicy, raised: Raise, clinician: User, colleague: User, stranger: User, admin: User, now: datetime
) -> None:
    set_policy(AlertLevel.EMERGENCY, ("team", 5), (stranger, 5), ("clinic", 5), ("admins", 10))
    alert = raised(AlertLevel.EMERGENCY)
    team = {clinician.pk, colleague.pk}
    assert told(alert, now) == team
    for minutes, expected in [(5, team | {stranger.pk}), (10, team | {stranger.pk}), (15, team | {stranger.pk})]:
        assert sweep(now + minutes * MINUTE - TICK) == 0
        assert sweep(now + minutes * MINUTE) == 1
        assert told(alert, now + minutes * MINUTE) == expected
    # An admin learns that nobody answers, and nothing else.
    assert told(alert, now + 15 * MINUTE, Template.ALERT_UNANSWERED) == {admin.pk}
    alert.refresh_from_db()
    assert (alert.rung, alert.policy_number) == (3, 1)


@pytest.mark.slow
def test_a_clinics_own_policy_rings_for_seven_days(
    set_policy: SetPolicy, raised: Raise, stranger: User, now: datetime
) -> None:
    set_policy(AlertLevel.URGENT, ("team", 30), (stranger, 20), ("clinic", 120))
    policy = queries.policy_in_force(stranger.clinic_id, AlertLevel.URGENT)
    alert, tick, end = raised(AlertLevel.URGENT), now, now + timedelta(days=7)
    while tick < end:
        due = Alert.objects.values_list("next_escalation_at", flat=True).get(pk=alert.pk)
        assert due is not None
        tick = due + timedelta(seconds=7)  # a sweep that is always a little late
        assert sweep(tick) == 1
    rows = Notification.objects.filter(ref_id=alert.pk, template=Template.ALERT)
    times = sorted(set(rows.values_list("created_at", flat=True)))
    assert len(times) > 80
    for number, at in enumerate(times):
        assert timedelta(0) <= at - now - policy.starts(number) <= timedelta(seconds=60)


def test_an_open_alert_follows_the_newest_policy_and_loses_nobody(
    set_policy: SetPolicy, raised: Raise, stranger: User, now: datetime
) -> None:
    alert = raised(AlertLevel.EMERGENCY)
    sweep(now + 10 * MINUTE)  # the whole clinic knows
    at = now + 12 * MINUTE
    set_policy(AlertLevel.EMERGENCY, ("team", 2), ("team", 2), ("team", 2), ("clinic", 5), at=at)
    assert sweep(now + 20 * MINUTE) == 1
    assert stranger.pk in told(alert, now + 20 * MINUTE)
    alert.refresh_from_db()
    assert alert.next_escalation_at == now + 25 * MINUTE
    assert alert.policy_number == 1
    event = AuditEvent.objects.filter(action="alert.escalated").order_by("-serial").first()
    assert event is not None


def test_the_clinics_take_time_out_and_snooze_hold(
    set_policy: SetPolicy, raised: Raise, clinician: User, now: datetime
) -> None:
    set_policy(AlertLevel.URGENT, ("team", 60), ("clinic", 60), take_minutes=45)
    alert = raised(AlertLevel.URGENT)
    with pytest.raises(AlertRefused, match="cannot be snoozed at your clinic"):
        snooze_alert(alert=alert, until=now + timedelta(hours=1), by=clinician, now=now, note="Later")
    taken = take_alert(alert=alert, by=clinician, now=now)
    assert taken.next_escalation_at == now + 45 * MINUTE


def test_versions_are_added_and_kept(set_policy: SetPolicy, clinic: Clinic, admin: User, now: datetime) -> None:
    first = set_policy(AlertLevel.EMERGENCY, ("team", 5), ("clinic", 5))
    second = set_policy(AlertLevel.EMERGENCY, ("team", 4), ("clinic", 5))
    assert [version.number for version in queries.policy_versions(clinic.pk, 4)] == [2, 1]
    assert queries.policy_numbered(clinic.pk, 4, 1).ladder[0].wait == 5 * MINUTE
    assert queries.policy_in_force(clinic.pk, 4).number == second.number == first.number + 1
    assert AuditEvent.objects.filter(action="escalation.propose", actor_id=admin.pk).count() == 2


def test_of_two_admins_one_is_first(set_policy: SetPolicy, now: datetime) -> None:
    set_policy(AlertLevel.EMERGENCY, ("team", 5), ("clinic", 5), based_on=0)
    with pytest.raises(PolicyOvertaken) as first:
        set_policy(AlertLevel.EMERGENCY, ("team", 4), ("clinic", 5), based_on=0)
    assert first.value.newest.number == 1


@pytest.mark.parametrize(
    ("changes", "fields"),
    [({"reason": " "}, ["reason"]), ({"reason": "x" * 501}, ["reason"]), ({"take_minutes": 31}, ["take"])],
)
def test_what_breaks_a_bound_is_refused(set_policy: SetPolicy, changes: dict[str, Any], fields: list[str]) -> None:
    with pytest.raises(PolicyRefused) as refused:
        set_policy(AlertLevel.EMERGENCY, ("team", 5), ("clinic", 5), **changes)
    assert [fault.field for fault in refused.value.faults] == fields
    assert not EscalationPolicy.objects.exists()


def test_an_outsider_cannot_be_named(set_policy: SetPolicy, outsider: User) -> None:
    with pytest.raises(PolicyRefused, match="active clinicians of this clinic"):
        set_policy(AlertLevel.EMERGENCY, ("team", 5), (outsider, 5), ("clinic", 5))


def test_only_an_admin_of_the_clinic_sets_it(
    set_policy: SetPolicy, clinician: User, other_admin: User, clinic: Clinic
) -> None:
    for stranger in (clinician, other_admin):
        with pytest.raises(PermissionDenied):
            set_policy(AlertLevel.EMERGENCY, ("team", 5), ("clinic", 5), by=stranger)


def proposed(clinic: Clinic, by: User, now: datetime, **changes: Any) -> PolicyProposal:
    drawn: dict[str, Any] = {
        "level": AlertLevel.EMERGENCY, "rungs": [{"reach": "clinic", "minutes": 5}], "take_minutes": 30,
        "snooze_minutes": None, "reason": "Faster.", "based_on": 0, **changes,
    }  # fmt: skip
    return propose_escalation_policy(clinic=clinic, by=by, now=now, **drawn)


def test_a_policy_holds_once_a_second_person_of_the_clinic_has_approved_it(
    clinic: Clinic, admin: User, clinician: User, outsider: User, other_admin: User, patient_user: User, now: datetime
) -> None:
    proposal = proposed(clinic, admin, now)
    for nobody in (admin, outsider, other_admin, patient_user):
        with pytest.raises(PermissionDenied):
            approve_escalation_policy(proposal=proposal, by=nobody, now=now)
    assert queries.policy_in_force(clinic.pk, 4).number == 0

    version = approve_escalation_policy(proposal=proposal, by=clinician, now=now)
    assert (version.set_by, version.approved_by) == (admin, clinician)
    assert queries.policy_in_force(clinic.pk, 4).number == 1
    with pytest.raises(PolicySettled):
        approve_escalation_policy(proposal=proposal, by=clinician, now=now)


def test_a_proposal_that_was_replaced_or_taken_back_is_never_approved(
    clinic: Clinic, admin: User, clinician: User, now: datetime
) -> None:
    first, second = proposed(clinic, admin, now), proposed(clinic, admin, now)
    with pytest.raises(PolicySettled):
        approve_escalation_policy(proposal=first, by=clinician, now=now)
    withdraw_policy_proposal(proposal=second, by=clinician, now=now)
    with pytest.raises(PolicySettled):
        approve_escalation_policy(proposal=second, by=clinician, now=now)
    assert not EscalationPolicy.objects.exists()


def test_whoever_a_proposal_names_must_still_be_there_when_it_is_approved(
    clinic: Clinic, admin: User, clinician: User, stranger: User, now: datetime
) -> None:
    named = {"reach": "named", "minutes": 5, "people": [str(stranger.pk)]}
    proposal = proposed(clinic, admin, now, rungs=[{"reach": "clinic", "minutes": 5}, named])
    deactivate_user(user=stranger, by=admin, now=now)
    with pytest.raises(PolicyRefused, match="active clinicians"):
        approve_escalation_policy(proposal=proposal, by=clinician, now=now)


def test_a_version_in_force_cannot_be_changed_behind_the_models(set_policy: SetPolicy) -> None:
    version = set_policy(AlertLevel.EMERGENCY, ("team", 5), ("clinic", 5))
    for change in (lambda: EscalationPolicy.objects.update(reason="x"), version.delete):
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            change()


def test_a_row_that_cannot_be_read_leaves_the_built_in_policy(
    admin: User, raised: Raise, clinic: Clinic, now: datetime, caplog: pytest.LogCaptureFixture
) -> None:
    EscalationPolicy.objects.create(
        clinic=clinic, level=4, number=1, rungs=[{"reach": "moon"}], take_minutes=30, in_force_from=now, set_by=admin,
        reason="By an older release.",
    )  # fmt: skip
    alert = raised(AlertLevel.EMERGENCY)
    assert alert.next_escalation_at == now + 10 * MINUTE
    assert queries.policy_in_force(clinic.pk, 4) == policy_for(4)
    assert "escalation_policy_unreadable" in caplog.text


def test_a_clock_set_forward_tells_every_skipped_rung_once(
    urgent: Alert, clinician: User, colleague: User, stranger: User, now: datetime
) -> None:
    ahead = now + timedelta(days=2)
    assert sweep(ahead) == 1
    assert sweep(ahead + TICK) == 0
    assert told(urgent, ahead) == {clinician.pk, colleague.pk, stranger.pk}  # the highest rung, and no other


def test_a_clock_set_back_does_not_silence_an_alert(
    raised: Raise, clinician: User, emergency: Alert, now: datetime
) -> None:
    back = now - timedelta(hours=6)
    assert sweep(back) == 0
    SchedulerGap.objects.create(from_at=back, to_at=now, cause="clock_back", noted_at=back)
    assert sweep(back) == 1
    assert sweep(back + TICK) == 0
    emergency.refresh_from_db()
    assert emergency.next_escalation_at == back + 10 * MINUTE

    take_alert(alert=emergency, by=clinician, now=now)
    assert sweep(back + MINUTE) == 1
    emergency.refresh_from_db()
    assert (emergency.state, emergency.taken_by) == ("new", None)
