"""Comparing on the pages, as a browser without JavaScript does: choose, read, go on to prescribe; nothing is kept."""

import re
from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client

from monitoring.audit.models import AuditEvent
from monitoring.formatting import day_text
from monitoring.people.models import Patient, User
from monitoring.regimens.models import InteractionFlag, Prescription
from monitoring.regimens.queries import comparing
from tests.living import text_of
from tests.monitoring.regimens.comparing import PAIR, WITHDRAWAL, Desk, cells

pytestmark = pytest.mark.usefixtures("sweeps_running")


def test_an_option_stands_beside_today(desk: Desk, amitriptyline: Prescription, today: date) -> None:
    assert desk.change("drop", amitriptyline).status_code == 302
    page = desk.get()

    now, option = cells(page, PAIR)
    assert (now.column, option.column) == ("Today", "Option A")
    assert option.words.startswith("Only while it washes out, until ")
    assert (
        page.context["page"].options[0].changes[0].dates
        == f"amitriptyline last taken {day_text(today - timedelta(days=1))}."
    )


def test_baclofen_dropped_says_withdrawal_and_offers_a_taper(desk: Desk, baclofen: Prescription) -> None:
    desk.change("drop", baclofen)
    page = desk.get()

    today, option = cells(page, WITHDRAWAL)
    assert today.absent
    assert (option.severity, option.absent) == ("major", False)
    assert f"prescription={baclofen.pk}&amp;direction=taper" in page.content.decode()


def test_a_cut_in_half_says_withdrawal_too(desk: Desk, baclofen: Prescription) -> None:
    desk.change("dose", baclofen, "5 mg three times a day")

    assert cells(desk.get(), WITHDRAWAL)[1].severity == "major"


def test_several_alternatives_become_options_at_once(
    desk: Desk, baclofen: Prescription, amitriptyline: Prescription
) -> None:
    desk.instead(baclofen, tizanidine="on", dose_tizanidine="2 mg three times a day", diazepam="on", non_drug="on")
    page = desk.get()

    assert [each.name for each in page.context["page"].columns] == ["Today", "Option A", "Option B", "Option C"]
    said = text_of(page)
    assert "tizanidine, 2\xa0mg three times a day" in page.content.decode()
    assert "diazepam, dose not known, by mouth, instead of baclofen" in said
    assert "baclofen no longer taken; care without a medicine (stretching" in said
    assert "boxed warning" in said, "each has hazards of its own"


def test_a_dose_that_is_typed_ticks_its_alternative(desk: Desk, baclofen: Prescription) -> None:
    desk.instead(baclofen, dose_gabapentin="100 mg three times a day")

    assert "gabapentin, 100" in desk.get().content.decode()


def test_no_option_is_praised_or_advised(desk: Desk, baclofen: Prescription, amitriptyline: Prescription) -> None:
    for row, names in ((baclofen, ("tizanidine", "dantrolene")), (amitriptyline, ("nortriptyline", "duloxetine"))):
        desk.instead(row, **dict.fromkeys(names, "on"))
    said = text_of(desk.get())

    assert len(desk.get().context["page"].options) == 4
    assert re.search(r"\bsafer?\b|recommend|preferred|better", said, re.IGNORECASE) is None


def test_what_is_not_understood_is_loud(desk: Desk, baclofen: Prescription, amitriptyline: Prescription) -> None:
    desk.change("replace", amitriptyline, "zorbifax 5 mg")
    page = desk.get()

    assert "“zorbifax 5 mg” was not understood: no interaction with it can be found." in text_of(page)
    assert page.context["page"].columns[1].screening.complete is False


def test_a_misspelling_is_said_and_confirmed_before_it_is_prescribed(desk: Desk, baclofen: Prescription) -> None:
    desk.change("add", None, "tizanadin 2 mg tds")
    assert "was read as tizanidine: check that this is meant" in text_of(desk.get())

    taken = desk.post("take/", option="0", change="0", step="prescribe")
    assert taken.status_code == 302
    assert "/medications/new/?draft=" in taken["Location"]


def test_two_changes_make_one_option(desk: Desk, baclofen: Prescription, amitriptyline: Prescription) -> None:
    desk.change("dose", baclofen, "5 mg twice a day")
    assert desk.change("drop", amitriptyline, option="0").status_code == 302

    page = desk.get()
    (option,) = page.context["page"].options
    assert len(option.changes) == 2


@pytest.mark.parametrize(
    ("sent", "field"),
    [
        ({"kind": ""}, "kind"),
        ({"kind": "drop", "to": "5 mg"}, "to"),
        ({"kind": "dose", "to": ""}, "to"),
        ({"kind": "dose", "to": "as before"}, "to"),
        ({"kind": "route", "to": "sideways"}, "to"),
        ({"kind": "replace", "to": ""}, "to"),
        ({"kind": "drop", "line": ""}, "line"),
        ({"kind": "drop", "line": "0000"}, "line"),
        ({"kind": "drop", "line": "more"}, "line"),
        ({"kind": "add", "to": "tizanidine"}, "line"),
        ({"kind": "drop", "from_day": "soon"}, "from_day"),
        ({"kind": "drop", "from_day": "1826-06-15"}, "from_day"),
        ({"kind": "drop", "option": "7"}, "option"),
    ],
)
def test_a_fault_is_named_at_its_field(desk: Desk, baclofen: Prescription, sent: dict[str, str], field: str) -> None:
    page = desk.post(**({"line": str(baclofen.pk), "to": "", "option": "new", "from_day": "2026-06-15"} | sent))

    assert page.status_code == 422
    assert field in page.context["form"].errors
    assert "<title>Error: " in page.content.decode()
    assert f'href="#id_{field}"' in page.content.decode()


def test_alternatives_without_a_tick_or_with_a_dose_that_cannot_be_read(desk: Desk, baclofen: Prescription) -> None:
    empty = desk.instead(baclofen)
    assert empty.status_code == 422
    assert "Tick at least one of them." in text_of(empty)

    unread = desk.instead(baclofen, dose_tizanidine="a lot")
    assert unread.status_code == 422
    assert "dose_tizanidine" in unread.context["form"].errors


def test_four_options_at_most(desk: Desk, baclofen: Prescription) -> None:
    five = dict.fromkeys(("tizanidine", "dantrolene", "diazepam", "gabapentin", "pregabalin"), "on")
    refused = desk.instead(baclofen, **five)
    assert refused.status_code == 422
    assert "four options stand side by side at most" in text_of(refused)

    five.pop("pregabalin")
    desk.instead(baclofen, **five)
    assert desk.change("drop", baclofen).status_code == 422
    assert desk.post("remove/", option="1").status_code == 302
    assert [each.letter for each in desk.get().context["page"].options] == ["A", "B", "C"]
    desk.post("remove/", all="yes")
    assert desk.get().context["page"].options == ()


def test_an_empty_regimen_says_so_and_compares_what_is_added(desk: Desk) -> None:
    assert "No medicine is recorded as taken" in text_of(desk.get())

    desk.change("add", None, "baclofen 10 mg three times a day")
    assert desk.get().context["page"].columns[0].screening.findings == ()


def test_nothing_is_kept_and_every_reading_is_noted(
    desk: Desk, patient: Patient, clinician: User, baclofen: Prescription
) -> None:
    before = (Prescription.objects.count(), InteractionFlag.objects.count())
    earlier = set(AuditEvent.objects.values_list("pk", flat=True))
    desk.instead(baclofen, tizanidine="on")
    desk.get()

    assert (Prescription.objects.count(), InteractionFlag.objects.count()) == before
    events = AuditEvent.objects.exclude(pk__in=earlier)
    assert {(each.action, each.object_type, each.patient_id) for each in events} == {
        ("patient.read", "comparison", patient.pk)
    }


def test_no_address_names_a_medicine(desk: Desk, baclofen: Prescription) -> None:
    for answer in (desk.instead(baclofen, tizanidine="on"), desk.change("add", None, "diazepam 5 mg")):
        assert re.fullmatch(r"/patients/[0-9a-f-]+/medications/compare/\?choices=[0-9a-f-]+", answer["Location"])


def test_anothers_choices_are_not_found_under_this_patient(
    desk: Desk, baclofen: Prescription, client: Client, patient: Patient
) -> None:
    desk.change("drop", baclofen)
    session = client.session
    kept = session["comparing"]
    for each in kept.values():
        each["patient"] = "00000000-0000-4000-8000-000000000000"
    session["comparing"] = kept
    session.save()

    assert desk.get().context["page"].options == ()


def test_what_a_colleague_made_impossible_is_said(desk: Desk, baclofen: Prescription, today: date) -> None:
    desk.change("drop", baclofen)
    Prescription.objects.filter(pk=baclofen.pk).update(ends_on=today - timedelta(days=2))

    page = desk.get()
    assert "Cannot be compared" in text_of(page)
    assert page.context["page"].refused[0].letter == "A"
    assert desk.post("take/", option="0", change="0", step="stop").status_code == 404
    assert desk.post("remove/", option="0").status_code == 302


def test_a_check_that_breaks_concludes_nothing(
    desk: Desk, baclofen: Prescription, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.change("drop", baclofen)

    def broken(*_args: Any, **_more: Any) -> Any:
        raise ZeroDivisionError

    monkeypatch.setattr(comparing, "compare", broken)
    page = desk.get()
    assert page.status_code == 200
    assert "Nothing may be concluded about any option" in text_of(page)
    assert "Hazards side by side" not in text_of(page)
