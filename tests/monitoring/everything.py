"""An object of every kind that an address may name, and the address of each."""

import uuid
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver, reverse

from interactions.medicines import Dose
from monitoring.adjustments.models import SeverityAdjustment
from monitoring.alerts.actions import raise_alert
from monitoring.alerts.models import Alert, AlertKind, PolicyProposal
from monitoring.audit.record import record
from monitoring.backtests.models import BacktestRun, Proposal
from monitoring.cds_clients.actions import add_client, disable_client
from monitoring.checkins.models import CheckIn, SymptomReport
from monitoring.intakes.models import DoseReport
from monitoring.knowledge.models import ReleaseRollout, RolloutPatient
from monitoring.notes.models import Note
from monitoring.notifications.models import ContactPoint, Notification
from monitoring.passkeys.models import Passkey
from monitoring.people.actions import record_absence, register_patient
from monitoring.people.models import CarerConsent, CarerInvitation, Patient, Role, User
from monitoring.regimens.actions import prescribe
from monitoring.regimens.models import InteractionFlag, Override, Prescription
from monitoring.search.models import SavedFilter
from monitoring.titration.models import TitrationPlan, TitrationStep
from tests.monitoring.routes import ROUTES

Ids = dict[str, dict[str, Any]]


def patterns(resolver: URLResolver, namespace: str = "") -> Iterator[tuple[str, URLPattern]]:
    for entry in resolver.url_patterns:
        if isinstance(entry, URLResolver):
            inner = f"{namespace}{entry.namespace}:" if entry.namespace else namespace
            yield from patterns(entry, inner)
        else:
            yield f"{namespace}{entry.name}", entry


ALL = dict(patterns(get_resolver()))


def helper_of(patient: Patient, email: str, name: str, now: datetime) -> User:
    user = User.objects.create_user(email, None, name=name, role=Role.CARER, clinic=patient.clinic, joined_at=now)
    consent_to(patient, user, now)
    return user


def consent_to(patient: Patient, carer: User, now: datetime) -> CarerConsent:
    consent: CarerConsent = CarerConsent.objects.create(
        patient=patient, carer=carer, may="answer", how="in_person", given_at=now, began_at=now,
        given_by=User.objects.filter(role=Role.CLINICIAN, clinic=patient.clinic).earliest("joined_at", "email"),
    )  # fmt: skip
    return consent


def another_patient(patient: Patient, clinician: User, now: datetime) -> Patient:
    return register_patient(
        clinic=patient.clinic, identifier="HP-0099", family_name="Stone", given_names="Ivy",
        birth_date=date(1960, 1, 1), by=clinician, now=now,
    )  # fmt: skip


def one_of_everything(
    patient: Patient, clinician: User, colleague: User, admin: User, carer: User, now: datetime
) -> Ids:
    """An object of every kind, all of Maya's; by the name a route gives it."""
    dose = Dose((Decimal(10), Decimal(10)), "mg")
    given: dict[str, Any] = {"route": "oral", "sig": "", "starts_on": date(2026, 6, 1), "by": clinician, "now": now}
    prescribe(patient=patient, entered="amitriptyline", dose=Dose((Decimal(25),), "mg"), **given)
    prescription = prescribe(patient=patient, entered="baclofen", dose=dose, **given)
    Prescription.objects.filter(pk=prescription.pk).update(state="active")
    plan = TitrationPlan.objects.create(
        patient=patient, prescription=prescription, direction="up", created_at=now, created_by=clinician
    )
    step = TitrationStep.objects.create(plan=plan, number=1, due_on=date(2026, 7, 1), due_at=now, amounts=["15"])
    alert: Alert = raise_alert(
        patient=patient, kind=AlertKind.SYMPTOMS, level=3, why=["Sleepy 4"], source_type="test", now=now, job="tests"
    )
    check_in = CheckIn.objects.create(
        patient=patient, local_date=now.date(), opens_at=now, closes_at=now + timedelta(hours=6)
    )
    SymptomReport.objects.create(
        check_in=check_in, patient=patient, submission_key=uuid.uuid4(), answers={}, submitted_at=now,
        submitted_by=clinician,
    )  # fmt: skip
    failed, also_failed = (
        Notification.objects.create(
            recipient=patient.user, channel="email", template="message", dedupe_key=key, state="dead", created_at=now,
            next_at=now,
        )
        for key in "ab"
    )  # fmt: skip
    flag = InteractionFlag.objects.filter(patient=patient).first()
    assert flag is not None
    override = Override.objects.create(
        flag=flag, reason="tolerated", note="Seen.", severity=flag.severity, at=now, by=clinician, expires_on=now.date()
    )
    event = record(action="x", now=now, by=clinician)
    adjustment = SeverityAdjustment.objects.create(
        clinic=patient.clinic, rule="R29", severity="minor", reason="Seldom seen here.", set_by=clinician, set_at=now
    )
    rollout = ReleaseRollout.objects.create(clinic=patient.clinic, kind="preview", to_version="2026.11", asked_at=now)
    RolloutPatient.objects.create(rollout=rollout, patient=patient, change="new", rule="R29", fingerprint="x")
    note = Note.objects.create(
        patient=patient, author=clinician, written_at=now, text="Called.", submission_key=uuid.uuid4()
    )
    fixed: dict[str, Any] = {
        "slug": "driving", "note_pk": note.pk,
        "patient_id": patient.pk, "patient_pk": patient.pk, "check_in_id": check_in.pk, "plan_id": plan.pk,
        "step_id": step.pk, "serial": event.serial, "clinician_pk": colleague.pk, "number": 2,
        "key": "baclofen", "rule_id": "R01", "level": "emergency", "language": "es",
        "service_id": "evenkeel-order-sign", "version": "2026.11",
        "day": now.date(), "token": "nobody-was-given-this",
    }  # fmt: skip
    cds_client = add_client(
        clinic=patient.clinic, name="EHR", issuer="https://ehr.example", must_sign=False, job="tests", now=now
    )
    disable_client(client=cds_client, by=clinician, now=now)
    absence = record_absence(
        user=clinician, starts_at=now, ends_at=now + timedelta(days=1), cover=colleague, by=clinician, now=now
    )
    proposal, replayed = (
        Proposal.objects.create(
            clinic=patient.clinic, based_on="2026.11", reason=reason, proposed_by=clinician, proposed_at=now
        )
        for reason in ("Fewer alerts.", "More alerts.")
    )
    BacktestRun.objects.create(
        proposal=replayed, state="done", base_label="2026.11", base_number=0, first_day=now.date(),
        last_day=now.date(), asked_at=now, asked_by=clinician, finished_at=now,
    )  # fmt: skip
    contact_point = ContactPoint.objects.create(
        user=clinician, channel="sms", address="+447700900123", created_at=now, confirmed_at=now
    )
    policy_proposal = PolicyProposal.objects.create(
        clinic=patient.clinic, level=4, based_on=0, rungs=[{"reach": "clinic", "minutes": 5}], take_minutes=30,
        reason="Faster.", proposed_by=admin, proposed_at=now,
    )  # fmt: skip
    kept_filter = SavedFilter.objects.create(
        user=clinician, name="Mine", on_list="worklist", query="owner=me", saved_at=now
    )
    dose_report = DoseReport.objects.create(
        patient=patient, prescription=prescription, local_date=now.date(), dose=1, kind="late", advice="late",
        submission_key=uuid.uuid4(), reported_at=now, reported_by=clinician,
    )  # fmt: skip
    once_carer = helper_of(patient, "once@home.example", "Once Upon", now)
    invitation = CarerInvitation.objects.create(
        patient=patient, name="Jo", email="jo@home.example", may="see", how="here", token_digest="0" * 64,
        invited_at=now, invited_by=patient.user, expires_at=now + timedelta(days=7),
    )  # fmt: skip
    passkey = Passkey.objects.create(
        user=patient.user, credential_id=b"1", public_key=b"", sign_count=0, backed_up=False, name="Phone",
        created_at=now,
    )  # fmt: skip
    consent = CarerConsent.objects.get(carer=once_carer)
    fixed |= {"consent_pk": consent.pk, "invitation_pk": invitation.pk, "token": "A" * 43}
    named = {
        "consent": consent.pk,
        "carer’s consent": CarerConsent.objects.get(carer=carer).pk,
        "other consent": consent_to(another_patient(patient, clinician, now), carer, now).pk,
        "carer invitation": invitation.pk,
        "passkey": passkey.pk,
        "dose report": dose_report.pk,
        "kept filter": kept_filter.pk,
        "policy proposal": policy_proposal.pk,
        "contact point": contact_point.pk,
        "proposal": proposal.pk,
        "replayed proposal": replayed.pk,
        "absence": absence.pk,
        "cds client": cds_client.pk,
        "patient": patient.pk, "colleague": colleague.pk, "alert": alert.pk, "notification": failed.pk,
        "other notification": also_failed.pk,
        "prescription": prescription.pk, "flag": flag.pk, "override": override.pk,
        "adjustment": adjustment.pk, "rollout": rollout.pk,
    }  # fmt: skip
    return {"fixed": fixed, "pk": named}


def address(name: str, ids: Ids, *, missing: bool = False) -> str:
    kwargs = {}
    route = name.partition(" ")[0]
    for parameter in ALL[route].pattern.converters:
        value = ids["pk"][ROUTES[name].pk] if parameter == "pk" else ids["fixed"][parameter]
        kwargs[parameter] = uuid.uuid4() if missing and isinstance(value, uuid.UUID) else value
    return reverse(route, kwargs=kwargs) + ROUTES[name].query.format(**ids["pk"])
