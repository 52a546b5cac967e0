"""When an answer falls: only for what has grown worse since it was given, and always then."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitoring.regimens.rules import (
    Cause,
    Course,
    Facts,
    Given,
    Promise,
    Span,
    Taken,
    causes,
    in_words,
    kept,
    read_facts,
    reopening,
    taken,
)

DAY = date(2026, 6, 15)
AT = datetime(2026, 6, 15, 9, 0, tzinfo=UTC)
LATER = AT + timedelta(days=3)


def mg(most: int | None, *routes: str, row: str = "row", signed: datetime | None = None) -> Taken:
    amount = None if most is None else Decimal(most)
    return Taken(amount, "mg", frozenset(routes or ("oral",)), {row: amount}, {} if signed is None else {row: signed})


def facts(**changes: object) -> Facts:
    known = Facts(
        severity="moderate", release="2026.11", said={"title": "a", "effects": "b", "factor alcohol": "c"},
        raising={"alcohol": "Drinks alcohol daily"}, raised_by=frozenset(),
        taken={"baclofen": mg(30), "amitriptyline": mg(25, row="other")}, others=frozenset({"paracetamol"}),
        egfr=Decimal(75), age=64,
    )  # fmt: skip
    return replace(known, **changes)  # type: ignore[arg-type]


def answer(then: Facts | None, promise: Promise | None = None) -> Given:
    return Given(AT, DAY + timedelta(days=30), then, promise)


def why(then: Facts | None, now: Facts, *, today: date = DAY, promise: Promise | None = None) -> list[str]:
    return causes(reopening(answer(then, promise), now, today=today))


class TestWhatFells:
    def test_unchanged_and_reasoned_stays_quiet(self) -> None:
        assert why(facts(), facts()) == []

    def test_an_answer_of_which_nothing_was_kept_is_asked_for_again(self) -> None:
        assert why(None, facts()) == [Cause.NOT_KEPT]

    @pytest.mark.parametrize(
        ("now", "cause", "words"),
        [
            ({"severity": "major"}, Cause.SEVERITY, "severity rose from moderate to major"),
            ({"taken": facts().taken | {"lorazepam": mg(1)}}, Cause.MEDICINE, "lorazepam now takes part"),
            (
                {"raising": {"alcohol": "", "opioid": "Also takes an opioid: morphine"}, "raised_by": {"morphine"}},
                Cause.MEDICINE, "morphine now raises the risk",
            ),
            ({"raising": {"alcohol": "", "copd": "COPD"}}, Cause.FACTOR, "new risk factor: COPD"),
            ({"taken": {"baclofen": mg(35)}}, Cause.DOSE, "baclofen rose from 30 to 35 mg a day"),
            ({"taken": {"baclofen": mg(None)}}, Cause.DOSE, "how much baclofen is taken a day can no longer be told"),
            ({"taken": {"baclofen": mg(30, "intrathecal")}}, Cause.ROUTE, "baclofen is taken another way: intrathecal"),
            ({"egfr": Decimal(59)}, Cause.EGFR, "eGFR fell from 60 to 89 and is now 59 (30 to 59)"),
            ({"egfr": None}, Cause.EGFR, "the eGFR is no longer known"),
            ({"age": 65}, Cause.AGE, "the patient has reached 65"),
            ({"age": None}, Cause.AGE, "the age is no longer known"),
            (
                {"release": "2026.12", "said": {"title": "a", "effects": "B"}},
                Cause.RELEASE, "the rules of 2026.12 changed what may happen",
            ),
            (
                {"release": "2026.12", "said": {"title": "a", "factor alcohol": "C"}},
                Cause.RELEASE, "the rules of 2026.12 changed a risk factor",
            ),
        ],
    )  # fmt: skip
    def test_each_change_for_the_worse_says_what_it_is(self, now: dict[str, object], cause: Cause, words: str) -> None:
        found = reopening(answer(facts()), facts(**now), today=DAY)
        assert (causes(found), in_words(found)) == ([cause], words)

    @pytest.mark.parametrize(
        "now",
        [
            {"severity": "minor"},
            {"raising": {}},
            {"taken": {"baclofen": mg(10), "amitriptyline": mg(25, row="other")}},
            {"taken": {"baclofen": mg(30)}},
            {"taken": {"baclofen": Taken(Decimal(0))}},
            {"egfr": Decimal(89)},
            {"egfr": Decimal(60)},
            {"egfr": Decimal(120)},
            {"age": 63},
            {"others": frozenset({"paracetamol", "ramipril"})},
            {"release": "2026.12"},
            {"said": {"title": "reworded within a release, which cannot be"}},
            {"release": "2026.12", "said": {"title": "a", "effects": "b", "factor copd": "only now"}},
        ],
    )
    def test_what_is_no_worse_stays_quiet(self, now: dict[str, object]) -> None:
        assert why(facts(), facts(**now)) == []

    def test_time_is_up_the_day_after_the_last_one(self) -> None:
        last = DAY + timedelta(days=30)
        assert why(facts(), facts(), today=last) == []
        assert why(facts(), facts(), today=last + timedelta(days=1)) == [Cause.EXPIRED]

    @pytest.mark.parametrize(
        ("promise", "broken"),
        [
            (Promise(10, 9, 0, ended=False), False),
            (Promise(10, 9, 1, ended=False), False),
            (Promise(10, 8, 2, ended=False), True),
            (Promise(0, 0, 0, ended=False), False),
            (Promise(3, 3, 0, ended=True), True),
        ],
    )
    def test_promised_monitoring_that_is_not_done(self, promise: Promise, broken: bool) -> None:
        assert why(facts(), facts(), promise=promise) == ([Cause.MONITORING] if broken else [])

    def test_all_reasons_are_told_at_once(self) -> None:
        found = reopening(answer(facts()), facts(severity="major", age=75), today=DAY + timedelta(days=99))
        assert in_words(found) == (
            "severity rose from moderate to major; the patient has reached 75; the answer has expired"
        )


class TestNotKnownThen:
    """What the author of an answer did not know was not weighed; when it becomes known and is not at its best, ask."""

    @pytest.mark.parametrize(("egfr", "asks"), [(95, False), (89, True), (20, True)])
    def test_an_egfr_that_becomes_known(self, egfr: int, asks: bool) -> None:
        assert (Cause.EGFR in why(facts(egfr=None), facts(egfr=Decimal(egfr)))) is asks

    def test_a_dose_that_becomes_known(self) -> None:
        assert why(facts(taken={"baclofen": mg(None)}), facts()) == [Cause.MEDICINE, Cause.DOSE]

    def test_a_dose_still_not_known_is_no_news_but_another_such_prescription_is(self) -> None:
        then = facts(taken={"baclofen": mg(None)})
        assert why(then, then) == []
        both = Taken(None, "", frozenset({"oral"}), {"row": None, "new": None})
        assert why(then, facts(taken={"baclofen": both})) == [Cause.DOSE]

    def test_an_age_that_becomes_known(self) -> None:
        assert why(facts(age=None), facts(age=64)) == []
        assert why(facts(age=None), facts(age=80)) == [Cause.AGE]


class TestSignedPlans:
    def test_a_step_of_a_plan_that_was_signed_after_the_answer_is_quiet(self) -> None:
        assert why(facts(), facts(taken={"baclofen": mg(45, signed=LATER)})) == []

    def test_a_plan_signed_before_covers_only_what_the_answer_named(self) -> None:
        earlier = AT - timedelta(days=1)
        assert why(facts(), facts(taken={"baclofen": mg(45, signed=earlier)})) == [Cause.DOSE]

    def test_the_signature_of_one_prescription_does_not_cover_another(self) -> None:
        two = Taken(Decimal(55), "mg", frozenset({"oral"}), {"row": Decimal(45), "new": Decimal(10)}, {"row": LATER})
        assert why(facts(), facts(taken={"baclofen": two})) == [Cause.DOSE]


def course(*spans: Span, row: str = "row", route: str = "oral", up_to: int | None = None) -> Course:
    signed = (None, "", None) if up_to is None else (Decimal(up_to), "mg", AT)
    return Course(row, "baclofen", route, spans, *signed)


def span(amount: int | None, start: int = -30, end: int | None = None, unit: str = "mg") -> Span:
    days = [None if each is None else DAY + timedelta(days=each) for each in (start, end)]
    return Span(days[0], days[1], None if amount is None else Decimal(amount), unit)


class TestTaken:
    """The most of one day, now or planned: whoever answers sees what is already written down."""

    def test_prescriptions_of_one_day_add_up_and_those_that_follow_do_not(self) -> None:
        assert taken([course(span(30)), course(span(10), row="b")], DAY).most == 40
        assert taken([course(span(30, -30, 4)), course(span(20, 5), row="b")], DAY).most == 30

    def test_a_dose_planned_for_later_counts_from_the_day_it_is_written(self) -> None:
        assert taken([course(span(30, -30, 6), span(45, 7))], DAY).most == 45

    def test_what_is_over_does_not_count(self) -> None:
        found = taken([course(span(60, -30, -1))], DAY)
        assert (found.most, found.rows, found.routes) == (0, {}, frozenset())

    def test_one_unknown_amount_makes_the_day_unknown(self) -> None:
        assert taken([course(span(30)), course(span(None, unit=""), row="b")], DAY).most is None

    def test_units_that_cannot_be_added_are_not(self) -> None:
        assert taken([course(span(30)), course(span(2, unit="patch"), row="b")], DAY).most is None

    def test_a_running_plan_counts_with_the_most_it_may_reach(self) -> None:
        found = taken([course(span(30), up_to=60)], DAY)
        assert (found.most, found.signed) == (60, {"row": AT})

    def test_a_dose_above_the_signature_is_not_covered_by_it(self) -> None:
        found = taken([course(span(80), up_to=60)], DAY)
        assert (found.most, found.signed) == (80, {})


def test_facts_are_kept_and_read_back_without_a_word_about_the_patient() -> None:
    then = facts()
    stored = kept(then)
    assert "Drinks" not in str(stored)
    back = read_facts(stored)
    assert back == replace(then, raising={"alcohol": ""})
    assert back is not None
    assert why(back, then) == []
    assert read_facts({}) is None
    assert read_facts(stored | {"version": 99}) is None


AMOUNT = st.integers(min_value=1, max_value=200)
SEVERITY = st.sampled_from(["minor", "moderate", "major", "contraindicated"])
FACTORS = st.sets(st.sampled_from(["alcohol", "copd", "opioid", "self_harm"]))
any_facts = st.builds(
    lambda severity, raising, amount, other, egfr, age: facts(
        severity=severity, raising=dict.fromkeys(raising, ""), egfr=egfr, age=age,
        taken={"baclofen": mg(amount), "amitriptyline": mg(other, row="other")},
    ),
    SEVERITY, FACTORS, st.none() | AMOUNT, AMOUNT, st.none() | st.decimals(1, 130, places=0), st.integers(18, 100),
)  # fmt: skip


@given(any_facts)
def test_nothing_changed_asks_nothing(then: Facts) -> None:
    assert why(then, then) == []
    assert why(read_facts(kept(then)), then) == []


def _worse_severity(now: Facts) -> Facts:
    return replace(now, severity="contraindicated")


def _another_factor(now: Facts) -> Facts:
    return replace(now, raising={**now.raising, "dialysis": "On dialysis"})


def _another_medicine(now: Facts) -> Facts:
    return replace(now, taken={**now.taken, "zolpidem": mg(10)})


def _higher_dose(now: Facts) -> Facts:
    amount = now.taken["amitriptyline"].most or Decimal(0)
    return replace(now, taken={**now.taken, "amitriptyline": mg(int(amount) + 5, row="other")})


def _lower_egfr(now: Facts) -> Facts:
    return replace(now, egfr=Decimal(8))


def _older(now: Facts) -> Facts:
    return replace(now, age=(now.age or 0) + 10)


def _unknown_egfr(now: Facts) -> Facts:
    return replace(now, egfr=None)


WORSE = (_worse_severity, _another_factor, _another_medicine, _higher_dose, _lower_egfr, _older)


@given(any_facts, any_facts, st.sampled_from(WORSE))
def test_an_answer_that_falls_never_stands_up_again_when_things_get_worse(
    then: Facts, now: Facts, worse: Callable[[Facts], Facts]
) -> None:
    if why(then, now):
        assert why(then, worse(now))


@given(any_facts, st.sampled_from([_another_factor, _another_medicine, _higher_dose]))
def test_every_such_change_alone_makes_it_fall(then: Facts, worse: Callable[[Facts], Facts]) -> None:
    assert why(then, worse(then))


@given(any_facts)
def test_losing_a_fact_never_keeps_an_answer_standing(then: Facts) -> None:
    assert bool(why(then, _unknown_egfr(then))) is (then.egfr is not None)
