"""Who is away, who stands in, and whom staff ring when nobody answers."""

from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from monitoring.audit.models import AuditEvent
from monitoring.people.actions import (
    cancel_absence,
    change_emergency_contact,
    deactivate_user,
    record_absence,
)
from monitoring.people.models import Absence, Clinic, Patient, User
from monitoring.people.queries import absences, staff_of, stands_in_for
from monitoring.people.rules import comes_back_to, stand_ins
from tests.living import text_of

DAY = timedelta(days=1)
people = st.integers(0, 6)


@given(st.lists(people), st.frozensets(people), st.dictionaries(people, people))
def test_a_stand_in_is_always_there_and_nobody_present_is_replaced(
    wanted: list[int], able: frozenset[int], cover_of: dict[int, int]
) -> None:
    found = stand_ins(wanted, able=able, cover_of=cover_of)
    assert len(found) == len(set(found))
    assert set(found) <= able - set(cover_of)
    assert {person for person in wanted if person in able and person not in cover_of} <= set(found)


@pytest.mark.parametrize(
    ("able", "cover_of", "expected"),
    [
        ("abc", {}, ["a"]),
        ("abc", {"a": "b"}, ["b"]),
        ("abc", {"a": "b", "b": "c"}, ["c"]),
        ("ac", {"a": "b", "b": "c"}, ["c"]),  # b was switched off
        ("ac", {"a": "b"}, []),
        ("bc", {"a": "b"}, ["b"]),  # a was switched off while away
        ("abc", {"a": "b", "b": "a"}, []),
        ("abc", {"a": "b", "b": "c", "c": "b"}, []),
    ],
)
def test_a_chain_of_covers_ends_with_somebody_who_is_there(
    able: str, cover_of: dict[str, str], expected: list[str]
) -> None:
    assert stand_ins(["a"], able=set(able), cover_of=cover_of) == expected


@given(st.dictionaries(people, st.sets(people, max_size=3)), people, people)
def test_a_cover_that_does_not_come_back_leaves_no_loop_through_the_person(
    cover_of: dict[int, set[int]], person: int, cover: int
) -> None:
    cover_of.pop(person, None)
    if person == cover or comes_back_to(person, cover=cover, cover_of=cover_of):
        return
    reached, waiting = set(), [cover]
    while waiting:
        following = waiting.pop()
        if following not in reached:
            reached.add(following)
            waiting += cover_of.get(following, ())
    assert person not in reached


@pytest.fixture
def span(now: datetime) -> dict[str, datetime]:
    return {"starts_at": now + DAY, "ends_at": now + 3 * DAY}


@pytest.mark.django_db
class TestRecording:
    def test_the_cover_counts_within_the_span_only(
        self, clinician: User, stranger: User, span: dict[str, datetime], now: datetime
    ) -> None:
        record_absence(user=clinician, cover=stranger, by=clinician, now=now, note=" Leave ", **span)
        for at, expected in [
            (span["starts_at"] - DAY, clinician), (span["starts_at"], stranger),
            (span["ends_at"] - DAY, stranger), (span["ends_at"], clinician),
        ]:  # fmt: skip
            assert staff_of(clinician.clinic_id, at).in_place_of([clinician.pk]) == [expected]
        assert stands_in_for(stranger, span["starts_at"]) == [clinician]
        event = AuditEvent.objects.get(action="absence.record")
        assert event.actor_id == str(clinician.pk)

    @pytest.mark.parametrize(
        ("changes", "field"),
        [
            ({"ends_at": DAY}, "ends_at"),
            ({"ends_at": DAY / 2}, "ends_at"),
            ({"starts_at": -3 * DAY, "ends_at": -2 * DAY}, "ends_at"),
            ({"ends_at": 368 * DAY}, "ends_at"),
        ],
    )
    def test_a_span_that_cannot_be_is_refused_at_its_field(
        self, changes: dict[str, timedelta], field: str, clinician: User, stranger: User, now: datetime
    ) -> None:
        given = {"starts_at": now + DAY, **{name: now + offset for name, offset in changes.items()}}
        with pytest.raises(ValidationError) as refused:
            record_absence(user=clinician, cover=stranger, by=clinician, now=now, **given)
        assert list(refused.value.message_dict) == [field]
        assert not Absence.objects.exists()

    def test_nobody_is_away_twice_at_once(
        self, clinician: User, stranger: User, colleague: User, span: dict[str, datetime], now: datetime
    ) -> None:
        first = record_absence(user=clinician, cover=stranger, by=clinician, now=now, **span)
        later = {"starts_at": now + 2 * DAY, "ends_at": now + 5 * DAY}
        with pytest.raises(ValidationError) as refused:
            record_absence(user=clinician, cover=colleague, by=clinician, now=now, **later)
        assert list(refused.value.message_dict) == ["starts_at"]
        cancel_absence(absence=first, by=clinician, now=now)
        record_absence(user=clinician, cover=colleague, by=clinician, now=now, **later)

    def test_covers_never_lead_back(
        self, clinician: User, colleague: User, stranger: User, span: dict[str, datetime], now: datetime
    ) -> None:
        record_absence(user=colleague, cover=stranger, by=colleague, now=now, **span)
        record_absence(user=stranger, cover=clinician, by=stranger, now=now, **span)
        with pytest.raises(ValidationError) as refused:
            record_absence(user=clinician, cover=colleague, by=clinician, now=now, **span)
        assert list(refused.value.message_dict) == ["cover"]
        after = {"starts_at": span["ends_at"], "ends_at": span["ends_at"] + DAY}
        record_absence(user=clinician, cover=colleague, by=clinician, now=now, **after)

    def test_who_can_stand_in(
        self, clinician: User, colleague: User, admin: User, outsider: User, patient: Patient,
        span: dict[str, datetime], now: datetime,
    ) -> None:  # fmt: skip
        deactivate_user(user=colleague, by=admin, now=now)
        assert patient.user is not None
        for cover in (clinician, colleague, admin, outsider, patient.user):
            with pytest.raises(ValidationError) as refused:
                record_absence(user=clinician, cover=User.objects.get(pk=cover.pk), by=admin, now=now, **span)
            assert list(refused.value.message_dict) == ["cover"]

    def test_only_oneself_or_an_admin_of_the_clinic(
        self, clinician: User, colleague: User, stranger: User, admin: User, other_admin: User,
        span: dict[str, datetime], now: datetime,
    ) -> None:  # fmt: skip
        for by in (colleague, other_admin):
            with pytest.raises(PermissionDenied):
                record_absence(user=clinician, cover=stranger, by=by, now=now, **span)
        absence = record_absence(user=clinician, cover=stranger, by=admin, now=now, **span)
        for by in (colleague, stranger, other_admin):
            with pytest.raises(PermissionDenied):
                cancel_absence(absence=absence, by=by, now=now)
        cancel_absence(absence=absence, by=clinician, now=now)
        cancel_absence(absence=absence, by=admin, now=now)
        assert AuditEvent.objects.filter(action="absence.cancel").count() == 1
        assert list(absences(clinician, now)) == []


@pytest.mark.django_db
class TestPages:
    @pytest.fixture(autouse=True)
    def _at(self, now: datetime) -> Any:
        with time_machine.travel(now, tick=False):
            yield

    def test_a_clinician_records_and_ends_their_own_absence(
        self, client: Client, clinician: User, stranger: User, now: datetime
    ) -> None:
        client.force_login(clinician)
        page = client.get("/absences/new/").content.decode()
        assert 'value="2026-06-15T10:00"' in page  # the clinic's clock
        assert "Who is away?" not in page
        sent = {"starts_at": "2026-06-15T10:00", "ends_at": "2026-06-19T17:00", "cover": str(stranger.pk)}
        assert client.post("/absences/new/", sent).status_code == 302
        absence = Absence.objects.get()
        assert (absence.user, absence.starts_at) == (clinician, now)
        page = text_of(client.get("/absences/"))
        assert "Dr Charlie Stone stands in for Dr Alice Okafor in this time." in page
        assert "Away now" in page
        assert client.post(f"/absences/{absence.pk}/cancel/").status_code == 302
        assert "Nobody is away" in text_of(client.get("/absences/"))

    def test_an_admin_records_anybodys_and_a_colleague_cannot_end_it(
        self, client: Client, clinician: User, colleague: User, stranger: User, admin: User
    ) -> None:
        client.force_login(admin)
        sent = {
            "user": str(clinician.pk), "starts_at": "2026-06-15T10:00", "ends_at": "2026-06-19T17:00",
            "cover": str(stranger.pk),
        }  # fmt: skip
        assert client.post("/absences/new/", sent).status_code == 302
        absence = Absence.objects.get()
        assert absence.noted_by == admin
        client.force_login(colleague)
        assert "End now" not in text_of(client.get("/absences/"))
        assert client.post(f"/absences/{absence.pk}/cancel/").status_code == 404

    @pytest.mark.parametrize(
        ("changes", "field"),
        [
            ({"ends_at": "2026-06-15T09:00"}, "ends_at"),
            ({"ends_at": "soon"}, "ends_at"),
            ({"starts_at": ""}, "starts_at"),
            ({"starts_at": "2027-03-28T01:30", "ends_at": "2027-03-29T01:30"}, "starts_at"),  # an hour that is not
            ({"cover": "nobody"}, "cover"),
            ({"cover": "self"}, "cover"),
        ],
    )
    def test_what_cannot_be_is_said_at_its_field_and_nothing_typed_is_lost(
        self, changes: dict[str, str], field: str, client: Client, clinician: User, stranger: User
    ) -> None:
        client.force_login(clinician)
        sent = {
            "starts_at": "2026-06-15T10:00", "ends_at": "2026-06-19T17:00", "cover": str(stranger.pk),
            "note": "Conference", **changes,
        }  # fmt: skip
        if sent["cover"] == "self":
            sent["cover"] = str(clinician.pk)
        response = client.post("/absences/new/", sent)
        assert response.status_code == 422
        assert f'href="#id_{field}"' in response.content.decode()
        assert "Conference" in response.content.decode()
        assert not Absence.objects.exists()

    def test_the_admin_says_whom_to_ring(self, client: Client, admin: User, clinic: Clinic) -> None:
        client.force_login(admin)
        assert "Nobody to ring is named" in text_of(client.get("/clinic/"))
        assert client.post("/clinic/", {"contact": "the consultant"}).status_code == 422
        assert client.post("/clinic/", {"contact": "x" * 121}).status_code == 422
        assert client.post("/clinic/", {"contact": " On call,  020 7946 0199 "}).status_code == 302
        clinic.refresh_from_db()
        assert clinic.emergency_contact == "On call, 020 7946 0199"
        assert "Nobody to ring is named" not in text_of(client.get("/clinic/"))
        assert client.post("/clinic/", {"contact": ""}).status_code == 302
        assert AuditEvent.objects.filter(action="clinic.emergency_contact").count() == 2

    def test_nobody_else_says_it(self, clinic: Clinic, clinician: User, other_admin: User, now: datetime) -> None:
        for by in (clinician, other_admin):
            with pytest.raises(PermissionDenied):
                change_emergency_contact(clinic=clinic, contact="020 7946 0199", by=by, now=now)
