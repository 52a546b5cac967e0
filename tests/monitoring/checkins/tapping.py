"""How tests tap through the pages of a check-in."""

from django.test import Client
from django.urls import reverse

from monitoring.checkins.rules.questions import PAGES


def begin(phone: Client) -> str:
    """Tap “start”; the address of the danger signs."""
    answer = phone.post(reverse("my_check_in_start"))
    assert answer.status_code == 302
    assert answer.url.endswith("/1/")
    return str(answer.url)


def answer_all_well(phone: Client, url: str) -> tuple[str, int]:
    """Tap through to the review; its address and the number of taps."""
    url, taps = phone.post(url, {"go": "none"}).url, 1
    for page in PAGES[1:]:
        assert phone.get(url).status_code == 200
        tapped = {page.keys[0]: "0"} if page.is_single else {"all_well": "1"}
        url, taps = phone.post(url, tapped).url, taps + 1
    return url, taps


def key_on(phone: Client, url: str) -> str:
    return str(phone.get(url).context["form"]["submission_key"].value())
