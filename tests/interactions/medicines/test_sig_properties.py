"""Properties of instructions: what a dose says of itself is read back, and no text breaks the reading."""

from decimal import Decimal

from hypothesis import example, given
from hypothesis import strategies as st

from interactions.medicines.dose import TIME_WORDS, UNITS, Dose
from interactions.medicines.sig import read_sig

MASS = sorted({"mg", "microgram", "g"} & UNITS)
AMOUNTS = st.decimals(min_value="0.01", max_value="2000", places=2).map(lambda amount: amount.normalize())
WHOLE = st.integers(1, 2000).map(Decimal)
HALVES = st.integers(1, 400).map(lambda number: Decimal(number) / 2)


@st.composite
def doses(draw: st.DrawFn) -> Dose:
    unit = draw(st.sampled_from(MASS))
    as_needed = draw(st.booleans())
    amount = st.one_of(AMOUNTS, WHOLE, HALVES)
    if draw(st.integers(0, 9)) == 0:
        return Dose((draw(amount),), unit, as_needed, frequency_known=False)
    count = draw(st.integers(1, 8))
    shape = draw(st.sampled_from(["same", "timed", "mixed"]))
    interval = draw(st.sampled_from([1, 1, 1, 2, 3, 7, 14]))
    if shape == "same":
        return Dose((draw(amount),) * count, unit, as_needed, Decimal(interval))
    amounts = tuple(draw(amount) for _ in range(min(count, 4)))
    times = tuple(draw(st.sampled_from(sorted(TIME_WORDS))) for _ in amounts) if shape == "timed" else ()
    return Dose(amounts, unit, as_needed, Decimal(interval), times=times)


@given(doses())
@example(Dose((Decimal(10),) * 3, "mg"))
@example(Dose((Decimal(5), Decimal(10)), "mg", interval_days=Decimal(7)))
@example(Dose((Decimal("1.25"),), "g", interval_days=Decimal(14), times=("night",)))
def test_what_a_dose_says_is_read_back(dose: Dose) -> None:
    reading = read_sig(dose.describe())
    assert reading.dose is not None, reading.problems
    assert sorted(reading.dose.amounts) == sorted(dose.amounts)
    assert (reading.dose.unit, reading.dose.as_needed) == (dose.unit, dose.as_needed)
    assert reading.dose.interval_days == dose.interval_days
    assert reading.dose.frequency_known == dose.frequency_known
    assert reading.dose.daily == dose.daily
    if dose.times:
        assert reading.dose.times == dose.times


@given(doses())
def test_the_names_of_medicines_do_not_change_the_reading(dose: Dose) -> None:
    assert read_sig(f"amitriptyline {dose.describe()}").dose == read_sig(dose.describe()).dose


@given(st.text(max_size=300))
@example("9" * 300 + " mg tid")
@example("1/0 tab bd")
@example("0-0-0")
@example("10 mg " * 40)
@example("every 0 h 10 mg")
def test_no_text_breaks_the_reading(text: str) -> None:
    reading = read_sig(text)
    assert reading.dose is not None or reading.problems


FRAGMENTS = ["10", "mg", "tab", "1-2", "/", "5 mL", "tid", "q6h", "at night", "every", "other day", "prn", "2.5", "x"]
FRAGMENTS += [
    "1,000",
    "daily",
    "in 3 divided doses",
    "weekly",
    "max",
    "1-0-1",
    "%",
    "mcg",
    "h",
    "½",
    "and",
    "-",
    "microgram",
]


@given(st.lists(st.sampled_from(FRAGMENTS), max_size=14).map(" ".join))
def test_no_mix_of_known_words_breaks_the_reading(text: str) -> None:
    reading = read_sig(text)
    for dose in (reading.dose, reading.count):
        if dose is not None:
            assert all(amount.is_finite() and amount > 0 for amount in dose.amounts)
            assert dose.describe()
            assert dose.patient_words()


@given(st.sampled_from(["bd", "tds", "nocte", "every 6 h", ""]), st.integers(1, 300), st.integers(1, 300))
def test_a_range_never_reads_as_less_than_its_larger_end(often: str, low: int, more: int) -> None:
    single, span = read_sig(f"{low + more} mg {often}").dose, read_sig(f"{low}-{low + more} mg {often}").dose
    assert single == span
