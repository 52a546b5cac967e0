"""What if equals do, then check: an option says of a stored regimen what the check says once it is carried out."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from interactions.checking.wishes import Kind, ReadOption, Wish, read_option
from monitoring.people.models import Patient, User
from monitoring.regimens.actions import NeedsTaper, change_dose, stop_prescription
from monitoring.regimens.models import Prescription
from monitoring.regimens.queries import Proposed, screen_patient, understand
from monitoring.regimens.queries.comparing import Taken, added, compare_with, taken_by
from tests.monitoring.regimens.conftest import Prescribe, mg

Findings = list[dict[str, object]]
Stop = Callable[..., Prescription]


@pytest.fixture
def stop(clinician: User, now: datetime, today: date) -> Stop:
    """Stop a medicine as the page does; yesterday was its last day."""

    def _stop(prescription: Prescription) -> Prescription:
        return stop_prescription(
            prescription=prescription, last_day=today - timedelta(days=1), reason="no_benefit", note="", by=clinician,
            now=now, expected_version=prescription.version, without_taper_reason="The patient insists on it.",
        )  # fmt: skip

    return _stop


def option(taken: Taken, *wishes: Any) -> ReadOption:
    return read_option(0, "A", wishes, lines=taken.given, context=taken.context, on=taken.on)


def said_of(taken: Taken, *wishes: Any) -> Findings:
    comparison = compare_with(taken, [option(taken, *wishes)])
    assert comparison is not None
    return [finding.as_dict() for finding in comparison.options[0].screening.findings]


def checked(patient: Patient, today: date) -> Findings:
    screening = screen_patient(patient, today).screening
    assert screening is not None
    return [finding.as_dict() for finding in screening.findings]


def test_today_is_what_the_check_says(patient: Patient, amitriptyline: Prescription, today: date) -> None:
    comparison = compare_with(taken_by(patient, today), [])
    assert comparison is not None
    assert [finding.as_dict() for finding in comparison.today.screening.findings] == checked(patient, today)


@pytest.mark.parametrize("which", ["baclofen", "amitriptyline"])
def test_a_drop_is_a_stop(patient: Patient, amitriptyline: Prescription, today: date, stop: Stop, which: str) -> None:
    row, taken = Prescription.objects.get(label=which), taken_by(patient, today)
    expected = said_of(taken, Wish(kind=Kind.DROP, line=taken.place_of(row.pk)))
    stop(row)

    assert checked(patient, today) == expected
    assert ("WITHDRAWAL" in {each["code"] for each in expected}) is (which == "baclofen")


def test_a_drop_after_an_earlier_taper_still_says_withdrawal(
    patient: Patient, baclofen: Prescription, give: Prescribe, answer: Any, today: date, stop: Stop
) -> None:
    earlier = give("baclofen", mg(5), starts_on=today - timedelta(days=400))
    Prescription.objects.filter(pk=earlier.pk).update(
        state="stopped", ends_on=today - timedelta(days=200), stop_reason="taper_done", stopped_at="2025-12-01T00:00Z"
    )
    taken = taken_by(patient, today)
    assert taken.context.baclofen_taper is True
    expected = said_of(taken, Wish(kind=Kind.DROP, line=taken.place_of(baclofen.pk)))
    stop(baclofen)

    assert checked(patient, today) == expected
    assert "WITHDRAWAL" in {each["code"] for each in expected}


def test_an_addition_is_a_prescription(patient: Patient, baclofen: Prescription, give: Prescribe, today: date) -> None:
    taken = taken_by(patient, today)
    proposed = Proposed(understand("amitriptyline"), "oral", mg(25), today)
    expected = said_of(taken, added(taken, proposed))
    give("amitriptyline", mg(25))

    assert checked(patient, today) == expected


def test_what_could_not_be_told_of_an_addition_is_carried(
    patient: Patient, baclofen: Prescription, today: date
) -> None:
    taken = taken_by(patient, today)
    read = added(taken, Proposed(understand("zorbifax"), "oral", None, today))

    assert [each.entered for each in read.change.new.unresolved] == ["zorbifax"]  # type: ignore[union-attr]
    comparison = compare_with(taken, [option(taken, read)])
    assert comparison is not None
    assert [each.entered for each in comparison.options[0].screening.unresolved] == ["zorbifax"]


def test_a_replacement_is_a_stop_and_a_prescription(
    patient: Patient, amitriptyline: Prescription, baclofen: Prescription, give: Prescribe, today: date, stop: Stop
) -> None:
    taken = taken_by(patient, today)
    wish = Wish(kind=Kind.REPLACE, line=taken.place_of(baclofen.pk), entered="tizanidine 2 mg tds", route="oral")
    expected = said_of(taken, wish)
    stop(baclofen)
    give("tizanidine", mg(2, 2, 2))

    assert {(each["code"], each["severity"], each["state"]) for each in checked(patient, today)} == {
        (each["code"], each["severity"], each["state"]) for each in expected
    }


def test_a_higher_dose_is_a_change_of_dose(
    patient: Patient, amitriptyline: Prescription, baclofen: Prescription, clinician: User, now: datetime, today: date
) -> None:
    taken = taken_by(patient, today)
    expected = said_of(taken, Wish(kind=Kind.DOSE, line=taken.place_of(baclofen.pk), to="20 mg tds"))
    change_dose(
        prescription=baclofen, dose=mg(20, 20, 20), sig="", from_day=today, by=clinician, now=now,
        expected_version=baclofen.version,
    )  # fmt: skip

    assert checked(patient, today) == expected


def test_a_cut_that_the_page_refuses_without_a_reason_says_withdrawal(
    patient: Patient, baclofen: Prescription, clinician: User, now: datetime, today: date
) -> None:
    taken = taken_by(patient, today)
    expected = said_of(taken, Wish(kind=Kind.DOSE, line=taken.place_of(baclofen.pk), to="5 mg tds"))

    assert "WITHDRAWAL" in {each["code"] for each in expected}
    sent: dict[str, Any] = {
        "prescription": baclofen, "dose": mg(5, 5, 5), "sig": "", "from_day": today, "by": clinician, "now": now,
        "expected_version": baclofen.version,
    }  # fmt: skip
    with pytest.raises(NeedsTaper):
        change_dose(**sent)
    change_dose(**sent, without_taper_reason="The patient insists on it.")
    assert checked(patient, today) == expected
