"""The two lists: names by POST and in the session, filters in the address, and what the patient list shows."""

from datetime import date, datetime, timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from monitoring.alerts.actions import raise_alert
from monitoring.alerts.models import AlertKind, AlertLevel
from monitoring.checkins.models import CheckIn, CheckInState, SymptomReport
from monitoring.onboarding.models import StartListDismissal
from monitoring.people.models import Patient, User
from monitoring.search.queries import Lately, PatientFilters, Show, lately_of, patients_for, received_today
from monitoring.search.svg import sparkline
from monitoring.search.views.lists import lately_words
from tests.monitoring.search.conftest import Registered

pytestmark = pytest.mark.django_db
LISTS = pytest.mark.parametrize("address", ["/alerts/", "/patients/"])


def alerted(patient: Patient, now: datetime, level: int = AlertLevel.URGENT) -> None:
    raise_alert(
        patient=patient, kind=AlertKind.SYMPTOMS, level=level, why=["Sleepy"], source_type="test", job="tests", now=now
    )


# Names stay out of addresses


@LISTS
def test_a_name_goes_to_the_session_and_not_to_the_address(
    address: str, desk: Client, patient: Patient, registered: Registered, now: datetime
) -> None:
    other = registered("Ångström", "Åse")
    for who in (patient, other):
        alerted(who, now)
    answer = desk.post(f"{address}?page=2&level=urgent&show=alert", {"text": "angstrom"})
    assert (answer.status_code, answer["Location"]) == (302, f"{address}?level=urgent&show=alert")
    page = desk.get(answer["Location"])
    assert "ÅNGSTRÖM" in page.text
    assert "HARPER" not in page.text
    assert "Name: <bdi>angstrom</bdi>" in page.text
    assert "angstrom" not in "".join(part for part in page.text.split('"') if part.startswith(("/", "?")))

    desk.post(address, {"text": ""})
    assert "HARPER" in desk.get(address).text


@LISTS
@pytest.mark.parametrize(("query", "clean"), [("q=harper", ""), ("q=%00&level=urgent", "?level=urgent")])
def test_an_old_address_with_a_name_is_answered_with_the_clean_one(
    address: str, query: str, clean: str, desk: Client, patient: Patient, registered: Registered
) -> None:
    registered("Ito")
    answer = desk.get(f"{address}?{query}")
    assert (answer.status_code, answer["Location"]) == (302, f"{address}{clean}")
    assert "Name: " not in desk.get(address).text


@LISTS
def test_one_letter_is_too_short_and_nothing_is_kept_of_it(address: str, desk: Client, patient: Patient) -> None:
    page = desk.post(address, {"text": "h"})
    assert page.status_code == 422
    assert "Type at least 2 letters or digits." in page.text
    assert 'value="h"' in page.text
    assert "<title>Error: " in page.text
    assert desk.get(address).status_code == 200


@LISTS
@pytest.mark.parametrize("text", ["\0\0\0", "x" * 3000, "%_%", "<img src=x onerror=alert(1)>", "' OR 1=1 --"])
def test_any_text_is_searched_for_as_it_stands(address: str, text: str, desk: Client, patient: Patient) -> None:
    page = desk.post(address, {"text": text}, follow=True)
    assert page.status_code == 200
    assert "<img src=x" not in page.text


def test_a_name_on_one_list_is_not_on_the_other(desk: Client, patient: Patient) -> None:
    desk.post("/patients/", {"text": "nobody"})
    assert "No patient found" in desk.get("/patients/").text
    assert "Name: " not in desk.get("/alerts/").text


# The list of patients


def test_patients_stand_in_the_order_of_their_names(
    patient: Patient, registered: Registered, clinician: User, now: datetime
) -> None:
    for name in ("de Vries", "Ito", "al-Masri"):
        registered(name)
    names = [each.family_name for each in patients_for(clinician, PatientFilters(), now)]
    assert names == ["al-Masri", "de Vries", "Harper", "Ito"]


def test_the_worst_come_first_when_asked(
    patient: Patient, registered: Registered, clinician: User, now: datetime
) -> None:
    alerted(registered("Ito"), now, AlertLevel.EMERGENCY)
    alerted(registered("Vries"), now, AlertLevel.WARNING)
    names = [each.family_name for each in patients_for(clinician, PatientFilters(worst_first=True), now)]
    assert names == ["Ito", "Vries", "Harper"]


@pytest.mark.parametrize(
    ("show", "names"),
    [("", {"Harper", "Ito"}), (Show.ALERT, {"Ito"}), (Show.HELD, set()), (Show.FLAGS, set()), (Show.QUIET, {"Ito"}),
     ("nonsense", {"Harper", "Ito"})],
)  # fmt: skip
def test_the_list_is_narrowed(
    show: str, names: set[str], patient: Patient, registered: Registered, clinician: User, now: datetime
) -> None:  # fmt: skip
    alerted(registered("Ito"), now)
    report(patient, patient.local_date(now), 0, clinician, now)
    assert {each.family_name for each in patients_for(clinician, PatientFilters(show), now)} == names


def test_the_list_takes_as_many_queries_for_thirty_patients_as_for_three(
    desk: Client, registered: Registered, clinician: User, now: datetime
) -> None:
    StartListDismissal.objects.create(user=clinician, at=now)  # first steps are looked up until they are put away

    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert desk.get("/patients/").status_code == 200
        return len(captured)

    for number in range(3):
        registered(f"Lind{number}")
    few = queries()
    for number in range(3, 30):
        registered(f"Lind{number}")
    assert queries() == few <= 20


def report(patient: Patient, day: date, level: int | None, by: User, now: datetime) -> None:
    check_in = CheckIn.objects.create(patient=patient, local_date=day, opens_at=now, closes_at=now, state="done")
    SymptomReport.objects.create(
        check_in=check_in, patient=patient, submission_key=uuid4(), answers={}, submitted_at=now, submitted_by=by,
        level=level,
    )  # fmt: skip


def test_the_last_fourteen_days_tell_missed_from_never_asked(patient: Patient, clinician: User, now: datetime) -> None:
    today = patient.local_date(now)
    for back, level in ((0, 1), (0, 3), (1, None), (13, 2), (14, 4)):
        report(patient, today - timedelta(days=back), level, clinician, now)
    CheckIn.objects.create(
        patient=patient, local_date=today - timedelta(days=2), opens_at=now, closes_at=now, state=CheckInState.MISSED
    )
    lately = lately_of([patient], now)[patient.pk]
    assert lately.levels[today] == 3
    assert lately.levels[today - timedelta(days=1)] is None
    assert lately.missed == {today - timedelta(days=2)}
    words = lately_words(lately)
    assert words == "Last 14 days: 3 with a check-in, 1 missed, 1 not judged. Worst: Urgent on 15\u00a0Jun\u00a02026."


def test_nothing_heard_is_said_and_drawn_as_nothing() -> None:
    assert lately_words(Lately(date(2026, 6, 15))) == "Last 14 days: no check-in, none missed."
    drawn = sparkline([""] * 14, "Nothing.")
    assert 'aria-label="Nothing."' in drawn
    assert drawn.count("<rect") == 0


def test_each_day_has_one_mark_of_its_own_kind() -> None:
    drawn = sparkline([0, 2, 3, None, "missed", ""], "x")
    assert [drawn.count(f'"{kind}"') for kind in ("spark-bar", "spark-hot", "spark-unknown", "spark-missed")] == [
        2, 1, 1, 1,
    ]  # fmt: skip


def test_check_ins_of_today_are_those_since_midnight_at_the_clinic(
    patient: Patient, clinician: User, stranger: User, now: datetime
) -> None:
    midnight = now.replace(hour=23, minute=0) - timedelta(days=1)  # 00:00 in London
    for number, at in enumerate((midnight - timedelta(seconds=1), midnight, now, now + timedelta(minutes=1))):
        report(patient, patient.local_date(now) - timedelta(days=number), 0, clinician, at)
    assert received_today(clinician, now) == 2
    assert received_today(stranger, now) == 0
