"""Instructions as people type them, read to a dose in Decimal or to a reason why not."""

from decimal import Decimal

import pytest

from interactions.knowledge.release import Strength
from interactions.medicines.dose import Dose
from interactions.medicines.sig import NO_STRENGTH, read_sig

TEN = Strength(ingredient="baclofen", amount=Decimal(10))


def mg(*amounts: str) -> Dose:
    return Dose(tuple(Decimal(amount) for amount in amounts), "mg")


@pytest.mark.parametrize(
    ("text", "amounts"),
    [
        ("10 mg three times daily", ("10", "10", "10")),
        ("10mg TID", ("10", "10", "10")),
        ("10mg tds", ("10", "10", "10")),
        ("10 mg t.d.s.", ("10", "10", "10")),
        ("15 mg three times a day", ("15", "15", "15")),
        ("10 mg 3 times per day", ("10", "10", "10")),
        ("10 mg 3x/day", ("10", "10", "10")),
        ("10 mg x 3 daily", ("10", "10", "10")),
        ("10mg x3/day", ("10", "10", "10")),
        ("50mg q.h.s.", ("50",)),
        ("60 mg daily divided tid", ("20", "20", "20")),
        ("30 mg in three divided doses", ("10", "10", "10")),
        ("60 mg/day in divided doses", ("60",)),
        ("Tab 10mg #90 Sig: 1 tab TID", ("10", "10", "10")),
        ("25mg 2 tabs at bedtime", ("50",)),
        ("10mg 1 tablet 3 times a day with meals", ("10", "10", "10")),
        ("10mg 2 tds", ("20", "20", "20")),
        ("25mg ii tds", ("50", "50", "50")),
        ("1 tab (10 mg) tid", ("10", "10", "10")),
        ("½ tablet of 10 mg tid", ("5", "5", "5")),
        ("10 mg tab take 1 and a half tabs tid", ("15", "15", "15")),
        ("10 mg tid x 7 days", ("10", "10", "10")),
        ("10 mg tid for 2 weeks", ("10", "10", "10")),
        ("1 mg bd", ("1", "1")),
        ("1 mg BID", ("1", "1")),
        ("5 mg twice daily", ("5", "5")),
        ("10 mg qid", ("10",) * 4),
        ("10 mg qds", ("10",) * 4),
        ("10 mg every 6 h", ("10",) * 4),
        ("10 mg q6h", ("10",) * 4),
        ("10 mg 6-hourly", ("10",) * 4),
        ("10 mg every 12 hours", ("10", "10")),
        ("10 mg od", ("10",)),
        ("10 mg daily", ("10",)),
        ("10 mg/day", ("10",)),
        ("10 mg per day", ("10",)),
        ("10 mg once a day", ("10",)),
        ("25 mg qhs", ("25",)),
        ("10mg nocte", ("10",)),
        ("50 mg nightly", ("50",)),
        ("25 mg at night", ("25",)),
        ("25 mg at bedtime", ("25",)),
        ("25 mg daily at night", ("25",)),
        ("2,5 mg nocte", ("2.5",)),
        ("12.5mg mane", ("12.5",)),
        (".5 mg bd", ("0.5", "0.5")),
        ("10 mg in the morning and 20 mg at night", ("10", "20")),
        ("morning 10 mg, night 20 mg", ("10", "20")),
        ("10 mg morning, noon and night", ("10", "10", "10")),
        ("10 mg tid and 20 mg at night", ("10", "10", "10", "20")),
        ("10 mg at 8am, 2 pm and 22:00", ("10", "10", "10")),
        ("30 mg daily in 3 divided doses", ("10", "10", "10")),
        ("2 x 10 mg tid", ("20", "20", "20")),
        ("10 mg tablets, 2 tds", ("20", "20", "20")),
        ("10 mg tablet tid", ("10", "10", "10")),
        ("10 mg 1-0-1", ("10", "10")),
        ("10 mg/5 mL 5 ml tds", ("10", "10", "10")),
        ("1 mg/mL, 10 mL bd", ("10", "10")),
        ("10mg/5ml 10 mg tds", ("10", "10", "10")),
        ("baclofen 10 mg, take 10 mg tds", ("10", "10", "10")),
        ("baclofen 10 mg three times daily", ("10", "10", "10")),
        ("Take 10 mg three times a day with food, max 80 mg per day", ("10", "10", "10")),
        ("10mg 1 tablet by mouth 3 (three) times a day", ("10", "10", "10")),
        ("one (1) tablet of 10 mg every eight (8) hours", ("10", "10", "10")),
        ("10mg tablets take 1 tablet(s) three times a day", ("10", "10", "10")),
        ("10mg three a day", ("30",)),
        ("10 mg ter in die", ("10", "10", "10")),
        ("30mg/24h", ("30",)),
        ("30 mg per 24 hours", ("30",)),
        ("10mg/8h", ("10", "10", "10")),
        ("10 mg qday", ("10",)),
        ("10mg 1 - 0 - 1", ("10", "10")),
        ("10 mg mane, 5 mg midi, 10 mg nocte", ("10", "5", "10")),
        ("20mg 1/2 bd", ("10", "10")),
        ("20 mg 1\u20442 tab bd", ("10", "10")),
        ("10 mg ×3/day", ("10", "10", "10")),
        ("1\u066b5 mg bd", ("1.5", "1.5")),
        ("fifteen mg bd", ("15", "15")),
        ("twenty-five milligrams at night", ("25",)),
        ("5-5-10 mg", ("5", "5", "10")),
        ("5/5/10 mg", ("5", "5", "10")),
        ("10 mg 1+0+1", ("10", "10")),
        ("10 mg every hour", ("10",) * 24),
        ("10 mg 3 fois par jour", ("10", "10", "10")),
        ("10 mg 3 mal täglich", ("10", "10", "10")),
        ("10 mg cada 8 horas", ("10", "10", "10")),
        ("25 mg zur Nacht", ("25",)),
        ("25 mg au coucher", ("25",)),
        ("10 mg 3 dd", ("10", "10", "10")),
        ("20 mg tds (60 mg daily)", ("20", "20", "20")),
        ("20 mg tds (total 60 mg/day)", ("20", "20", "20")),
        ("10 mg three times a day = 30 mg/day", ("10", "10", "10")),
        ("10mg take ONE or TWO three times daily", ("20", "20", "20")),
        ("10mg one to three nocte", ("30",)),
        ("10mg tablets 1–2 tds", ("20", "20", "20")),
    ],
)
def test_amount_and_frequency(text: str, amounts: tuple[str, ...]) -> None:
    reading = read_sig(text)
    assert reading.dose == mg(*amounts), reading.problems
    assert reading.dose is not None
    assert reading.dose.daily == sum(map(Decimal, amounts))


@pytest.mark.parametrize(
    ("text", "times"),
    [
        ("25 mg at night", ("night",)),
        ("5 mg in the morning and 10 mg at night", ("morning", "night")),
        ("10 mg tid", ()),
        ("10 mg three times a day: morning, midday and night", ("morning", "midday", "night")),
        ("5 mg 1-1-0-2", ("morning", "midday", "night", "night")),
    ],
)
def test_times_of_day_are_kept_when_written(text: str, times: tuple[str, ...]) -> None:
    dose = read_sig(text).dose
    assert dose is not None
    if text.startswith("5 mg 1-1-0-2"):
        assert dose == mg("5", "5", "10")
        assert dose.times == ("morning", "midday", "night")
    else:
        assert dose.times == times


@pytest.mark.parametrize(
    ("text", "unit", "daily"),
    [
        ("450 micrograms/day", "microgram", "450"),
        ("450 mcg per day", "microgram", "450"),
        ("450 µg/day", "microgram", "450"),
        ("450 μg daily", "microgram", "450"),
        ("18.75 mcg/h", "microgram", "450"),
        ("1 g qds", "g", "4"),
        ("alcohol daily 6 drinks", "drink", "6"),
        ("0.45 mg/day", "mg", "0.45"),
    ],
)
def test_the_unit_stays_as_written(text: str, unit: str, daily: str) -> None:
    dose = read_sig(text).dose
    assert dose is not None
    assert dose.unit == unit
    assert dose.daily == Decimal(daily)


@pytest.mark.parametrize(
    ("text", "amounts"),
    [
        ("5-10 mg tid", ("10", "10", "10")),
        ("5 to 10 mg tid", ("10", "10", "10")),
        ("10 mg - 20 mg bd", ("20", "20")),
        ("10 mg every 6-8 hours", ("10",) * 4),
        ("10 mg every 4 to 6 h", ("10",) * 6),
        ("10 mg 3-4 times a day", ("10",) * 4),
        ("10 mg every 5 h", ("10",) * 5),
    ],
)
def test_a_range_keeps_the_most_and_says_so(text: str, amounts: tuple[str, ...]) -> None:
    reading = read_sig(text)
    assert reading.dose == mg(*amounts)
    assert reading.problems


@pytest.mark.parametrize(
    ("text", "strength", "expected"),
    [
        ("1 tab bd", TEN, mg("10", "10")),
        ("1-2 tabs qds", TEN, mg("20", "20", "20", "20")),
        ("Take 1 tablet three times a day", TEN, mg("10", "10", "10")),
        ("take one tablet at night", TEN, mg("10")),
        ("half a tablet at night", TEN, mg("5")),
        ("½ tab nocte", TEN, mg("5")),
        ("1½ tabs bd", TEN, mg("15", "15")),
        ("1 1/2 tabs bd", TEN, mg("15", "15")),
        ("1/2 tablet daily", TEN, mg("5")),
        ("2 tds", TEN, mg("20", "20", "20")),
        ("1-1-1", TEN, mg("10", "10", "10")),
        ("5 ml tds", Strength(ingredient="b", amount=Decimal(10), per=Decimal(5), per_unit="mL"), mg("10", "10", "10")),
        ("15 mg tds", TEN, mg("15", "15", "15")),
    ],
)
def test_a_count_needs_the_strength_of_the_product(text: str, strength: Strength, expected: Dose) -> None:
    assert read_sig(text, strength=strength).dose == expected
    if "mg" not in text and "ml" not in text:
        reading = read_sig(text)
        assert reading.dose is None
        assert reading.count is not None
        assert reading.count.unit == "tablet"
        assert NO_STRENGTH in reading.problems


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("1,000 mg bd", "two ways"),
        ("1.000 mg bd", "two ways"),
        ("1.234,5 mg bd", "two ways"),
        ("-10 mg tid", "negative"),
        ("−10 mg tid", "negative"),
        ("1e5 mg daily", "exponent"),
        ("0 mg tid", "range"),
        ("999999999 mg od", "range"),
        ("0.5 mg/kg/day", "body weight"),
        ("5 ml tds", "concentration"),
        ("10 tid", "no unit"),
        ("10 mg tid 20 mg", "two amounts"),
        ("10 mg daily and 20 mg weekly", "different periods"),
        ("2 tabs (20 mg) tid", "two amounts"),
        ("10 mg 30 tid", "no unit"),
        ("10 mg tid then 20 mg tid", "changes over time"),
        ("10 mg or 20 mg at night", "leaves a choice"),
        ("5 mg/m2 daily", "body surface"),
        ("weaning 5 mg a week", "changes over time"),
        ("reduce by 5 mg weekly", "changes over time"),
        ("5 mg tid, increase by 5 mg every 3 days to 20 mg tid", "changes over time"),
        ("10 000 mcg tid", "two ways"),
        ("10 U tid", "unit is not read"),
        ("one teaspoon at night", "unit is not read"),
        ("10 mg every 3 days on Mondays", "another interval"),
        ("nan mg tid", "no amount"),
        ("inf mg tid", "no amount"),
        ("apply to feet twice daily", "no amount"),
        ("baclofen 2%/amitriptyline 4%/ketamine 2% gel apply to feet twice daily", "no amount"),
        ("ointment twice daily", "no amount"),
        ("2 puffs bd", "puff"),
        ("", "no amount"),
        ("x" * 3000, "too long"),
    ],
)
def test_what_has_no_safe_reading_gives_no_dose_and_a_reason(text: str, says: str) -> None:
    reading = read_sig(text)
    assert reading.dose is None
    assert any(says in problem for problem in reading.problems), reading.problems


def test_conflicting_frequencies_keep_the_larger_and_say_so() -> None:
    reading = read_sig("10 mg every 4 hours up to 4 times a day")
    assert reading.dose is not None
    assert len(reading.dose.amounts) == 6
    assert any("two frequencies" in problem for problem in reading.problems)


def test_a_day_that_does_not_share_out_is_kept_whole() -> None:
    reading = read_sig("100 mg daily in 3 divided doses")
    assert reading.dose == mg("100")
    assert reading.problems


def test_several_ingredients_leave_only_counts() -> None:
    assert read_sig("5 mg tid", several=True).dose is None
    assert any("which ingredient" in problem for problem in read_sig("5 mg tid", several=True).problems)
    reading = read_sig("5/325 every 6 h", several=True)
    assert reading.count is not None
    assert reading.count.daily == 4


@pytest.mark.parametrize(
    ("text", "route"),
    [("apply twice daily", "topical"), ("1 tab po bd", "oral"), ("10 mg pr", "rectal"), ("10 mg", None)],
)
def test_the_route_of_an_instruction(text: str, route: str | None) -> None:
    assert read_sig(text).route_hint == route
