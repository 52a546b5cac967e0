"""What a finding asks of a clinician, and what counts as stopping baclofen abruptly."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interactions.checking import Exposure, Finding, PatientContext, Route, Severity, State, check_regimen
from interactions.checking.reasons import DISPLAYS, listed_codes
from interactions.knowledge.loader import current_release
from monitoring.regimens import rules
from monitoring.regimens.models import OverrideReason
from monitoring.regimens.rules import DoseSpan
from tests.monitoring.regimens.conftest import mg

DAY = date(2026, 6, 15)


def pair() -> Finding:
    taken = [
        Exposure(ingredient=name, route=Route.ORAL, dose=mg(10), start=date(2026, 3, 1))
        for name in ("baclofen", "amitriptyline")
    ]
    context = PatientContext(age=42, egfr=Decimal(95), conditions_known=True)
    return next(f for f in check_regimen(taken, context, DAY).findings if f.code == "PAIR_CNS")


class TestMustAcknowledge:
    @pytest.mark.parametrize("severity", [Severity.MINOR, Severity.MODERATE, Severity.MAJOR])
    def test_the_pair_is_asked_about_at_any_severity(self, severity: Severity) -> None:
        assert rules.must_acknowledge(pair()._replace(severity=severity))

    @pytest.mark.parametrize("state", list(State)[:3])
    def test_major_is_asked_about_in_every_state(self, state: State) -> None:
        text = replace(pair().text, code="OPIOID_STACK")
        assert rules.must_acknowledge(pair()._replace(text=text, severity=Severity.MAJOR, state=state))
        assert rules.must_acknowledge(pair()._replace(text=text, severity=Severity.CONTRAINDICATED, state=state))
        assert not rules.must_acknowledge(pair()._replace(text=text, severity=Severity.MODERATE, state=state))

    def test_what_is_under_way_never_holds_a_remedy_back(self) -> None:
        assert not rules.holds_prescription("WITHDRAWAL")
        assert rules.holds_prescription("PAIR_CNS")


class TestReasons:
    @pytest.mark.parametrize("code", [*sorted(listed_codes()), "anything new"])
    def test_each_finding_offers_four_to_six_known_reasons(self, code: str) -> None:
        reasons = rules.reasons_for(code)
        assert 4 <= len(reasons) <= 6
        assert len(set(reasons)) == len(reasons)
        assert set(reasons) <= set(OverrideReason.values)

    def test_every_code_of_the_rules_in_force_has_reasons_of_its_own(self) -> None:
        assert {rule.code for rule in current_release().rules.values()} <= listed_codes()

    def test_every_reason_is_offered_somewhere(self) -> None:
        offered = {reason for code in listed_codes() for reason in rules.reasons_for(code)}
        assert offered == set(OverrideReason.values)

    def test_a_reason_says_the_same_here_and_in_a_hospital_system(self) -> None:
        assert dict(OverrideReason.choices) == dict(DISPLAYS)

    def test_nobody_tolerates_a_contraindicated_pair_before(self) -> None:
        assert "tolerated" not in rules.reasons_for("MAOI")

    def test_an_answer_to_a_major_flag_stands_for_30_days(self) -> None:
        assert rules.expires_on("major", DAY) == DAY + timedelta(days=30)
        assert rules.expires_on("moderate", DAY) == DAY + timedelta(days=90)


class TestFingerprint:
    def test_the_order_of_medicines_does_not_matter(self) -> None:
        turned = pair()._replace(participants=tuple(reversed(pair().participants)))
        assert rules.fingerprint(pair()) == rules.fingerprint(turned)

    def test_of_several_alike_the_worst_stands_and_coming_ones_are_apart(self) -> None:
        worse = pair()._replace(severity=Severity.MAJOR)
        coming = worse._replace(state=State.UPCOMING, starts=DAY + timedelta(days=9))
        assert list(rules.by_fingerprint([pair(), worse]).values()) == [worse]
        assert set(rules.by_fingerprint([pair(), coming]).values()) == {pair(), coming}
        assert list(rules.by_fingerprint([coming])) == [rules.fingerprint(pair())]


def spans(*steps: tuple[int, int | None]) -> list[DoseSpan]:
    """(days, mg a day) one after the other, the last ending on DAY."""
    start = DAY - timedelta(days=sum(days for days, _ in steps) - 1)
    found = []
    for days, amount in steps:
        end = start + timedelta(days=days - 1)
        found.append(DoseSpan(start, end, None if amount is None else Decimal(amount)))
        start = end + timedelta(days=1)
    return found


class TestStop:
    @pytest.mark.parametrize(
        ("steps", "asks"),
        [
            ([(27, 30)], False),
            ([(28, 30)], True),
            ([(60, 30), (6, 10)], True),
            ([(60, 30), (7, 20), (7, 10)], False),
            ([(60, 30), (14, 20)], True),
            ([(10, 10), (60, 30)], True),
            ([(60, 10)], True),
            ([(60, None)], True),
            ([(60, 30), (14, None)], True),
        ],
    )
    def test_a_stop_after_four_weeks_needs_a_week_of_taper_to_ten_mg(
        self, steps: list[tuple[int, int | None]], asks: bool
    ) -> None:
        assert rules.stop_needs_taper(spans(*steps), DAY, route="oral") is asks

    def test_an_unknown_start_counts_as_long_use(self) -> None:
        assert rules.stop_needs_taper([DoseSpan(None, None, Decimal(30))], DAY, route="oral")

    def test_a_pump_always_asks_and_a_cream_never_does(self) -> None:
        assert rules.stop_needs_taper(spans((2, 1)), DAY, route="intrathecal")
        assert not rules.stop_needs_taper(spans((90, 30)), DAY, route="topical")

    def test_a_new_strength_does_not_begin_the_use_anew(self) -> None:
        first = [DoseSpan(DAY - timedelta(days=60), DAY - timedelta(days=11), Decimal(30))]
        second = [DoseSpan(DAY - timedelta(days=8), None, Decimal(30))]
        assert rules.stop_needs_taper(rules.combined([first, second], DAY), DAY, route="oral")
        long_ago = [DoseSpan(DAY - timedelta(days=60), DAY - timedelta(days=30), Decimal(30))]
        assert not rules.stop_needs_taper(rules.combined([long_ago, second], DAY), DAY, route="oral")

    def test_two_strengths_taken_together_add_up(self) -> None:
        one, two = spans((40, 20)), spans((30, 10))
        assert [span.daily_mg for span in rules.combined([one, two], DAY)] == [Decimal(20), Decimal(30)]


class TestFall:
    @pytest.mark.parametrize(
        ("steps", "new", "abrupt"),
        [
            ([(40, 30)], 20, False),
            ([(40, 30)], 19, True),
            ([(40, 30)], 15, True),
            ([(40, 20)], 11, False),
            ([(40, 20)], 10, True),
            ([(20, 60)], 10, False),
            ([(40, 60), (3, 50)], 45, True),
            ([(40, 60), (8, 50)], 45, False),
            ([(40, 30)], 40, False),
        ],
    )
    def test_half_or_more_than_ten_mg_in_a_week_is_too_fast(
        self, steps: list[tuple[int, int | None]], new: int, abrupt: bool
    ) -> None:
        assert rules.abrupt_fall(spans(*steps), Decimal(new), DAY + timedelta(days=1), route="oral") is abrupt

    @given(st.integers(min_value=1, max_value=100), st.integers(min_value=1, max_value=100))
    def test_a_rise_is_never_a_fall(self, now: int, more: int) -> None:
        rise = Decimal(now + more)
        assert not rules.abrupt_fall(spans((40, now)), rise, DAY + timedelta(days=1), route="oral")
