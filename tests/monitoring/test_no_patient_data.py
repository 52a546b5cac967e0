"""A word that stands in every text about a patient is told nowhere else: in no log, mail, address or header."""

import io
import logging
import re
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.apps import apps
from django.conf import settings
from django.core import mail
from django.db import models
from django.test import Client
from django.utils import timezone

from monitoring import tasks
from monitoring.alerts.actions import raise_alert
from monitoring.alerts.models import Alert, AlertKind
from monitoring.alerts.queries import rows as alert_rows
from monitoring.audit.models import AuditEvent
from monitoring.checkins.views import sending
from monitoring.notifications.models import Notification
from monitoring.notifications.senders import mail as mail_sender
from monitoring.people.models import Patient, User
from monitoring.regimens.models import Override, Prescription
from monitoring.titration.models import StepState, TitrationStep
from tests.living import Browser
from tests.monitoring.notifications.carriers import Browser as ReadingBrowser
from tests.monitoring.notifications.carriers import Carrier
from tests.today import clinic, now

__all__ = ["clinic", "now"]  # fixtures

pytestmark = pytest.mark.django_db

CANARY = "Zzyzxqv"
# Text that nobody types about a patient: codes, states, versions, names of things of ours.
NOT_TYPED = {
    "alert.source_type", "alert.rule_version", "deliveryattempt.error", "notification.template",
    "notification.ref_type", "notification.dedupe_key", "notification.last_error", "notification.occasion",
    "carrier.last_error", "contactpoint.address", "contactpoint.label", "contactpoint.code_hash",
    "contactpoint.reason", "titrationplan.speed", "plandecision.job", "plandecision.gate", "patient.time_zone",
    "prescription.product", "prescription.match", "prescription.route", "prescription.imported_key",
    "doseperiod.unit", "interactionflag.code", "interactionflag.fingerprint", "interactionflag.severity",
    "interactionflag.state", "interactionflag.release", "interactionflag.reopened_because", "override.severity",
    "regimencheck.release", "regimencheck.overall", "symptomreport.threshold_version", "checkinschedule.ended_reason",
    "titrationplan.template", "titrationplan.start_daily", "titrationstep.unit", "prescription.signed_unit",
    "question.severity", "question.release", "regimeningredient.ingredient", "notification.sealed_link",
    "checkinlink.token_hash",
}  # fmt: skip
# Typed through doors that this story does not pass; each has its text in the same columns of the same rows.
OTHER_DOORS = {
    "doseperiod.sig", "titrationplan.note", "titrationplan.paused_reason", "checkinpreference.reason",
    "escalationpolicy.reason", "policyproposal.reason",
}  # fmt: skip
RECORD = ("alerts", "checkins", "notifications", "people.Patient", "regimens", "titration")


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """Every line as it would be written in service, however little it matters."""
    root, said = logging.getLogger(), io.StringIO()
    handler = logging.StreamHandler(said)
    handler.setFormatter(next(each.formatter for each in root.handlers if each.formatter is not None))
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    yield said
    root.setLevel(level)
    root.removeHandler(handler)


LINKS = re.compile(r'(?:href|action|src|content)="([^"]*)"')


class Watched(Client):
    """A browser that keeps the address, the headers and the links of everything it was answered."""

    def __init__(self, outside: list[str], **options: Any) -> None:
        super().__init__(raise_request_exception=False, **options)
        self.outside = outside

    def request(self, **request: Any) -> Any:
        response = super().request(**request)
        self.outside.append(response.wsgi_request.get_full_path())
        self.outside.extend(f"{name}: {value}" for name, value in response.items())
        self.outside.extend(morsel.OutputString() for morsel in response.cookies.values())
        links = LINKS.findall(response.content.decode())
        self.outside.extend(link for link in links if not link.startswith(("tel:", "mailto:")))
        return response


@pytest.fixture
def outside() -> list[str]:
    """What left the record in an address, a header or a cookie."""
    return []


def browser(user: User, outside: list[str]) -> Browser:
    made = Browser(user)
    made.client = Watched(outside)
    made.client.force_login(user)
    return made


def sweep() -> None:
    """Everything the clock starts, once."""
    for name in settings.CELERY_BEAT_SCHEDULE:
        getattr(tasks, name)()


class Story:
    """One patient's way through every page that takes text, with the same strange word in each."""

    def __init__(self, clinician: User, patient_user: User, outside: list[str]) -> None:
        self.staff, self.own = browser(clinician, outside), browser(patient_user, outside)
        self.patient_user = patient_user

    def register(self) -> None:
        form = self.staff.get("/patients/new/").context["form"]
        typed = dict.fromkeys(("identifier", "family_name", "given_names", "phone", "allergies"), CANARY)
        conditions = f"{CANARY}\nasthma"
        self.staff.send(
            "/patients/new/", form, **typed, conditions=conditions, birth_date="1976-03-14", sex="F", egfr="95",
            egfr_on=timezone.now().date().isoformat(),
            email=f"{CANARY}@home.example",
        )  # fmt: skip
        self.patient = Patient.objects.get()
        Patient.objects.update(user=self.patient_user)
        self.root = f"/patients/{self.patient.pk}/"
        self.today = self.patient.local_date(timezone.now())

    def add(self, name: str) -> Prescription:
        root = f"{self.root}medications/new/"
        found = self.staff.send(root, query=name)
        chosen = self.staff.send(f"{root}choose/?draft={found.context['draft'].token}", entered=name)
        token, form = chosen.context["draft"].token, chosen.context["form"]
        starts_on = (self.today - timedelta(days=90)).isoformat()
        dose = {"amount": "5", "often": "3", "unit": "mg", "route": "oral", "starts_on": starts_on}
        form = self.staff.send(f"{root}dose/?draft={token}", form, **dose).context["form"]
        typed = {field: CANARY * 3 for field in ("manual_check_reason", "note") if field in form.fields}
        chosen_reasons = {
            field: form.fields[field].choices[0][0] for field in form.fields if field.startswith("reason_")
        }
        self.staff.send(f"{root}check/?draft={token}", form, **typed, **chosen_reasons)
        made: Prescription = Prescription.objects.latest("prescribed_at")
        return made

    def check_in(self) -> None:
        page = self.own.send("/me/check-ins/start/")
        page = self.own.send(page.wsgi_request.path, go="none")
        page = self.own.send(page.wsgi_request.path, q1_sleepiness="3")
        while "page" in page.context:
            page = self.own.send(page.wsgi_request.path, all_well="yes")
        self.own.send(page.wsgi_request.path, page.context["form"], note=CANARY)

    def answer_the_alert(self) -> None:
        path = f"/alerts/{Alert.objects.get(kind=AlertKind.SYMPTOMS).pk}/"
        self.staff.get("/alerts/")
        self.staff.send(f"{path}take/")
        self.staff.send(f"{path}release/", note=CANARY)
        self.staff.send(f"{path}snooze/", hours="1", note=CANARY)
        self.staff.client.post(f"{path}close/", {"note": CANARY})  # no outcome: the form comes back
        self.staff.send(f"{path}close/", outcome="called", note=CANARY * 2)

    def draw_up(self, prescription: Prescription, target: int) -> Any:
        path = f"{self.root}plans/new/?prescription={prescription.pk}&direction=up"
        form = self.staff.get(path).context["form"]
        starts_on = (self.today + timedelta(days=1)).isoformat()
        numbers = {"change": 15, "every_days": 7, "doses": 3, "unit_step": 5, "target": target, "strength_1": "5"}
        return self.staff.send(path, form, source="numbers", starts_on=starts_on, **numbers)

    def plan(self, prescription: Prescription) -> None:
        draft = self.draw_up(prescription, 30)
        path, form = draft.wsgi_request.path, draft.context["sign_form"]
        self.staff.send(f"{path}sign/", form, seen=draft.context["mark"], **dict.fromkeys(form.fields, CANARY * 3))
        TitrationStep.objects.update(due_on=self.today, due_at=timezone.now())
        sweep()
        step, page = TitrationStep.objects.get(state=StepState.HELD), self.staff.get(path)
        typed = {"seen": page.context["outlook"].mark, "release-reason": CANARY * 3}
        self.staff.send(f"{path}steps/{step.pk}/release/", **typed)
        again = self.draw_up(prescription, 45).wsgi_request.path
        self.staff.send(f"{again}cancel/", **{"cancel-reason": CANARY * 3})

    def withdraw(self) -> None:
        answer = Override.objects.filter(flag__status="acknowledged").latest("at")
        self.staff.send(f"/overrides/{answer.pk}/", reason="promise", note=CANARY)

    def stop(self, prescription: Prescription) -> None:
        path = f"{self.root}medications/{prescription.pk}/stop/"
        form = self.staff.get(path).context["form"]
        self.staff.send(path, form, reason="other", note=CANARY, without_taper_reason=CANARY * 3)


def typed_fields() -> Iterator[tuple[str, Any]]:
    """Every column of a record that holds what somebody typed."""
    for model in apps.get_app_config("monitoring").get_models():
        if not model.__module__.startswith(tuple(f"monitoring.{name}." for name in RECORD)):
            continue
        for field in model._meta.concrete_fields:
            name = f"{model._meta.model_name}.{field.attname}"
            if isinstance(field, models.CharField | models.TextField) and not field.choices and name not in NOT_TYPED:
                yield name, model.objects.filter(**{f"{field.attname}__icontains": CANARY})  # type: ignore[attr-defined]


def told(where: Iterable[str]) -> list[str]:
    return [line for line in where if CANARY.lower() in line.lower()]


def test_nothing_that_was_typed_about_a_patient_leaves_the_record(
    clinician: User, admin: User, patient_user: User, outside: list[str], log: io.StringIO,
    carriers: tuple[Carrier, Carrier, ReadingBrowser],
) -> None:  # fmt: skip
    story = Story(clinician, patient_user, outside)
    story.register()
    story.add(CANARY)
    story.add("amitriptyline")
    baclofen = story.add("baclofen")
    story.withdraw()
    story.check_in()
    sweep()
    story.answer_the_alert()
    story.plan(baclofen)
    story.stop(baclofen)
    sweep()
    for page in ("", "medications/", "check-ins/", "plans/", "context/", "team/"):
        assert CANARY in story.staff.get(f"{story.root}{page}").content.decode()
    story.own.get("/me/")
    story.own.get("/messages/")

    assert [name for name, rows in typed_fields() if name not in OTHER_DOORS and not rows.exists()] == []
    assert len(mail.outbox) >= 3
    assert told(sent.message().as_string() for sent in mail.outbox) == []
    gateway, push, own_browser = carriers
    assert gateway.calls
    assert push.calls
    assert told(f"{call.path} {call.headers} {call.body!r}" for call in [*gateway.calls, *push.calls]) == []
    assert told(str(own_browser.read(call.body)) for call in push.calls) == []
    assert told(outside) == []
    assert '"request_finished"' in log.getvalue()
    assert told(log.getvalue().splitlines()) == []
    # and: who keeps the accounts reads in the log who did what, and nothing that was written
    office = Browser(admin)
    pages = [office.get(path).content.decode() for path in ("/audit/", "/reports/overrides/")]
    pages += [b"".join(office.get("/reports/overrides/export/?format=json").streaming_content).decode()]
    pages += [f"{event.reason} {event.detail}" for event in AuditEvent.objects.all()]
    assert told(pages) == []


def test_what_breaks_is_logged_without_the_text_it_broke_on(
    clinician: User, patient: Patient, outside: list[str], log: io.StringIO, monkeypatch: pytest.MonkeyPatch,
    now: datetime,
) -> None:  # fmt: skip
    def broken(*_args: Any, **_more: Any) -> Any:
        raise ValueError(CANARY)

    alert = raise_alert(
        patient=patient, kind=AlertKind.SYMPTOMS, level=3, why=[CANARY], source_type="tests", job="tests", now=now
    )
    assert patient.user is not None
    staff, own = browser(clinician, outside), browser(patient.user, outside)
    monkeypatch.setattr(sending, "submit_check_in", broken)
    monkeypatch.setattr(alert_rows, "due_words", broken)
    monkeypatch.setattr(tasks, "escalate_alert", broken)
    monkeypatch.setattr(mail_sender, "render_to_string", broken)
    Alert.objects.filter(pk=alert.pk).update(next_escalation_at=now - timedelta(minutes=1))

    page = own.send("/me/check-ins/start/")
    not_sent = own.client.post(page.wsgi_request.path, {"danger_signs": "fit", "submission_key": str(uuid4())})
    crashed = staff.client.get(f"/alerts/{alert.pk}/")
    staff.client.post("/login/", {"username": f"{CANARY}@home.example", "password": CANARY})
    sweep()

    assert (not_sent.status_code, crashed.status_code) == (503, 500)
    assert told([crashed.content.decode()]) == []
    assert Notification.objects.exclude(last_error="").exists()
    assert told(Notification.objects.values_list("last_error", flat=True)) == []
    assert "ValueError" in log.getvalue()
    assert told(outside) == []
    assert told(log.getvalue().splitlines()) == []


def test_the_clock_sends_names_of_sweeps_and_nothing_else() -> None:
    for entry in settings.CELERY_BEAT_SCHEDULE.values():
        assert set(entry) == {"task", "schedule", "options"}
        assert set(entry["options"]) <= {"expires", "queue"}
