"""What was read once is not read again, and nothing of one record ever shows on another."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from interactions.checking import load_release, versions
from interactions.fhir import FaultError, Node, line_of, read_medicine, remembering
from interactions.fhir.remembering import remembered
from tests.interactions.fhir.builders import RXNORM, dosage, order

TODAY = date(2026, 6, 15)


class Counted:
    """A reader that counts, and finds fault with what is marked so."""

    def __init__(self) -> None:
        self.times = 0

    def __call__(self, node: Node, *texts: str) -> tuple[object, ...]:
        self.times += 1
        if node.flag("bad"):
            raise FaultError(node.at("bad"), "is marked as bad.")
        return node.value.get("value"), *texts


def test_the_same_object_is_read_once_wherever_it_stands() -> None:
    counted = Counted()
    read = remembered(counted)
    assert [read(Node({"value": 1}, place)) for place in ("a", "b", "c")] == [(1,)] * 3
    assert counted.times == 1


def test_what_differs_in_anything_is_read_by_itself() -> None:
    read = remembered(Counted())
    given: list[Any] = [1, 1.0, True, "1", None, [1], {"value": 1}]
    found = [read(Node({"value": each}, ""))[0] for each in given]
    assert [(type(each), each) for each in found] == [(type(each), each) for each in given]
    assert read(Node({"value": 1}, ""), "oral") == (1, "oral")
    assert read(Node({"value": 1}, ""), "skin") == (1, "skin")


def test_exact_decimals_and_long_objects_are_read_each_time() -> None:
    counted = Counted()
    read = remembered(counted)
    for value in (Decimal("1.10"), "x" * 5_000):
        assert read(Node({"value": value}, "")) == (value,)
        assert read(Node({"value": value}, "")) == (value,)
    assert counted.times == 4


@pytest.mark.parametrize("place", ["context.draftOrders.entry[3]", "prefetch.medicationRequests.entry[0]"])
def test_a_fault_is_told_at_its_own_place(place: str) -> None:
    read = remembered(Counted())
    for each in ("elsewhere", place):
        with pytest.raises(FaultError) as fault:
            read(Node({"bad": True}, each))
        assert fault.value.place == f"{each}.bad"


def test_another_release_reads_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    counted = Counted()
    read = remembered(counted)
    for version in versions():
        monkeypatch.setattr(remembering, "current_release", lambda version=version: load_release(version))
        read(Node({"value": 1}, ""))
        read(Node({"value": 1}, ""))
    assert counted.times == len(versions()) > 1


def test_codings_that_disagree_are_told_with_the_place_of_each_order() -> None:
    torn = order("", medicationCodeableConcept={
        "coding": [{"system": RXNORM, "code": "197391"}, {"system": RXNORM, "code": "856834"}],
    })  # fmt: skip
    for place in ("entry[0].resource", "entry[1].resource"):
        (said,) = read_medicine(Node(torn, place), {}).named.problems
        assert said.startswith(f"{place}.medicationCodeableConcept: ")


def test_a_dose_that_cannot_be_is_told_at_the_place_of_each_order() -> None:
    never = order("baclofen 10 mg", dosageInstruction=dosage(10, frequency=0))
    for place in ("entry[0].resource", "entry[1].resource"):
        with pytest.raises(FaultError) as fault:
            read_medicine(Node(never, place), {})
        assert fault.value.place == f"{place}.dosageInstruction[0].timing.repeat.frequency"


def test_the_same_sig_counts_from_each_orders_own_day() -> None:
    def starting(day: str) -> date | None:
        resource = order("baclofen 10 mg", authoredOn=day, dosageInstruction=dosage(10, frequency=3))
        (exposure,) = line_of(read_medicine(Node(resource, ""), {}), on=TODAY).exposures
        return exposure.start

    assert (starting("2026-01-02"), starting("2026-03-04")) == (date(2026, 1, 2), date(2026, 3, 4))


def test_a_name_that_says_it_was_stopped_is_judged_by_each_orders_own_days() -> None:
    def confirmation(**period: str) -> bool:
        resource = order("baclofen 10 mg stopped", dosageInstruction=dosage(10, boundsPeriod=period))
        return line_of(read_medicine(Node(resource, ""), {}), on=TODAY).resolution.needs_confirmation

    found = [confirmation(start="2026-01-01"), confirmation(start="2026-01-01", end="2026-05-01")]
    assert found == [True, False]
    assert confirmation(start="2026-01-01")
