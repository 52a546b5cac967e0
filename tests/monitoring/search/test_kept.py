"""Filters under a name: only settings that are known, only one's own."""

from datetime import datetime

import pytest
from django.test import Client
from django.urls import reverse

from monitoring.audit.models import AuditEvent
from monitoring.people.models import User
from monitoring.search.actions import MOST_KEPT, FilterRefused, save_filter
from monitoring.search.forms import clean_query
from monitoring.search.models import SavedFilter

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("on_list", "query", "kept"),
    [
        ("worklist", "owner=me&level=urgent", "level=urgent&owner=me"),
        ("worklist", "q=Harper&level=urgent&page=3&text=Harper", "level=urgent"),
        ("worklist", "level=nonsense&state=open", ""),
        ("worklist", "next=//evil.example&state=closed", "state=closed"),
        ("patient_list", "show=held&sort=worst&level=urgent", "show=held&sort=worst"),
        ("patient_list", "show=<b>", ""),
        ("patient_list", "\0" * 50 + "show=held", ""),
        ("worklist", "&".join(["owner=me"] * 20_000), "owner=me"),
    ],
)
def test_only_known_settings_are_kept(on_list: str, query: str, kept: str) -> None:
    assert clean_query(on_list, query) == kept


def test_a_filter_is_kept_shown_renamed_and_deleted(desk: Client, clinician: User) -> None:
    assert "Keep these filters" in desk.get("/alerts/?owner=me").text
    answer = desk.post("/filters/new/", {"name": "My own", "on_list": "worklist", "query": "owner=me&q=Harper"})
    assert answer["Location"] == "/alerts/?owner=me"
    page = desk.get("/alerts/?owner=me").text
    assert "My own" in page
    assert "Keep these filters" not in page
    kept = SavedFilter.objects.get(user=clinician)

    assert desk.post(reverse("saved_filter_rename", args=[kept.pk]), {"name": " "}).status_code == 422
    assert desk.post(reverse("saved_filter_rename", args=[kept.pk]), {"name": "Mine"}).status_code == 302
    assert "Mine" in desk.get("/filters/").text
    assert desk.get(reverse("saved_filter_delete", args=[kept.pk])).status_code == 405
    desk.post(reverse("saved_filter_delete", args=[kept.pk]))
    assert not SavedFilter.objects.exists()
    deeds = AuditEvent.objects.filter(object_type="filter").order_by("id").values_list("action", flat=True)
    assert list(deeds) == ["filter.save", "filter.rename", "filter.delete"]


@pytest.mark.parametrize(
    ("sent", "says"),
    [
        ({"name": ""}, "Give the filter a name."),
        ({"name": "x" * 41}, "at most 40"),
        ({"name": "MINE"}, "already"),
        ({"query": "q=Harper"}, "nothing to keep yet"),
        ({"on_list": "audit"}, "There is a problem"),
    ],
)
def test_what_cannot_be_kept_is_said_and_stays_on_the_page(
    sent: dict[str, str], says: str, desk: Client, clinician: User, now: datetime
) -> None:
    save_filter(name="Mine", on_list="worklist", query="owner=me", by=clinician, now=now)
    page = desk.post("/filters/new/", {"name": "Other", "on_list": "worklist", "query": "level=urgent", **sent})
    assert page.status_code == 422
    assert says in page.text
    assert SavedFilter.objects.count() == 1


def test_a_person_keeps_at_most_twenty(clinician: User, colleague: User, now: datetime) -> None:
    for number in range(MOST_KEPT):
        save_filter(name=f"{number}", on_list="worklist", query="owner=me", by=clinician, now=now)
    with pytest.raises(FilterRefused, match="Delete one first"):
        save_filter(name="more", on_list="worklist", query="owner=me", by=clinician, now=now)
    save_filter(name="1", on_list="worklist", query="owner=me", by=colleague, now=now)


def test_a_filter_of_somebody_else_is_not_there(
    client: Client, clinician: User, colleague: User, now: datetime
) -> None:
    kept = save_filter(name="Secret", on_list="worklist", query="owner=me", by=clinician, now=now)
    client.force_login(colleague)
    assert "Secret" not in client.get("/filters/").text + client.get("/alerts/").text
    for page in ("saved_filter_rename", "saved_filter_delete"):
        assert client.post(reverse(page, args=[kept.pk]), {"name": "x"}).status_code == 404
    kept.refresh_from_db()
    assert kept.name == "Secret"
