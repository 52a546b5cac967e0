"""Two requests of one session at the same time: neither undoes what the other wrote."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.contrib.sessions.backends.base import UpdateError
from django.db import OperationalError, connection
from hypothesis import given
from hypothesis import strategies as st

from config.sessions import SessionStore, merged

KEYS = st.sampled_from("abcd")
FLAT = st.dictionaries(KEYS, st.integers(0, 3))
DATA = st.dictionaries(KEYS, st.integers(0, 3) | FLAT)


@given(DATA, DATA)
def test_alone_what_was_changed_is_what_stands(before: dict[str, Any], mine: dict[str, Any]) -> None:
    assert merged(before, mine, before) == mine


@given(DATA, DATA)
def test_who_changed_nothing_changes_nothing(before: dict[str, Any], now: dict[str, Any]) -> None:
    assert merged(before, dict(before), now) == now


@given(DATA, DATA, DATA)
def test_changes_of_different_names_all_stand(
    before: dict[str, Any], mine: dict[str, Any], theirs: dict[str, Any]
) -> None:
    mine = {key: value for key, value in mine.items() if key in "ab"}
    theirs = {key: value for key, value in theirs.items() if key in "cd"}
    kept_of = {key: value for key, value in before.items() if key in "cd"}
    other = {key: value for key, value in before.items() if key in "ab"}
    assert merged(before, {**mine, **kept_of}, {**other, **theirs}) == {**mine, **theirs}


def test_the_newest_of_a_dict_is_its_last() -> None:
    assert list(merged({"d": {"x": 1, "y": 1}}, {"d": {"y": 1, "x": 2}}, {"d": {"x": 1, "y": 1}})["d"]) == ["y", "x"]


@pytest.fixture
def key(db: None) -> str:
    store = SessionStore()
    store["drafts"] = {"one": {"dose": 5}}
    store["proven_at"] = 1.5
    store.save()
    assert store.session_key is not None
    return store.session_key


def opened(key: str) -> SessionStore:
    """As a request that has begun and read its session."""
    store = SessionStore(key)
    assert store["proven_at"] == 1.5
    return store


def test_a_page_that_ends_late_undoes_nothing(key: str) -> None:
    late, form = opened(key), opened(key)
    form["said"] = "Saved."
    form.save()
    late.save()
    assert SessionStore(key)["said"] == "Saved."


def test_two_tabs_keep_both_drafts(key: str) -> None:
    one, two = opened(key), opened(key)
    one["drafts"] = {**one["drafts"], "two": {"dose": 10}}
    one.save()
    two["drafts"] = {"three": {"dose": 20}}  # the first has become a prescription
    two.save()
    assert SessionStore(key)["drafts"] == {"two": {"dose": 10}, "three": {"dose": 20}}


def test_what_was_taken_out_stays_out_and_a_second_save_repeats_nothing(key: str) -> None:
    one, two = opened(key), opened(key)
    del one["proven_at"]
    one.save()
    two["said"] = "Sent."
    two.save()
    another = SessionStore(key)
    del another["said"]
    another.save()
    two["more"] = 1
    two.save()
    assert dict(SessionStore(key).items()) == {"drafts": {"one": {"dose": 5}}, "more": 1}


def test_a_new_key_brings_everything_along(key: str) -> None:
    store = opened(key)
    store.cycle_key()
    del store["proven_at"]
    store["began"] = 2
    store.save()
    assert store.session_key is not None
    assert store.session_key != key
    assert dict(SessionStore(store.session_key).items()) == {"drafts": {"one": {"dose": 5}}, "began": 2}


@pytest.mark.parametrize("changes", [True, False])
def test_a_session_that_was_ended_is_not_brought_back(key: str, changes: bool) -> None:
    late = opened(key)
    SessionStore(key).flush()
    if changes:
        late["said"] = "Saved."
    with pytest.raises(UpdateError):
        late.save()
    assert not SessionStore(key).exists(key)


def test_a_database_that_takes_nothing_is_told_as_an_update_that_failed(key: str) -> None:
    late = opened(key)
    with connection.execute_wrapper(_gone), pytest.raises(UpdateError):
        late.save()


def _gone(*_: object) -> None:
    raise OperationalError


@pytest.mark.django_db(transaction=True)
def test_eight_at_once_lose_nothing(key: str) -> None:
    def write(number: int) -> None:
        try:
            for turn in range(5):
                store = SessionStore(key)
                store[f"{number}-{turn}"] = turn
                store.save()
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(write, range(8)))
    assert len(SessionStore(key).keys()) == 2 + 8 * 5
