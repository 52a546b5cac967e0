"""A clinic that lives now, for tests in which a real process or a browser reads the machine's clock."""

import re
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from django.test import Client

from monitoring.people.actions import create_clinic
from monitoring.people.models import Clinic, Patient, User


def clinic_at_noon(now: datetime) -> Clinic:
    """A clinic where it is about noon, whenever this runs: check-ins are open, and no day ends during a story."""
    hours = 12 - now.astimezone(UTC).hour
    zone = f"Etc/GMT{-hours:+d}" if hours else "Etc/GMT"
    return create_clinic(
        name="Harbour Pain Clinic", time_zone=zone, phone="020 7946 0100", out_of_hours_phone="020 7946 0111",
        crisis_phone="116 123", job="tests", now=now,
    )  # fmt: skip


def at_fifty(patient: Patient) -> Patient:
    """The same patient with good kidneys, whose age alone makes no answer worse."""
    Patient.objects.filter(pk=patient.pk).update(birth_date=date(1976, 3, 14), egfr=Decimal(95))
    patient.refresh_from_db()
    return patient


def problems_of(answer: Any) -> str:
    """Why a form came back, or the whole status when it was something else."""
    form = answer.context.get("form") if answer.context is not None else None
    return f"{answer.status_code}: {form.errors.as_json() if form is not None else answer.content.decode()[:500]}"


class Browser:
    """One person's browser: asks for pages and sends their forms as they stand, with what was filled in."""

    def __init__(self, user: User) -> None:
        self.client = Client()
        self.client.force_login(user)

    def get(self, path: str) -> Any:
        """A page; it must be there."""
        page = self.client.get(path)
        assert page.status_code == 200, f"{path}: {page.status_code}"
        return page

    def send(self, path: str, form: Any = None, **filled: Any) -> Any:
        """Send a form, `form` being the one that the page showed; the page it leads to."""
        given = {name: form[name].value() for name in form.fields} if form is not None else {}
        data = {name: value for name, value in {**given, **filled}.items() if value is not None and value is not False}
        answer = self.client.post(path, data)
        assert answer.status_code == 302, problems_of(answer)
        return self.get(answer["Location"])


def words_of(page: Any) -> str:
    """What a page says, each run of space as one."""
    return " ".join(page.content.decode().replace("\N{NO-BREAK SPACE}", " ").split())


def text_of(page: Any) -> str:
    """What a reader sees of a page: no markup, and so none of the random marks in it that hold any two letters."""
    return " ".join(re.sub(r"<[^>]+>", " ", words_of(page)).split())
