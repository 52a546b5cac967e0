"""The two pages on which a supply is counted."""

from datetime import datetime
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from monitoring.people.models import Patient, User
from monitoring.regimens.models import Prescription, PrescriptionState
from monitoring.supplies.models import SupplyCount

pytestmark = pytest.mark.django_db


def sent(prescription: Prescription, **fields: str) -> dict[str, str]:
    """The form of one medicine as the browser sends it."""
    prefix = f"s{prescription.pk.hex[:8]}"
    return {"prescription": str(prescription.pk), **{f"{prefix}-{name}": value for name, value in fields.items()}}


@pytest.fixture
def maya(client: Client, patient: Patient, now: datetime, time_machine: Any) -> Client:
    time_machine.move_to(now, tick=False)
    assert patient.user is not None
    client.force_login(patient.user)
    return client


def test_the_patient_counts_and_is_told_until_when_it_lasts(maya: Client, baclofen: Prescription) -> None:
    address = reverse("my_supplies")
    assert "We do not know how many you have." in maya.get(address).text
    page = maya.post(address, sent(baclofen, strength_1="10", left_1="9", strength_2="25", left_2="2"), follow=True)
    assert "18 Jun" in page.text.replace("\u00a0", " ")
    assert SupplyCount.objects.get().on_hand_mg == 140
    assert "Ask for more today." in page.text


def test_a_slip_is_said_at_its_field_and_what_was_typed_stays(maya: Client, baclofen: Prescription) -> None:
    page = maya.post(reverse("my_supplies"), sent(baclofen, strength_1="10", left_1="lots", left_2="4"))
    assert page.status_code == 422
    assert 'value="lots"' in page.text
    assert "Give the strength of these too." in page.text
    assert not SupplyCount.objects.exists()


@pytest.mark.parametrize(("strength", "left"), [("0", "4"), ("-5", "4"), ("10", "-1"), ("NaN", "1"), ("10", "1e9")])
def test_what_cannot_be_is_refused(maya: Client, baclofen: Prescription, strength: str, left: str) -> None:
    page = maya.post(reverse("my_supplies"), sent(baclofen, strength_1=strength, left_1=left))
    assert page.status_code == 422
    assert not SupplyCount.objects.exists()


def test_a_medicine_that_was_stopped_meanwhile_is_said_so(maya: Client, baclofen: Prescription) -> None:
    Prescription.objects.filter(pk=baclofen.pk).update(state=PrescriptionState.CANCELLED)
    page = maya.post(reverse("my_supplies"), sent(baclofen, strength_1="10", left_1="4"))
    assert page.status_code == 409
    assert "This medicine is not taken any more." in page.text


def test_the_clinician_sees_the_count_and_writes_one_taken_by_phone(
    client: Client, clinician: User, patient: Patient, baclofen: Prescription, now: datetime, time_machine: Any
) -> None:
    time_machine.move_to(now, tick=False)
    client.force_login(clinician)
    address = reverse("supplies", args=[patient.pk])
    assert "Nobody has counted what is left." in client.get(address).text
    page = client.post(address, sent(baclofen, strength_1="10", left_1="0"), follow=True)
    assert "Run out" in page.text
    assert SupplyCount.objects.get().counted_by == clinician


def test_the_medicine_of_another_patient_cannot_be_counted_here(
    maya: Client, baclofen: Prescription, other_patient: Patient
) -> None:
    Prescription.objects.filter(pk=baclofen.pk).update(patient=other_patient)
    assert maya.post(reverse("my_supplies"), sent(baclofen, strength_1="10", left_1="4")).status_code == 409
    assert not SupplyCount.objects.exists()
