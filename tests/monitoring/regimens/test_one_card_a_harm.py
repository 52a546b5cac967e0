"""The list of interactions: a reader meets each harm once, and can still reach and answer every flag."""

import re
from datetime import date, timedelta

import pytest
from django.test import Client

from interactions.checking.hazards import hazard_of
from monitoring.people.models import Patient, User
from monitoring.regimens.models import InteractionFlag, Prescription
from tests.monitoring.regimens.conftest import Prescribe, mg

pytestmark = pytest.mark.django_db


@pytest.fixture
def page(
    client: Client, clinician: User, patient: Patient, amitriptyline: Prescription, give: Prescribe, today: date
) -> str:
    give("morphine", mg(5), starts_on=today - timedelta(days=1))
    client.force_login(clinician)
    return client.get(f"/patients/{patient.pk}/medications/").content.decode()


def test_sedation_is_one_card_with_the_other_causes_inside(page: str, patient: Patient) -> None:
    flags = InteractionFlag.objects.present().filter(patient=patient)
    sedating = [flag for flag in flags if hazard_of(flag.code) == "sedation"]
    assert {flag.code for flag in sedating} == {"PAIR_CNS", "OPIOID_STACK", "CNS_STACK"}
    articles = re.findall(r"<article.*?</article>", page, flags=re.DOTALL)
    (card,) = [each for each in articles if any(f"flag-{flag.pk}" in each for flag in sedating)]
    assert all(f'id="flag-{flag.pk}"' in card for flag in sedating)
    assert card.count("<details") == len(sedating) - 1


def test_every_flag_has_its_link_and_an_unanswered_one_stands_open(page: str, patient: Patient) -> None:
    for flag in InteractionFlag.objects.present().filter(patient=patient):
        assert f"/flags/{flag.pk}/" in page
        if flag.blocking and flag.status == "open":
            assert not re.search(rf'<details id="flag-{flag.pk}">', page)
