"""Properties of the reading of names: dress makes no difference, and no text breaks it (hazard H4)."""

import unicodedata
from collections.abc import Callable

from hypothesis import example, given
from hypothesis import strategies as st

from interactions.knowledge.loader import current_release
from interactions.medicines.index import Kind, index_of, name_key
from interactions.medicines.names import Match, resolve
from interactions.medicines.scan import scan
from interactions.medicines.text import fold

RELEASE = current_release()
INDEX = index_of(RELEASE)
NAMES = sorted(
    {name for one in RELEASE.substances.values() for name in (one.name, *one.brands, *one.synonyms, *one.misspellings)}
    | {name for one in RELEASE.combinations.values() for name in (*one.names, *one.misspellings)}
)
HIDDEN = "\u200b\u200c\u200d\u2060\ufeff\u00ad\u200e\u202e\u180e"
CONFUSED = {"a": "\u0430", "e": "\u0435", "o": "\u043e", "p": "\u0440", "c": "\u0441", "x": "\u0445", "i": "\u0456"}
SALTS = ("", " hydrochloride", " HCl", " Hydrochloride 25 MG Oral Tablet")
AFTER = ("", " 10 mg tid", " 25mg nocte", " two tablets at night", ".", ", as directed")

Dress = Callable[[str], str]


@st.composite
def dresses(draw: st.DrawFn) -> Dress:
    """A way to write a name that must change nothing."""
    case = draw(st.sampled_from([str.strip, str.upper, str.lower, str.title, str.swapcase]))
    wide = draw(st.booleans())
    hide = draw(st.lists(st.tuples(st.integers(0, 30), st.sampled_from(HIDDEN)), max_size=4))
    confuse = draw(st.sets(st.sampled_from(sorted(CONFUSED))))
    decomposed = draw(st.booleans())
    tail = draw(st.sampled_from(AFTER))

    def dress(name: str) -> str:
        # The letters look the same in lower case only.
        text = "".join(CONFUSED[c] if c in confuse else c for c in case(name))
        if wide:
            text = "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in text)
        for place, hidden in hide:
            text = text[:place] + hidden + text[place:]
        return f"  {unicodedata.normalize('NFD', text) if decomposed else text}{tail}"

    return dress


@given(st.sampled_from(NAMES), dresses())
@example("Tylenol 3", lambda name: f"{name.upper()} tid")
def test_a_name_means_the_same_however_it_is_dressed(name: str, dress: Dress) -> None:
    plain, dressed = resolve(name), resolve(dress(name))
    assert dressed.ingredients == plain.ingredients
    assert dressed.match == plain.match
    assert dressed.ingredients


@given(st.sampled_from(sorted(RELEASE.substances)), st.sampled_from(SALTS))
def test_a_salt_changes_nothing(key: str, salt: str) -> None:
    assert resolve(RELEASE.substances[key].name + salt).ingredients == (key,)


def test_every_name_means_its_own_substance_and_nothing_else() -> None:
    for key, substance in RELEASE.substances.items():
        for name in (substance.name, *substance.brands, *substance.synonyms):
            resolution = resolve(name)
            assert resolution.ingredients == (key,), name
            assert not resolution.needs_confirmation, name
            assert resolution.match in {Match.EXACT, Match.BRAND}, name
        for name in substance.misspellings:
            resolution = resolve(name)
            assert resolution.ingredients == (key,), name
            assert resolution.match is Match.SPELLING, name
            assert resolution.needs_confirmation, name


def test_every_name_of_a_combination_means_all_its_ingredients() -> None:
    for combination in RELEASE.combinations.values():
        for name in combination.names:
            resolution = resolve(name)
            assert set(resolution.ingredients) == set(combination.ingredients), name
            assert resolution.product == combination, name


def test_no_written_name_folds_to_two_meanings() -> None:
    seen: dict[tuple[str, ...], tuple[str, ...]] = {}
    written = [
        *((name, (key,)) for key, one in RELEASE.substances.items() for name in _all_names(one)),
        *((name, (key,)) for key, one in RELEASE.combinations.items() for name in (*one.names, *one.misspellings)),
        *((name, ()) for name in RELEASE.other_medicines),
        *((name, ("?", *candidates)) for name, candidates in RELEASE.ambiguous_names.items()),
    ]
    for name, meaning in written:
        assert seen.setdefault(name_key(name), meaning) == meaning, name


def _all_names(one: object) -> tuple[str, ...]:
    return tuple(name for part in ("brands", "synonyms", "misspellings") for name in getattr(one, part))


def test_no_other_medicine_is_taken_for_one_that_is_known() -> None:
    for name in RELEASE.other_medicines:
        assert resolve(name).ingredients == (), name


@given(st.text(max_size=300))
@example("\x00\ud800 baclofen")
@example("½" * 300)
@example("١٢٣ mg")
@example("1" * 300)
def test_no_text_breaks_the_reading(text: str) -> None:
    resolution = resolve(text)
    assert resolution.resolved is (resolution.match not in {Match.AMBIGUOUS, Match.UNKNOWN})
    assert set(resolution.ingredients) <= RELEASE.substances.keys()
    assert set(resolution.candidates) <= RELEASE.substances.keys()


@given(st.text(max_size=300))
def test_folding_twice_changes_nothing(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(st.sampled_from(NAMES), st.sampled_from(NAMES))
def test_two_names_in_one_line_lose_neither(first: str, second: str) -> None:
    """Whatever is joined by a stroke, no ingredient that is named goes unseen."""
    resolution = resolve(f"{first} / {second}")
    wanted = set(resolve(first).ingredients) | set(resolve(second).ingredients)
    if resolution.resolved:
        assert set(resolution.ingredients) >= wanted or _joined(first, second)


def _joined(first: str, second: str) -> bool:
    """The two names together are themselves a listed name ("Tylenol" / "codeine")."""
    return any(one.meaning.kind is Kind.COMBINATION for one in scan(fold(f"{first} / {second}"), INDEX).found)


@given(st.sampled_from(["baclofen", "amitriptyline"]), st.data())
def test_one_slip_of_the_keyboard_is_never_another_medicine(name: str, data: st.DataObject) -> None:
    place = data.draw(st.integers(1, len(name) - 1))
    slip = data.draw(st.sampled_from(["drop", "double", "swap", "change"]))
    letter = data.draw(st.sampled_from("abcdefghijklmnopqrstuvwxyz"))
    typed = {
        "drop": name[:place] + name[place + 1 :],
        "double": name[:place] + name[place] + name[place:],
        "swap": name[: place - 1] + name[place] + name[place - 1] + name[place + 1 :],
        "change": name[:place] + letter + name[place + 1 :],
    }[slip]
    resolution = resolve(typed)
    assert resolution.ingredients in {(name,), ()}
    if resolution.ingredients and typed != name:
        assert resolution.needs_confirmation


@given(
    st.sampled_from(NAMES),
    st.sampled_from(NAMES),
    st.sampled_from([" and ", ", ", "; ", " + ", "\n", " ", " & ", " plus ", " with "]),
)
def test_two_medicines_in_a_line_both_stay_with_their_own_instruction(first: str, second: str, between: str) -> None:
    line = resolve(f"{first} 10 mg tid{between}{second} 5 mg nocte")
    each = [resolve(first), resolve(second)]
    alone = [one.ingredients for one in each]
    assert set(line.ingredients) == {key for ingredients in alone for key in ingredients}
    assert set(line.not_understood) == {part for one in each for part in one.not_understood}
    if alone[0] != alone[1]:
        assert [part.instruction for part in line.parts] == ["10 mg tid", "5 mg nocte"]
