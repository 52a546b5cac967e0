"""A body is strict JSON of a size and depth that can be answered in time; no key is lost in silence."""

import json
from http import HTTPStatus
from typing import Any

import pytest
from django.test import RequestFactory
from hypothesis import given
from hypothesis import strategies as st

from interactions.cds_hooks.door.bodies import LARGEST_BODY, parse_strictly, read_body
from interactions.cds_hooks.door.faults import HookFaultError

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-99, 99) | st.text(max_size=8) | st.sampled_from(['":', ':"', "\\"]),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=4), inner, max_size=4),
    max_leaves=12,
)  # fmt: skip


def post(body: bytes, **more: Any) -> Any:
    return RequestFactory().post("/", body, **({"content_type": "application/json"} | more))


def status_of(body: bytes, **more: Any) -> HTTPStatus:
    with pytest.raises(HookFaultError) as caught:
        read_body(post(body, **more))
    return caught.value.status


@given(VALUES, st.booleans(), st.sampled_from([None, 2]))
def test_what_json_says_is_what_is_read(value: Any, ascii_only: bool, indent: int | None) -> None:
    text = json.dumps(value, ensure_ascii=ascii_only, indent=indent)
    assert parse_strictly(text.encode()) == value


@given(VALUES, st.text(min_size=1, max_size=4), st.booleans(), st.sampled_from([":", " :", ": ", "\n: "]))
def test_a_key_that_is_written_twice_is_always_found(value: Any, key: str, ascii_only: bool, colon: str) -> None:
    name, rest = json.dumps(key, ensure_ascii=ascii_only), json.dumps(value, ensure_ascii=ascii_only)
    text = f'{{"a": [{{{name}{colon}{rest}, "x\\/\\":": 1, {name}{colon}2}}]}}'
    with pytest.raises(HookFaultError) as caught:
        parse_strictly(text.encode())
    assert caught.value.status == HTTPStatus.BAD_REQUEST


def test_the_path_of_the_double_is_told() -> None:
    with pytest.raises(HookFaultError) as caught:
        parse_strictly(b'{"context": {"draftOrders": {"entry": [{"a": 1}, {"a": 1, "a": 2}]}}}')
    assert caught.value.faults == (("context.draftOrders.entry[1].a", "is written twice"),)


@pytest.mark.parametrize(
    "text",
    [
        b" ", b"{", b"nonsense", b"NaN", b'{"a": Infinity}', b'{"a": 1e400}', b'"\\ud800"', b"\xff", b"\x00",
        b"{'a': 1}", b'{"a": 1,}', b"[1] [2]", b'{"a": 01}', b"[" * 300 + b"]" * 300, b"[" * 100_000,
    ],
)  # fmt: skip
def test_what_is_not_json_is_400(text: bytes) -> None:
    assert status_of(text) == HTTPStatus.BAD_REQUEST


def test_the_size_has_an_end() -> None:
    fits = b'"' + b"x" * (LARGEST_BODY - 2) + b'"'
    assert len(read_body(post(fits))) == LARGEST_BODY - 2
    assert status_of(fits + b" ") == HTTPStatus.REQUEST_ENTITY_TOO_LARGE
    # A length that is told too small is what the server reads to, and no more.
    assert status_of(b"{}  ", CONTENT_LENGTH="1") == HTTPStatus.BAD_REQUEST


@pytest.mark.parametrize(
    ("header", "status"),
    [
        ({"content_type": "text/plain"}, 415),
        ({"content_type": "application/x-www-form-urlencoded"}, 415),
        ({"content_type": ""}, 415),
        ({"content_type": "application/json; charset=latin-1"}, 415),
        ({"HTTP_CONTENT_ENCODING": "gzip"}, 415),
        ({"CONTENT_LENGTH": ""}, 411),
        ({"CONTENT_LENGTH": "-1"}, 411),
        ({"CONTENT_LENGTH": "many"}, 411),
    ],
)
def test_what_cannot_be_read_is_told_by_its_header(header: dict[str, str], status: int) -> None:
    assert status_of(b"{}", **header) == status


@pytest.mark.parametrize("kind", ["application/json", "application/json; charset=UTF-8", "application/fhir+json"])
def test_json_by_its_names_is_taken(kind: str) -> None:
    assert read_body(post(b'{"a": 1.10}', content_type=kind)) == {"a": 1.1}
