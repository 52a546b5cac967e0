"""The pages: proposed with its bounds, watched, decided by a second clinician, and read by each as far as it goes."""

import csv
import io
from datetime import datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse

from monitoring.audit.models import AuditEvent
from monitoring.backtests.actions import ask_replay
from monitoring.backtests.models import Proposal, ProposalState, RunState
from monitoring.checkins.models import SymptomReport
from monitoring.checkins.rules import current_thresholds
from monitoring.checkins.rules.settings import settings_of
from monitoring.people.models import Patient, User
from monitoring.protocols.models import ProtocolVersion
from monitoring.protocols.rules import CADENCE
from tests.living import text_of
from tests.monitoring.backtests.conftest import FORGETFUL, Reporting, finished, in_force

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("sweeps_running")]

REASON = "Forgetfulness brought too many alerts."


@pytest.fixture(autouse=True)
def _at_ten(now: datetime, time_machine: object) -> None:
    time_machine.move_to(now, tick=False)  # type: ignore[attr-defined]


def as_(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def filled(**changed: str) -> dict[str, str]:
    """The form as it opens, with some of it changed."""
    settings = {**settings_of(current_thresholds()), **CADENCE}
    return {name: setting.released for name, setting in settings.items()} | {"reason": REASON} | changed


def test_a_clinician_proposes_and_the_replay_is_under_way(clinician: User, patient: Patient) -> None:
    client = as_(clinician)
    page = client.get(reverse("protocol_new")).text
    assert "Often sleepy after alcohol" in page
    assert "thoughts of harming self" not in page
    made = client.post(reverse("protocol_new"), filled(**{FORGETFUL: "info", "daily_days": "21"}))
    proposal = Proposal.objects.get()
    assert made.url == reverse("protocol_proposal", args=[proposal.pk])
    assert (proposal.thresholds, proposal.cadence) == ({FORGETFUL: "info"}, {"daily_days": 21})
    shown = client.get(made.url)
    assert "Waiting. It starts within ten seconds." in shown.text
    assert shown["Refresh"] == "5"
    client.post(reverse("protocol_replay_cancel", args=[proposal.pk]))
    assert proposal.runs.get().state == RunState.CANCELLED
    assert "Refresh" not in client.get(made.url)


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"vitals.rr.bands.0.at_most": "7"}, "Enter a whole number from 8 to 13."),
        ({"vitals.rr.bands.0.at_most": "8,5"}, "Enter a whole number from 8 to 13."),
        ({"vitals.rr.bands.0.at_most": ""}, "Enter a whole number from 8 to 13."),
        ({"questions.q9_mood.1": "urgent"}, "A worse answer would count as milder than this one."),
        ({"questions.q1_sleepiness.3": "info"}, "Select a valid choice"),
        ({"daily_days": "7"}, "nobody may be asked less than once a week"),
        ({"reason": "short"}, "Write a reason of at least 10 characters."),
        ({}, "Nothing is changed: this is in force already."),
    ],
)
def test_what_may_not_be_is_a_422_that_keeps_what_was_chosen(
    clinician: User, changed: dict[str, str], said: str
) -> None:
    answer = as_(clinician).post(reverse("protocol_new"), filled(**changed))
    assert answer.status_code == 422
    assert said in answer.text
    assert changed.get("reason", REASON) in answer.text
    assert not Proposal.objects.exists()


def test_a_second_clinician_approves_and_the_first_cannot(
    milder: Proposal, clinician: User, colleague: User, reports: list[SymptomReport], now: datetime
) -> None:
    run = finished(milder, clinician, now)
    address = reverse("protocol_approve", args=[milder.pk])
    sent = {"run": str(run.pk), "start": "now", "note": "Seen with the whole team."}
    own = as_(clinician).post(address, sent)
    assert own.status_code == 422
    assert "Whoever proposed a change cannot approve it" in own.text
    other = as_(colleague)
    assert "would have lost an alert" in other.get(address).text
    past = other.post(address, sent | {"start": "day", "day": now.date().isoformat()})
    assert past.status_code == 422
    assert "Choose a day after today" in past.text
    assert other.post(address, sent | {"start": "day", "day": "2026-06-20"}).status_code == 302
    version = ProtocolVersion.objects.get()
    assert version.in_force_from.isoformat() == "2026-06-19T23:00:00+00:00"
    again = other.post(address, sent)
    assert again.status_code == 409
    page = other.get(reverse("protocols")).text
    assert "To come" in page
    assert "Seen with the whole team." in page


def test_a_replay_that_is_stale_is_a_409_that_keeps_the_note(
    milder: Proposal, clinician: User, colleague: User, now: datetime
) -> None:
    run = finished(milder, clinician, now)
    twin = Proposal.objects.create(
        clinic=milder.clinic, based_on="2026.11", thresholds={FORGETFUL: "urgent"}, reason="Another way.",
        proposed_by=clinician, proposed_at=now,
    )  # fmt: skip
    in_force(twin, clinician, colleague, now)
    sent = {"run": str(run.pk), "start": "now", "note": "Seen with the whole team."}
    answer = as_(colleague).post(reverse("protocol_approve", args=[milder.pk]), sent)
    assert answer.status_code == 409
    assert "Replay it again" in answer.text
    assert "Seen with the whole team." in answer.text


def test_an_admin_reads_figures_and_no_patient(
    milder: Proposal, clinician: User, admin: User, patient: Patient, reports: list[SymptomReport], now: datetime
) -> None:
    finished(milder, clinician, now)
    address = reverse("protocol_proposal", args=[milder.pk])
    theirs, mine = as_(admin).get(address).text, as_(clinician).get(address).text
    assert "would not have had one that they had" in theirs
    assert patient.family_name.upper() not in theirs
    assert patient.family_name.upper() in mine
    reads = AuditEvent.objects.filter(action="patient.read", patient_id=patient.pk, object_type="backtest")
    assert [event.actor_id for event in reads] == [str(clinician.pk)]
    assert as_(admin).get(reverse("protocol_new")).status_code == 403


def test_wherever_alerts_are_counted_it_says_that_those_for_missed_check_ins_are_not(
    milder: Proposal, clinician: User, colleague: User, reports: list[SymptomReport], now: datetime
) -> None:
    finished(milder, clinician, now)
    said = "Alerts for check-ins that were missed are not replayed: a change of cadence changes them too."
    shown = text_of(as_(clinician).get(reverse("protocol_proposal", args=[milder.pk])))
    by_all, by_clinician = shown.split("For each clinician", 1)
    assert said in by_all
    assert said in by_clinician.split("Check-ins asked for", 1)[0]
    assert said in text_of(as_(colleague).get(reverse("protocol_approve", args=[milder.pk])))


def test_another_clinic_finds_nothing(milder: Proposal, clinician: User, outsider: User, now: datetime) -> None:
    finished(milder, clinician, now)
    client = as_(outsider)
    for name in ("protocol_proposal", "protocol_approve", "protocol_withdraw", "protocol_export"):
        assert client.get(reverse(name, args=[milder.pk])).status_code == 404
    assert client.post(reverse("protocol_replay", args=[milder.pk])).status_code == 404


def test_the_spreadsheet_holds_the_figures_and_no_patient(
    milder: Proposal, clinician: User, patient: Patient, reports: list[SymptomReport], now: datetime
) -> None:
    finished(milder, clinician, now)
    answer = as_(clinician).get(reverse("protocol_export", args=[milder.pk]))
    rows = list(csv.DictReader(io.StringIO(answer.text)))
    weekly = [row for row in rows if row["what"] == "alerts"]
    total = next(row for row in rows if row["what"] == "alerts in all")
    assert len(weekly) == 13 * 3
    assert sum(int(row["now"]) for row in weekly) == int(total["now"]) > int(total["proposed"])
    assert patient.family_name not in answer.text


def test_going_back_is_a_new_proposal_filled_with_the_earlier_version(
    milder: Proposal, clinician: User, colleague: User, now: datetime
) -> None:
    in_force(milder, clinician, colleague, now)
    client = as_(clinician)
    assert client.get(reverse("protocol_new") + "?from=9").status_code == 404
    assert client.get(reverse("protocol_new") + "?from=x").status_code == 404
    start = client.get(reverse("protocol_new") + "?from=release")
    assert "not as released" not in start.text
    back = client.post(reverse("protocol_new") + "?from=release", filled())
    assert back.status_code == 302
    assert Proposal.objects.filter(state=ProposalState.REPLAYING, thresholds={}).exists()


def test_withdrawing_needs_a_reason(milder: Proposal, colleague: User, clinician: User, now: datetime) -> None:
    ask_replay(proposal=milder, by=clinician, now=now)
    client, address = as_(colleague), reverse("protocol_withdraw", args=[milder.pk])
    assert client.post(address, {"reason": "no"}).status_code == 422
    assert client.post(address, {"reason": "Thought better of it."}).status_code == 302
    milder.refresh_from_db()
    assert milder.state == ProposalState.WITHDRAWN
    assert client.post(address, {"reason": "Thought better of it."}).status_code == 422


def test_what_a_patient_reads_and_staff_see_names_the_version_that_judged(
    milder: Proposal, patient: Patient, clinician: User, colleague: User, report: Reporting, now: datetime
) -> None:
    in_force(milder, clinician, colleague, now)
    report(patient, now + timedelta(minutes=1), danger_signs=["self_harm"], q9_mood=3, q7_heart=3)
    assert patient.user is not None
    done = as_(patient.user).get(reverse("my_check_in_done", args=[SymptomReport.objects.get().check_in_id]))
    assert done.status_code == 200
    seen = SymptomReport.objects.get()
    page = as_(clinician).get(reverse("patient_check_in", args=[patient.pk, seen.check_in_id]))
    assert "2026.11+clinic-1" in page.text
    assert "no longer the newest" not in page.text
