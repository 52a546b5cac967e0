"""Going through the form behind a link, for the tests of it."""

import re

import pytest
from django.test import Client

from monitoring.audit.models import AuditEvent
from monitoring.notifications.models import Channel, Notification

TOKEN = re.compile(r"/k/([A-Za-z0-9_-]{43})/")


@pytest.fixture
def phone() -> Client:
    """Nobody is signed in, and no proof against forged forms is at hand but the link itself."""
    return Client(enforce_csrf_checks=True)


def reminder() -> Notification:
    return Notification.objects.filter(channel=Channel.EMAIL).exclude(sealed_link="").get()


def tap_through(phone: Client, url: str) -> str:
    """All is well, page by page; the address of the review."""
    for _ in range(12):
        url = phone.get(url, follow=True).redirect_chain[-1][0] if url.count("/") == 3 else url
        if url.endswith("/review/"):
            return url
        page = phone.get(url).context["page"]
        if page.number == 1:
            answer = {"go": "none"}
        elif page.is_single:
            answer = {page.keys[0]: "0"}
        elif page.all_well:
            answer = {"all_well": "1"}
        else:
            answer = {"skip": "1"}
        url = phone.post(url, answer).url
    raise AssertionError("the form has no end")


def send(phone: Client, review: str) -> str:
    key = str(phone.get(review).context["form"]["submission_key"].value())
    answer = phone.post(review, {"submission_key": key, "note": ""})
    assert answer.status_code == 302
    return str(answer.url)


def events(action: str) -> list[AuditEvent]:
    return list(AuditEvent.objects.filter(action=f"check_in_link.{action}").order_by("pk"))
