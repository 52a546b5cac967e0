"""Lines of several medicines, or with words that say one is not taken, on the way to a prescription."""

from datetime import date, datetime
from html import unescape
from typing import Any

import pytest
import time_machine
from django.test import Client

from monitoring.people.models import Patient, User
from monitoring.regimens.actions import RegimenError
from monitoring.regimens.models import Prescription
from tests.monitoring.regimens.conftest import Prescribe, mg
from tests.monitoring.regimens.walking import Walk

pytestmark = pytest.mark.django_db
SEVERAL = "baclofen 10 mg tid and amitriptyline 25 mg nocte"


@pytest.fixture(autouse=True)
def _clock(now: datetime) -> Any:
    with time_machine.travel(now, tick=False):
        yield


@pytest.fixture
def walk(client: Client, clinician: User, patient: Patient, today: date) -> Walk:
    client.force_login(clinician)
    return Walk(client, patient, today)


def test_one_dose_cannot_be_that_of_several_medicines(give: Prescribe) -> None:
    with pytest.raises(RegimenError, match="one by one"):
        give(SEVERAL, mg(10), confirmed_ingredients=["baclofen", "amitriptyline"])
    assert not Prescription.objects.exists()


def test_the_page_offers_each_of_them_and_not_the_line(walk: Walk) -> None:
    page = unescape(walk.search(SEVERAL))
    assert "Several medicines are written in one line" in page
    assert "Use as written" not in page
    for name in ("baclofen", "amitriptyline"):
        assert f'Choose<span class="visually-hidden"> {name}</span>' in page


def test_a_stopped_medicine_is_not_added_without_a_word(give: Prescribe) -> None:
    with pytest.raises(RegimenError, match="Confirm"):
        give("baclofen stopped last week", mg(10))
    assert not Prescription.objects.exists()
