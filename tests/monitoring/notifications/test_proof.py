"""Whoever changes where messages go has typed their password lately."""

import pytest
from django.test import Client
from django.utils import timezone

from monitoring.audit.models import AuditEvent
from monitoring.notifications.models import ContactPoint, ContactPreference
from monitoring.people.access import PROVEN_AT
from monitoring.people.models import Patient, User
from tests.monitoring.notifications.carriers import Carrier
from tests.monitoring.notifications.conftest import AddNumber

pytestmark = pytest.mark.django_db
NUMBER = "+447700900123"


class TestProof:
    PASSWORD = "correct horse battery 42"

    @pytest.fixture
    def unproven(self, client: Client, patient: Patient, patient_user: User) -> Client:
        patient_user.set_password(self.PASSWORD)
        patient_user.save()
        client.force_login(patient_user)
        return client

    @pytest.mark.parametrize("path", ["number/", "browser/", "order/", "{pk}/remove/"])
    def test_nothing_is_changed_without_a_password_typed_lately(
        self, path: str, unproven: Client, patient_user: User, gateway: Carrier, add_number: AddNumber
    ) -> None:
        point = add_number(patient_user)
        session = unproven.session
        session[PROVEN_AT] = timezone.now().timestamp() - 16 * 60
        session.save()
        answer = unproven.post(f"/contact/{path.format(pk=point.pk)}", {"number": NUMBER, "first": "sms"})
        assert "Is it you?" in answer.content.decode()
        assert not gateway.calls
        assert list(ContactPoint.objects.usable()) == [point]
        assert not ContactPreference.objects.exists()

    def test_what_was_sent_waits_for_the_password(self, unproven: Client, gateway: Carrier) -> None:
        asked = unproven.post("/contact/number/", {"number": "07700 900123"})
        assert 'name="number" value="07700 900123"' in asked.content.decode()
        wrong = unproven.post("/contact/number/", {"number": "07700 900123", "password": "wrong"})
        assert wrong.status_code == 422
        assert "This is not your password" in wrong.content.decode()
        assert 'value="wrong"' not in wrong.content.decode()
        assert AuditEvent.objects.filter(action="sign_in", outcome="failed").count() == 1
        assert not gateway.calls
        right = unproven.post("/contact/number/", {"number": "07700 900123", "password": self.PASSWORD})
        assert right.status_code == 302
        assert unproven.post("/contact/order/", {"first": "email"}).status_code in {302, 422}

    def test_a_sign_in_is_such_a_proof(self, client: Client, patient: Patient, patient_user: User) -> None:
        patient_user.set_password(self.PASSWORD)
        patient_user.save()
        client.post("/login/", {"username": patient_user.email, "password": self.PASSWORD})
        assert PROVEN_AT in client.session
