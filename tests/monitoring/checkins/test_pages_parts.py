"""A page that asks of two topics takes them apart where something is different."""

import pytest
from django.test import Client
from django.urls import reverse

from monitoring.alerts.models import Alert, AlertLevel
from monitoring.checkins.models import CheckIn
from tests.monitoring.checkins.tapping import begin

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]


def test_where_something_is_different_each_topic_is_asked_by_itself(phone: Client, due: CheckIn) -> None:
    phone.post(begin(phone), {"go": "none"})
    pair = reverse("my_check_in_page", args=[due.pk, 3])
    breathing = phone.post(pair, {"different": "1"}).url
    assert breathing == f"{pair}?part=q2_breathing"
    assert "How is your breathing?" in phone.get(breathing).text
    heart = phone.post(breathing, {"q2_breathing": "0"}).url
    assert heart == f"{pair}?part=q7_heart"
    # The phone dies here: it goes on at the very question.
    phone.post(reverse("my_check_in_page", args=[due.pk, 2]), {"q1_sleepiness": "0"})
    assert phone.post(reverse("my_check_in_start")).url == heart
    assert phone.post(heart, {"q7_heart": "1"}).url == reverse("my_check_in_page", args=[due.pk, 4])
    due.refresh_from_db()
    assert (due.draft["answers"]["q2_breathing"], due.draft["answers"]["q7_heart"]) == (0, 1)


def test_an_emergency_in_a_part_does_not_wait_for_the_other(phone: Client, due: CheckIn) -> None:
    phone.post(begin(phone), {"go": "none"})
    breathing = reverse("my_check_in_page", args=[due.pk, 3]) + "?part=q2_breathing"
    assert phone.post(breathing, {"q2_breathing": "2"}).url == reverse("my_check_in_done", args=[due.pk])
    assert Alert.objects.get().level == AlertLevel.EMERGENCY


def test_a_part_that_is_not_of_the_page_does_not_exist(phone: Client, due: CheckIn) -> None:
    begin(phone)
    for number, part in ((3, "q4_fall"), (2, "q1_sleepiness"), (3, "")):
        assert phone.get(reverse("my_check_in_page", args=[due.pk, number]) + f"?part={part}").status_code == 404
