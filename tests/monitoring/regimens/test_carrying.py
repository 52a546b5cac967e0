"""Into a comparison with what was typed while prescribing, and out of it to the page that carries an option out."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from monitoring.people.models import Patient
from monitoring.regimens.models import Prescription
from tests.monitoring.regimens.comparing import PAIR, Desk, cells
from tests.monitoring.regimens.walking import Walk

pytestmark = pytest.mark.usefixtures("sweeps_running")


@pytest.fixture
def walk(desk: Desk, client: Client, patient: Patient) -> Walk:
    return Walk(client, patient, desk.today)


def test_what_was_typed_while_prescribing_is_the_first_option(
    desk: Desk,
    walk: Walk,
    baclofen: Prescription,
) -> None:
    check = walk.to_check("amitriptyline")
    assert "Compare with other choices" in check
    carried = walk.client.post(f"{walk.root}new/compare/?{walk.draft}")
    page = walk.client.get(carried["Location"])

    said = page.content.decode()
    assert "amitriptyline, 25\xa0mg at night, by mouth added" in said
    assert cells(page, PAIR)[1].words == "New"
    assert f"{walk.root}new/check/?{walk.draft}" in said, "and the way back"


def test_prescribing_what_was_carried_leads_back_to_its_dose(
    desk: Desk,
    walk: Walk,
    baclofen: Prescription,
) -> None:
    walk.to_check("amitriptyline", amount="12.5")
    desk.choices = walk.client.post(f"{walk.root}new/compare/?{walk.draft}")["Location"].partition("?")[2]
    taken = desk.post("take/", option="0", change="0", step="prescribe")

    form = walk.client.get(taken["Location"]).context["form"]
    assert form["amount"].value() == "12.5"
    assert form["often"].value() == "1-night"


def test_a_replacement_is_prescribed_with_its_fields_filled_in(desk: Desk, baclofen: Prescription) -> None:
    desk.instead(baclofen, tizanidine="on", dose_tizanidine="2 mg three times a day")
    taken = desk.post("take/", option="0", change="0", step="prescribe")

    assert taken["Location"].startswith(desk.root.replace("compare/", "new/dose/?draft="))
    page = desk.client.get(taken["Location"])
    form = page.context["form"]
    assert [form[name].value() for name in ("amount", "unit", "often", "route", "starts_on")] == [
        "2", "mg", "3", "oral", desk.today.isoformat(),
    ]  # fmt: skip
    assert Prescription.objects.count() == 1


def test_a_dose_goes_on_to_its_page(desk: Desk, baclofen: Prescription) -> None:
    from_day = desk.today + timedelta(days=7)
    desk.change("dose", baclofen, "5 mg three times a day", from_day=from_day.isoformat())
    taken = desk.post("take/", option="0", change="0", step="dose")

    form = desk.client.get(taken["Location"]).context["form"]
    assert (form["amount"].value(), form["often"].value()) == ("5", "3")
    assert form["from_day"].value() == from_day.isoformat()
    assert form["version"].value() == baclofen.version


def test_a_stop_goes_on_with_its_last_day(desk: Desk, baclofen: Prescription) -> None:
    desk.change("drop", baclofen)
    taken = desk.post("take/", option="0", change="0", step="stop")

    form = desk.client.get(taken["Location"]).context["form"]
    assert form["last_day"].value() == (desk.today - timedelta(days=1)).isoformat()


def test_another_route_is_prescribed_anew(desk: Desk, baclofen: Prescription) -> None:
    desk.change("route", baclofen, "on the skin")
    taken = desk.post("take/", option="0", change="0", step="prescribe")

    form = desk.client.get(taken["Location"]).context["form"]
    assert (form["route"].value(), form["amount"].value()) == ("topical", "10")


@pytest.mark.parametrize(
    "sent",
    [
        {}, {"option": "0"}, {"option": "9", "change": "0"}, {"option": "0", "change": "-1"},
        {"option": "0", "change": "0"}, {"option": "0", "change": "0", "step": "prescribe"},
        {"option": "0", "change": "0", "step": "dose"}, {"option": "²", "change": "0", "step": "stop"},
    ],
)  # fmt: skip
def test_a_step_that_is_none_is_not_found(
    desk: Desk,
    baclofen: Prescription,
    sent: dict[str, Any],
) -> None:
    desk.change("drop", baclofen)

    assert desk.post("take/", **sent).status_code == 404


def test_a_draft_without_a_dose_is_not_carried(desk: Desk, walk: Walk, baclofen: Prescription) -> None:
    walk.search("amitriptyline")
    walk.choose("amitriptyline")

    assert walk.client.post(f"{walk.root}new/compare/?{walk.draft}").status_code == 404
    assert walk.client.post(f"{walk.root}new/compare/").status_code == 404
