"""A release with an alternative that names nothing, has no hazard or is praised does not load."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from interactions.knowledge.alternatives import Alternative, Caution
from interactions.knowledge.checks_alternatives import alternative_faults
from interactions.knowledge.loader import current_release

GOOD = Alternative(
    id="x",
    name="x",
    substance="tizanidine",
    instead_of=("baclofen",),
    cautions=(Caution(text="It sedates too.", evidence="gk"),),
)


def problems(alternative: Alternative) -> list[str]:
    release = replace(current_release(), alternatives={"x": alternative})
    return [fault.problem for fault in alternative_faults(release)]


def caution(**more: Any) -> tuple[Caution, ...]:
    return (replace(GOOD.cautions[0], **more),)


def test_a_good_one_has_no_fault() -> None:
    assert problems(GOOD) == []


@pytest.mark.parametrize(
    ("broken", "said"),
    [
        (lambda: replace(GOOD, substance="zorbifax"), "'zorbifax' is no substance"),
        (lambda: replace(GOOD, instead_of=("zorbifax",)), "'zorbifax' is no substance"),
        (lambda: replace(GOOD, instead_of=("tizanidine",)), "nothing is an alternative to itself"),
        (lambda: replace(GOOD, named_in="S999"), "source 'S999' is not in sources.yaml"),
        (lambda: replace(GOOD, cautions=()), "every alternative has a hazard"),
        (lambda: replace(GOOD, cautions=caution(sources=("S999",))), "source 'S999' is not in sources.yaml"),
        (lambda: replace(GOOD, cautions=caution(beside=("zorbifax",))), "is no substance and no group"),
        (lambda: replace(GOOD, cautions=caution(conditions=("zorb",))), "is no condition"),
        (lambda: replace(GOOD, cautions=caution(text="This is the safer choice.")), "says 'safe'"),
        (lambda: replace(GOOD, cautions=caution(text="We recommend it.")), "says 'recommend'"),
    ],
)
def test_a_broken_one_is_named(broken: Callable[[], Alternative], said: str) -> None:
    assert any(said in problem for problem in problems(broken()))
