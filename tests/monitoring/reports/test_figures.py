"""The figures count what happened, say of how many, and never more than the reader may know."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pytest_django import DjangoAssertNumQueries

from monitoring.alerts.actions import raise_alert
from monitoring.checkins.models import CheckIn, SymptomReport
from monitoring.people.models import Patient, User
from monitoring.regimens.actions import cancel_prescription, change_dose, stop_prescription, withdraw_answer
from monitoring.regimens.models import InteractionFlag
from monitoring.reports.queries import figures_for
from monitoring.reports.rules import Asked, Figures, Period, percent, period_of
from tests.monitoring.reports.conftest import Answers, Give, flag_of, mg

pytestmark = pytest.mark.django_db
LONDON = ZoneInfo("Europe/London")


@pytest.fixture
def period(now: datetime) -> Period:
    return Period(now.date(), now.date() + timedelta(days=30), LONDON)


def told(figures: Figures, name: str) -> int:
    return next(line.count for line in figures.after.lines if line.name == name)


class TestAsked:
    def test_a_question_is_answered_dropped_or_still_open(
        self, patient: Patient, clinician: User, give: Give, answer: Answers, now: datetime, period: Period
    ) -> None:
        # given baclofen, whose kidney card is answered; amitriptyline, whose pair is; tramadol, taken back unanswered
        give(patient, "baclofen", 10, 10)
        answer(flag_of(patient, "RENAL"))
        give(patient, "amitriptyline", 25)
        answer(flag_of(patient, "PAIR_CNS"), "will_monitor")
        tramadol = give(patient, "tramadol", 50, 50)
        asked_again = InteractionFlag.objects.unanswered().filter(reopened_because__gt="").count()
        cancel_prescription(prescription=tramadol, reason="not_wanted", note="", by=clinician, now=now)
        # when the report is read
        figures = figures_for(clinician, period, now=now)
        # then each question stands in one column, and the rate is of all of them
        total = figures.total
        assert total.asked == total.answered + total.gone + total.milder + total.open
        assert total.answered == 2
        assert total.gone > 0
        assert total.open == asked_again > 0
        assert total.override_rate == percent(2, total.asked)
        assert {line.name: line.count for line in figures.instead}["dropped"] == total.gone
        assert sum(line.asked for line in figures.by_rule) == total.asked
        assert {line.name for line in figures.again_because} >= {"new_medicine"}

    def test_reasons_are_counted_with_what_was_taken_back(
        self, patient: Patient, clinician: User, give: Give, answer: Answers, now: datetime, period: Period
    ) -> None:
        give(patient, "baclofen", 10, 10)
        answer(flag_of(patient, "RENAL"))
        override = answer(flag_of(patient, "RENAL"), "kidneys_followed", now=now + timedelta(minutes=1))
        withdraw_answer(override=override, reason="promise", note="", by=clinician, now=now + timedelta(minutes=2))
        figures = figures_for(clinician, period, now=now)
        assert {(line.name, line.count, line.withdrawn) for line in figures.by_reason} == {
            ("dose_adjusted", 1, 0), ("kidneys_followed", 1, 1),
        }  # fmt: skip
        assert (figures.answers, figures.own_answers) == (2, 2)
        assert [line.name for line in figures.again_because] == ["withdrawn"]

    def test_another_clinic_and_another_time_count_nothing(
        self, patient: Patient, outsider: User, clinician: User, give: Give, answer: Answers, now: datetime,
        period: Period,
    ) -> None:  # fmt: skip
        give(patient, "baclofen", 10, 10)
        answer(flag_of(patient, "RENAL"))
        earlier = Period(period.first - timedelta(days=9), period.first - timedelta(days=1), LONDON)
        for figures in (figures_for(outsider, period, now=now), figures_for(clinician, earlier, now=now)):
            assert (figures.raised, figures.total.asked, figures.answers, figures.after.too_early) == (0, 0, 0, 0)
            assert figures.total.override_rate is None

    def test_only_admins_see_who_answers_and_only_as_counts(
        self, patient: Patient, clinician: User, admin: User, give: Give, answer: Answers, now: datetime, period: Period
    ) -> None:
        give(patient, "baclofen", 10, 10)
        answer(flag_of(patient, "RENAL"))
        assert figures_for(clinician, period, now=now).by_clinician is None
        assert [(line.label, line.count) for line in figures_for(admin, period, now=now).by_clinician or ()] == [
            ("Dr Alice Okafor", 1)
        ]

    def test_the_number_of_queries_does_not_grow(
        self, patient: Patient, lee: Patient, stranger: User, admin: User, give: Give, answer: Answers, now: datetime,
        period: Period, django_assert_num_queries: DjangoAssertNumQueries,
    ) -> None:  # fmt: skip
        give(patient, "baclofen", 10, 10)
        answer(flag_of(patient, "RENAL"))
        with CaptureQueriesContext(connection) as one:
            figures_for(admin, period, now=now)
        for someone, by in ((patient, {}), (lee, {"by": stranger})):
            for name in ("amitriptyline", "tramadol", "zolpidem", "ibuprofen", "clarithromycin"):
                give(someone, name, 10, **by)
        for flag in InteractionFlag.objects.unanswered():
            answer(flag, "not_applicable")
        with django_assert_num_queries(len(one)):
            figures_for(admin, period, now=now)
        assert len(one) <= 10


@pytest.mark.core
class TestAfter:
    @pytest.fixture
    def answered(self, patient: Patient, give: Give, answer: Answers) -> InteractionFlag:
        give(patient, "baclofen", 10, 10)
        flag = flag_of(patient, "RENAL")
        answer(flag)
        return flag

    def test_an_answer_is_too_early_for_14_days_and_in_no_other_number(
        self, answered: InteractionFlag, clinician: User, now: datetime, period: Period
    ) -> None:
        young = figures_for(clinician, period, now=now + timedelta(days=14) - timedelta(seconds=1)).after
        assert (young.followed, young.too_early, young.nothing) == (0, 1, 0)
        assert all(share is None for _, share in young.shares)
        old = figures_for(clinician, period, now=now + timedelta(days=14)).after
        assert (old.followed, old.too_early, old.nothing) == (1, 0, 1)

    def test_what_follows_is_counted_by_kind(
        self, answered: InteractionFlag, patient: Patient, clinician: User, now: datetime, later: datetime,
        period: Period, today: date,
    ) -> None:  # fmt: skip
        assert patient.user is not None
        soon = now + timedelta(days=5)
        baclofen = answered.prescriptions.get()
        change_dose(
            prescription=baclofen, dose=mg(5, 5), sig="", from_day=today + timedelta(days=5), by=clinician, now=soon,
            expected_version=baclofen.version, without_taper_reason="Drowsy.",
        )  # fmt: skip
        baclofen.refresh_from_db()
        stop_prescription(
            prescription=baclofen, last_day=soon.date(), reason="side_effect", note="", by=clinician, now=soon,
            expected_version=baclofen.version, without_taper_reason="Ward.",
        )  # fmt: skip
        for level in (2, 3):
            raise_alert(
                patient=patient, kind="symptoms" if level == 2 else "unjudged", level=level, why=["x"],
                source_type="test", now=soon, job="tests",
            )  # fmt: skip
        check_in = CheckIn.objects.create(
            patient=patient, local_date=soon.date(), opens_at=soon, closes_at=soon + timedelta(hours=1), state="missed"
        )
        SymptomReport.objects.create(
            check_in=check_in, patient=patient, submission_key=uuid4(), answers={}, level=4, submitted_at=soon,
            submitted_by=patient.user,
        )  # fmt: skip
        figures = figures_for(clinician, period, now=later)
        assert figures.after.followed == 1
        found = {line.name: line.count for line in figures.after.lines}
        assert found == {
            "alert_emergency": 0, "alert_urgent": 1, "alert_warning": 0, "alert_info": 0, "emergency_symptoms": 1,
            "stopped": 1, "dose_changed": 1, "check_ins_missed": 1, "nothing": 0,
        }  # fmt: skip

    @pytest.mark.parametrize(("days", "counted"), [(13, 1), (14, 1), (15, 0), (-1, 0)])
    def test_the_window_is_14_days_from_the_answer(
        self, answered: InteractionFlag, patient: Patient, clinician: User, now: datetime, later: datetime,
        period: Period, days: int, counted: int,
    ) -> None:  # fmt: skip
        raise_alert(
            patient=patient, kind="symptoms", level=3, why=["x"], source_type="test", now=now + timedelta(days=days),
            job="tests",
        )  # fmt: skip
        assert told(figures_for(clinician, period, now=later), "alert_urgent") == counted

    def test_what_the_clinic_does_to_itself_is_no_harm(
        self, answered: InteractionFlag, patient: Patient, clinician: User, now: datetime, later: datetime,
        period: Period,
    ) -> None:  # fmt: skip
        raise_alert(
            patient=patient, kind="delivery", level=3, why=["x"], source_type="test", now=now + timedelta(days=2),
            job="tests",
        )  # fmt: skip
        assert figures_for(clinician, period, now=later).after.nothing == 1


class TestPeriod:
    def test_days_are_the_clinics_own(self) -> None:
        period = Period(date(2026, 6, 15), date(2026, 6, 15), LONDON)
        assert (period.start, period.end) == (
            datetime(2026, 6, 14, 23, 0, tzinfo=UTC), datetime(2026, 6, 15, 23, 0, tzinfo=UTC),
        )  # fmt: skip

    def test_ninety_days_unless_told_otherwise(self) -> None:
        day = date(2026, 6, 15)
        assert period_of(None, None, today=day, zone=LONDON) == Period(date(2026, 3, 18), day, LONDON)

    @pytest.mark.parametrize(("part", "whole", "share"), [(1, 3, "33.3"), (0, 5, "0.0"), (5, 5, "100.0")])
    def test_a_share_has_one_place(self, part: int, whole: int, share: str) -> None:
        assert percent(part, whole) == Decimal(share)

    def test_of_nothing_there_is_no_share(self) -> None:
        assert Asked("x", "X").override_rate is None


def test_feedback_of_hospital_systems_is_counted_without_its_words(
    clinician: User, period: Period, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Row:
        def __init__(self, outcome: str, code: str) -> None:
            self.outcome, self.reason_code, self.reason_display = outcome, code, "Maya Harper said so"

    rows: list[Any] = [
        Row("accepted", ""),
        Row("overridden", "tolerated"),
        Row("overridden", "x-y"),
        Row("overridden", ""),
    ]
    monkeypatch.setattr(
        "monitoring.reports.queries.elsewhere.feedback_between",
        lambda *_, tenant: rows if tenant == clinician.clinic_id else [],
    )
    found = figures_for(clinician, period, now=now).elsewhere
    assert (found.accepted, found.overridden) == (1, 3)
    assert {(line.name, line.label) for line in found.reasons} == {
        ("tolerated", "Has taken both before without harm"), ("other", "Another reason"), ("none", "No reason given"),
    }  # fmt: skip
