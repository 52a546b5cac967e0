"""Anything typed: found, to be confirmed, or not known; never guessed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interactions.catalogue.lookup import LONGEST, look_up
from interactions.knowledge.loader import current_release

RELEASE = current_release()


@pytest.mark.parametrize(
    ("text", "keys"),
    [
        ("baclofen", {"baclofen"}),
        ("  LIORESAL ", {"baclofen"}),
        ("Elavil 25 mg at night", {"amitriptyline"}),
        ("Limbitrol", {"amitriptyline", "chlordiazepoxide"}),
    ],
)
def test_a_known_name_is_found(text: str, keys: set[str]) -> None:
    found = look_up(text, RELEASE)
    assert found.kind == "sure"
    assert {each.key for each in found.sure} == keys


def test_a_near_spelling_is_asked_about_and_not_taken() -> None:
    found = look_up("baclofan", RELEASE)
    assert found.kind in {"confirm", "sure"}
    assert "baclofen" in {each.key for each in (*found.maybe, *found.sure)}
    assert look_up("amitriptilynne", RELEASE).sure == ()


def test_a_word_that_may_mean_two_is_said_to_be_so() -> None:
    found = look_up("ami", RELEASE)
    assert (found.kind, found.sure) == ("ambiguous", ())
    assert {"amitriptyline"} <= {each.key for each in found.maybe}


@pytest.mark.parametrize("text", ["Bactrim", "lisinopril", "xyzzy", "🙂", "' OR 1=1 --", "%s%n", "\x00"])
def test_what_is_not_known_is_said_not_to_be_and_never_called_safe(text: str) -> None:
    found = look_up(text, RELEASE)
    assert not any(each.key in {"baclofen", "amitriptyline"} for each in found.sure)
    if found.kind == "unknown":
        assert "not a statement that it is safe" in found.said


def test_a_part_of_a_name_offers_those_that_hold_it() -> None:
    found = look_up("zopic", RELEASE)
    assert "zopiclone" in {each.key for each in (*found.maybe, *found.sure)}


def test_look_alikes_are_named_beside_what_is_found() -> None:
    notes = [each.note for each in look_up("baclofen", RELEASE).sure]
    assert notes == [f"Easily taken for {', '.join(RELEASE.substances['baclofen'].look_alikes)}."]


@given(st.text(max_size=400))
def test_any_text_has_an_answer_and_names_only_what_exists(text: str) -> None:
    found = look_up(text, RELEASE)
    assert found.said
    assert len(found.asked) <= LONGEST
    assert not (found.sure and found.maybe)
    assert {each.key for each in (*found.sure, *found.maybe)} <= RELEASE.substances.keys()
