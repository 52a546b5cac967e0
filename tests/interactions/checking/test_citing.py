"""What a page calls the things a finding rests on."""

from interactions.checking.citing import factor_name, ingredient_name, sources_of
from interactions.knowledge.loader import load_release


def test_a_factor_is_called_by_its_words_and_never_left_out() -> None:
    assert factor_name("fall_age_65") == "A recent fall, or falls on record, in an older person"
    # A release without names, and a factor that this one no longer holds, still say what they can.
    assert factor_name("fall_age_65", release=load_release("2026.11")) == "fall age 65"
    assert factor_name("gone_since") == "gone since"


def test_an_ingredient_that_a_release_does_not_hold_keeps_its_key() -> None:
    assert (ingredient_name("st_johns_wort"), ingredient_name("fooxol")) == ("St John's wort", "fooxol")


def test_sources_stand_in_the_order_given_and_unknown_ones_are_left_out() -> None:
    assert [source.id for source in sources_of(["S08", "S99", "S06"])] == ["S08", "S06"]
