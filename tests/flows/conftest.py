"""A clinic that lives now, its people with a browser each, and a real worker and beat beside them."""

from collections.abc import Callable, Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest

from monitoring.people.models import Patient, User
from tests.living import Browser, at_fifty
from tests.sweeping import Sweepers, sweepers, until
from tests.today import clinic, now

__all__ = ["clinic", "now"]  # the worker reads the machine's clock, and so does the story

NOTE = "Will ring her on Friday and look at her answers."
# Every question of a check-in answered by one tap, from the second page on.
WELL: dict[str, Any] = {
    "q1_sleepiness": 0, "q2_breathing": 0, "q7_heart": 0, "q3_standing": 0, "q4_fall": 0, "q5_thinking": 0,
    "q9_mood": 0, "q6_strength": 0, "q8_body": ["none"], "q10_doses_other": ["missed_0", "none"],
}  # fmt: skip


@pytest.fixture
def patient(patient: Patient) -> Patient:
    return at_fifty(patient)


@pytest.fixture
def today(patient: Patient, now: datetime) -> date:
    return patient.local_date(now)


@pytest.fixture
def sweeping(transactional_db: None, tmp_path: Path) -> Iterator[Sweepers]:
    """A worker and a beat at work on this test's database, and the mail server they send to."""
    with sweepers(tmp_path) as started:
        started.start()
        yield started


@pytest.fixture
def alice(clinician: User) -> Browser:
    return Browser(clinician)


@pytest.fixture
def maya(patient_user: User, patient: Patient) -> Browser:
    return Browser(patient_user)


@pytest.fixture
def ada(admin: User) -> Browser:
    return Browser(admin)


AddMedicine = Callable[..., Any]


@pytest.fixture
def add_medicine(alice: Browser, patient: Patient, today: date) -> AddMedicine:
    """Alice adds a medicine for Maya through its pages; the page that shows the interactions, and what came after."""
    root = f"/patients/{patient.pk}/medications/new/"

    def add(name: str, *, reason: str, **dose: str) -> tuple[Any, Any]:
        found = alice.send(root, query=name)
        chosen = alice.send(f"{root}choose/?draft={found.context['draft'].token}", entered=name)
        token = chosen.context["draft"].token
        given = {"unit": "mg", "route": "oral", "starts_on": today.isoformat(), **dose}
        check = alice.send(f"{root}dose/?draft={token}", chosen.context["form"], **given)
        form = check.context["form"]
        filled = {}
        for field in (field for field in form.fields if field.startswith("reason_")):
            offered = [value for value, _ in form.fields[field].choices]
            filled[field] = reason if reason in offered else offered[0]
        if "note" in form.fields:
            filled["note"] = NOTE
        return check, alice.send(f"{root}check/?draft={token}", form, **filled)

    return add


@pytest.fixture
def check_in(maya: Browser) -> Callable[..., Any]:
    """Maya checks in, page by page; all is well but for what is given. The page she sees at the end."""

    def go(*danger: str, **answers: Any) -> Any:
        given = {**WELL, **answers}
        page = maya.send("/me/check-ins/start/")
        path = page.wsgi_request.path
        first = page.context["form"]
        if danger:
            return maya.send(path, first, danger_signs=list(danger))
        page = maya.send(path, go="none")
        while "page" in page.context:
            asked = page.context["page"]
            picked = {key: given[key] for key in asked.keys}
            page = maya.send(page.wsgi_request.path, **({"all_well": "yes"} if picked == asked.well else picked))
        if "report" in page.context:
            return page
        return maya.send(page.wsgi_request.path, page.context["form"])

    return go


def mailed(sweeping: Sweepers, address: str, count: int) -> list[Any]:
    """The mails to one person, once there are so many."""
    until(lambda: len(sweeping.mailbox.to(address)) >= count, f"{count} mails to {address}")
    return sweeping.mailbox.to(address)
