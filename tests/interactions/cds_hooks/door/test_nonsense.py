"""Whatever is sent instead of a part of a good request: a clear answer, never a fault of ours, never a broken check."""

import copy
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from interactions.cds_hooks.models import CallOutcome, CdsClient, HookCall
from tests.interactions.cds_hooks.door.asking import (
    FEEDBACK,
    ORDER_SIGN,
    PAIR,
    ROOT,
    Asker,
    feedback,
    order_sign,
    overridden,
)

pytestmark = pytest.mark.django_db

NASTY = [
    None, True, False, 0, -1, 1.5, 10**19, "", " ", "\x00", "x" * 5000, "\u202e", "<script>alert(1)</script>",
    "Patient/1", "2026-13-45", "9999-12-31", [], [[]], [None], ["x"], {}, {"": ""}, {"resourceType": "Bundle"},
    {"a": {"b": {"c": []}}},
]  # fmt: skip
WAYS = settings(suppress_health_check=[HealthCheck.function_scoped_fixture])


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The path of every part of a document."""
    yield path
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, each in inner:
        yield from places(each, (*path, key))


def changed(document: Any, path: tuple[Any, ...], value: Any) -> Any:
    """The document with another value at one place."""
    if not path:
        return value
    whole = copy.deepcopy(document)
    inner = whole
    for key in path[:-1]:
        inner = inner[key]
    inner[path[-1]] = value
    return whole


@pytest.fixture
def asker(open_client: CdsClient, settings: Any) -> Asker:
    settings.CDS_HOOKS_A_MINUTE = dict.fromkeys(settings.CDS_HOOKS_A_MINUTE, 10**9)
    return Asker()


def clear(response: Any) -> None:
    """A 200 with cards, or a 4xx whose every issue says something."""
    assert response.status_code in {200, 400, 412, 413, 422}, response.content
    if response.status_code != 200:
        assert all(issue["diagnostics"].strip() for issue in response.json()["issue"])
    assert not HookCall.objects.filter(outcome=CallOutcome.FAILED).exists()


@WAYS
@given(data=st.data())
def test_no_part_of_a_call_breaks_the_checker(asker: Asker, data: st.DataObject) -> None:
    document = order_sign(*PAIR)
    path = data.draw(st.sampled_from(list(places(document))))
    value = data.draw(st.sampled_from(NASTY))
    service = data.draw(st.sampled_from([ORDER_SIGN, f"{ROOT}/evenkeel-order-select", f"{ROOT}/evenkeel-patient-view"]))
    clear(asker.post(changed(document, path, value), service))


@WAYS
@given(data=st.data())
def test_no_part_of_feedback_breaks_it(asker: Asker, data: st.DataObject) -> None:
    document = feedback(overridden("d1577c69-dfbe-44ad-ba6d-3e05e953b2ea"))
    path = data.draw(st.sampled_from(list(places(document))))
    clear(asker.post(changed(document, path, data.draw(st.sampled_from(NASTY))), FEEDBACK))
