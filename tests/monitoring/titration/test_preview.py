"""A draft drawn after what came before it: the values, the picture, and the table that says the same."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from xml.etree import ElementTree as ET

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from monitoring.checkins.models import CheckIn, CheckInState, SymptomReport
from monitoring.people.models import Patient, User
from monitoring.regimens.models import Prescription
from monitoring.titration.actions import redraw_plan
from monitoring.titration.queries.preview import preview_of
from monitoring.titration.svg import draw, height
from monitoring.titration.timeline import (
    AFTER_DAYS,
    PAST_DAYS,
    DoseSpan,
    Lane,
    Preview,
    clipped,
    planned_spans,
    stretches,
    window,
)
from tests.monitoring.titration.conftest import DOWN, Draw, Report, address, planned, words

TODAY = date(2026, 6, 15)


def day(offset: int) -> date:
    return TODAY + timedelta(days=offset)


def sample(**more: object) -> Preview:
    spans = (
        DoseSpan(day(-20), TODAY, Decimal(30)),
        *planned_spans([(day(3), Decimal(20))], Decimal(30), TODAY, day(17)),
    )
    given: dict[str, object] = {
        "first": day(-20), "today": TODAY, "last": day(17), "lanes": (Lane("Baclofen", "bac", spans),),
        "levels": {day(-3): 0, day(-2): 2, day(-1): None}, "missed": frozenset({day(-4)}),
    }  # fmt: skip
    return Preview(**(given | more))  # type: ignore[arg-type]


def test_the_window_reaches_past_the_last_step() -> None:
    assert window(TODAY, [(day(3), Decimal(5)), (day(30), Decimal(0))]) == (day(1 - PAST_DAYS), day(30 + AFTER_DAYS))
    assert window(TODAY, []) == (day(1 - PAST_DAYS), day(AFTER_DAYS))


@given(offsets=st.lists(st.integers(1, 90), unique=True, max_size=8).map(sorted))
def test_the_days_to_come_are_covered_once_each(offsets: list[int]) -> None:
    spans = planned_spans([(day(offset), Decimal(offset)) for offset in offsets], Decimal(1), TODAY, day(100))
    covered = [span.first + timedelta(days=n) for span in spans for n in range((span.last - span.first).days + 1)]
    assert covered == [day(offset) for offset in range(1, 101)]
    assert all(span.planned for span in spans)


def test_what_lies_outside_the_window_is_cut_away() -> None:
    spans = [DoseSpan(day(-90), day(-80), None), DoseSpan(day(-30), day(-5), Decimal(5))]
    assert clipped(spans, day(-10), day(10)) == (DoseSpan(day(-10), day(-5), Decimal(5)),)


def test_the_table_says_what_the_picture_shows() -> None:
    past, kept, drawn = stretches(sample())
    assert (past.first, past.last, past.doses, past.planned) == (day(-20), TODAY, ("30\u00a0mg",), False)
    assert past.check_ins == "1 clear, 1 Check, 1 not judged, 1 missed"
    assert (kept.last, kept.planned, kept.check_ins) == (day(2), True, "")
    assert (drawn.first, drawn.last, drawn.doses) == (day(3), day(17), ("20\u00a0mg",))


def test_no_check_in_is_told_as_none_and_never_as_clear() -> None:
    assert stretches(sample(levels={}, missed=frozenset()))[0].check_ins == "none"


def test_an_unknown_dose_and_no_dose_are_two_things() -> None:
    lane = Lane("Baclofen", "bac", (DoseSpan(day(0), day(0), None), DoseSpan(day(1), day(1), Decimal(0))))
    assert [lane.on(day(offset)) for offset in range(3)] == ["dose not known", "none", "–"]


def test_the_picture_is_well_formed_and_within_its_frame() -> None:
    unknown = Lane("Amitriptyline", "ami", (DoseSpan(day(-20), TODAY, None),))
    preview = sample(lanes=(*sample().lanes, unknown))
    root = ET.fromstring(f"<svg>{draw(preview)}</svg>")  # noqa: S314 - drawn by this test
    said = [element.text for element in root.iter("text")]
    assert {"Baclofen", "Amitriptyline", "30", "20", "dose unknown", "Today", "?", "clear", "Check"} <= set(said)
    assert len(root.findall(".//circle")) == 2
    assert all(float(line.get("y2") or 0) <= height(preview) for line in root.iter("line"))
    assert "style" not in {name for element in root.iter() for name in element.attrib}


def test_names_are_escaped() -> None:
    assert "<script" not in draw(sample(lanes=(Lane("<script>", "other", ()),)))


# --- from the tables -------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_doses_and_check_ins_are_read_as_they_were(
    draw: Draw, baclofen: Prescription, patient: Patient, report: Report, today: date, now: datetime
) -> None:
    baclofen.dose_periods.update(starts_on=today - timedelta(days=5))
    report(today, q1_sleepiness=3)
    CheckIn.objects.create(
        patient=patient, local_date=today - timedelta(days=1), opens_at=now - timedelta(days=1),
        closes_at=now - timedelta(hours=12), state=CheckInState.MISSED,
    )  # fmt: skip
    preview = preview_of(draw(DOWN, direction="taper"), today)
    (lane,) = preview.lanes
    assert [(span.daily, span.planned) for span in lane.spans] == [
        (Decimal(30), False), (Decimal(30), True), (Decimal(20), True), (Decimal(10), True), (Decimal(0), True)
    ]  # fmt: skip
    assert lane.spans[0].first == today - timedelta(days=5)
    assert preview.levels == {today: SymptomReport.objects.get().level}
    assert preview.missed == {today - timedelta(days=1)}


@pytest.mark.django_db
def test_the_worst_of_a_day_counts_and_unjudged_is_the_worst(
    draw: Draw, baclofen: Prescription, report: Report, today: date
) -> None:
    report(today)
    second = report(today, hour=12)
    SymptomReport.objects.filter(pk=second.pk).update(level=3)
    plan = draw()
    assert preview_of(plan, today).levels == {today: 3}
    SymptomReport.objects.filter(pk=second.pk).update(level=None)
    assert preview_of(plan, today).levels == {today: None}


@pytest.mark.django_db
def test_the_draft_shows_the_picture_its_table_and_what_to_watch_for(alice: Client, draw: Draw) -> None:
    page = words(alice.get(address(draw(DOWN, direction="taper"))))
    assert "This draft after what came before it" in page
    assert "Show as a table" in page
    assert "until 14 days after the last step" in page
    assert "Baclofen withdrawal as it was seen" in page
    assert "Secondary source: " in page


@pytest.mark.django_db
def test_a_rise_has_no_withdrawal_to_watch_for(alice: Client, draw: Draw) -> None:
    page = words(alice.get(address(draw())))
    assert "This draft after what came before it" in page
    assert "Watch for withdrawal" not in page


@pytest.mark.django_db
def test_the_picture_follows_the_draft(draw: Draw, clinician: User, now: datetime, today: date) -> None:
    plan = draw()
    redraw_plan(
        plan=plan, steps=planned(today, ((30, (10, 10, 12)),)), policy=plan.policy, note="", by=clinician, now=now
    )
    assert preview_of(plan, today).last == today + timedelta(days=30 + AFTER_DAYS)
